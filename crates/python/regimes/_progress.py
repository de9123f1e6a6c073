"""Putting a question: on how many threads, and with tqdm's bar where it is installed and somebody looks."""

from __future__ import annotations

import sys
import warnings
from numbers import Integral
from typing import Any, Callable, Optional

from . import _regimes
from ._errors import ArgumentError, ToleranceWarning


def _somebody_looks() -> bool:
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return instance is not None and hasattr(instance, "kernel")


def threads_of(threads: Optional[int]) -> int:
    """The number of threads as the native half takes it: 0 for one a core."""
    if threads is None:
        return 0
    if isinstance(threads, bool) or not isinstance(threads, Integral) or threads < 1:
        raise ArgumentError("threads", repr(threads), "must be a whole number from 1")
    # The native half starts no more than make sense.
    return min(int(threads), 2**31)


class Bar:
    """A bar that appears when there is something to show."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, count: int) -> None:
        if count < 2:
            return
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=count, unit="row", leave=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def bar(wanted: Optional[bool]) -> Optional[Bar]:
    """A bar, if it is `wanted`; where that is left open, if somebody looks and tqdm is there."""
    if wanted is False or (wanted is None and not _somebody_looks()):
        return None
    try:
        import tqdm  # noqa: F401
    except ImportError:
        if wanted:
            raise
        return None
    return Bar()


def answered(
    question: Callable[[int, Optional[Bar]], _regimes.Table], threads: Optional[int], progress: Optional[bool]
) -> _regimes.Table:
    """The answer to a question that is put with a number of threads and a bar; what missed its accuracy is warned of."""
    count, shown = threads_of(threads), bar(progress)
    try:
        raw = question(count, shown)
    finally:
        if shown is not None:
            shown.close()
    if raw.failure is not None:
        # Above this: the face's own method, and who asked it.
        warnings.warn(f"a value did not reach its tolerance ({raw.failure})", ToleranceWarning, stacklevel=4)
    return raw
