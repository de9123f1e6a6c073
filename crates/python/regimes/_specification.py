"""Tables and figures from a specification, and the published values."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Optional, Union

from . import _regimes
from ._errors import ArgumentError
from ._given import Given, pairs
from ._progress import Bar, answered
from ._table import Table, save


def _tabulated(words: list[str], threads: Optional[int], progress: Optional[bool]) -> Table:
    def put(threads: int, shown: Optional[Bar]) -> _regimes.Table:
        return _regimes.tabulated(["regimes", *words], threads, shown)

    return Table(answered(put, threads, progress))


def _file(path: Union[str, os.PathLike[str]]) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise ArgumentError("path", repr(path), "must be the path of a specification")
    # A path that begins like a flag is none.
    return os.path.join(os.path.dirname(path) or ".", os.path.basename(os.fspath(path)))


def table(
    path: Union[str, os.PathLike[str]], *, threads: Optional[int] = None, progress: Optional[bool] = None
) -> Table:
    """The table that a specification describes, as ``regimes table`` makes it.

    Parameters
    ----------
    path : path
        A TOML or JSON file; tables/README.md says what stands in it.
    """
    return _tabulated(["table", _file(path)], threads, progress)


def verify(*, threads: Optional[int] = None, progress: Optional[bool] = None) -> Table:
    """Every published value that this program holds itself against, beside its own."""
    return _tabulated(["verify"], threads, progress)


class Figure:
    """A picture by the program's own hand: SVG, which a notebook shows."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<figure, {len(self.svg)} bytes of SVG>"

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the SVG to a file."""
        save(path, self.svg)


def figure(path: Union[str, os.PathLike[str]], /, **options: Given) -> Figure:
    """The picture that a specification describes, as ``regimes figure`` draws it.

    Parameters
    ----------
    path : path
        A specification as for `table`, with a section ``[figure]``.
    **options
        Options of ``regimes figure``, such as ``title`` or ``log="x"``.
    """
    return drawn([_file(path)], options)


def drawn(words: list[str], options: Mapping[str, Given]) -> Figure:
    """The picture of ``regimes figure`` followed by these words."""
    given, flags = pairs(options)
    more = [f"--{flag}" for flag in flags]
    for name, value in given:
        more += [f"--{name}", value if isinstance(value, str) else ",".join(map(repr, value.tolist()))]
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "figure.svg"
        _regimes.drawn(["regimes", "figure", *words, *more, "--output", str(picture), "--quiet"])
        return Figure(picture.read_text(encoding="utf-8"))
