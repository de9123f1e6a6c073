"""Progress of what takes long: tqdm's bar, where it is installed and somebody looks."""

from __future__ import annotations

import sys
from numbers import Integral
from typing import Any, Optional

from ._errors import ArgumentError


def _somebody_looks() -> bool:
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return instance is not None and hasattr(instance, "kernel")


#: Threads beyond which none are started, as on the command line: the result is the same.
MOST_THREADS = 64


def threads_of(threads: Optional[int]) -> int:
    """The number of threads as the native half takes it: 0 for one a core."""
    if threads is None:
        return 0
    if isinstance(threads, bool) or not isinstance(threads, Integral) or threads < 1:
        raise ArgumentError("threads", repr(threads), "must be a whole number from 1")
    return min(int(threads), MOST_THREADS)


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
