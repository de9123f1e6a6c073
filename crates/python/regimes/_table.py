"""A table: what every question is answered with."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np

from . import _regimes
from ._column import Column
from ._errors import ArgumentError, OutputError, UsageError, spoken
from ._given import Given
from ._number import Absent, Number

if TYPE_CHECKING:
    import matplotlib.axes
    import pandas
    import polars
    import xarray

    from ._model import Model
    from ._specification import Figure

#: Which columns are wanted: a list of names, or names with commas.
Columns = Union[None, str, "Sequence[str]"]

#: Commands whose tables the program draws.
_DRAWN = ("curve", "times", "schedule", "simulate")

#: Columns of a line of text.
WIDTH = 80


class Table:
    """Rows of numbers with their errors, units and sources.

    ``table["t_C.asymptotic"]`` is a `Column`, ``table["t_C.asymptotic"][0]`` a `Number`. In a notebook a
    table shows itself; elsewhere ``print(table)`` is what the command line prints.

    Attributes
    ----------
    command_line : str
        What would be typed for the same numbers.
    axes : dict of str to int
        What was swept, with the number of values; the last runs fastest over the rows.
    conventions : dict of str to str
        Conventions that hold for every number.
    notes : list of str
        Remarks that hold for every row.
    summary : dict of str to float
        Numbers about the table as a whole.
    """

    def __init__(self, raw: _regimes.Table, model: Optional[Model] = None) -> None:
        self._raw, self._model = raw, model
        self._places = {column[0]: k for k, column in enumerate(raw.columns)}

    @property
    def command(self) -> str:
        """The command, such as ``times`` or ``curve phi``."""
        return self._raw.title[0]

    @property
    def command_line(self) -> str:
        """What would be typed for the same numbers."""
        return self._raw.title[2]

    @property
    def axes(self) -> dict[str, int]:
        """What was swept, with the number of values; the last runs fastest over the rows."""
        return {name.replace("-", "_"): count for name, count in self._raw.axes}

    @property
    def conventions(self) -> dict[str, str]:
        """Conventions that hold for every number."""
        return dict(self._raw.conventions)

    @property
    def notes(self) -> list[str]:
        """Remarks that hold for every row."""
        return [spoken(note) for note in self._raw.notes]

    @property
    def remarks(self) -> dict[int, list[str]]:
        """Remarks on single rows, by the row."""
        return {row: [spoken(note) for note in notes] for row, notes in self._raw.remarks.items()}

    @property
    def summary(self) -> dict[str, float]:
        """Numbers about the table as a whole."""
        return dict(self._raw.summary)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self._places)

    def keys(self) -> list[str]:
        """Names of the columns."""
        return self.names

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._places

    def __getitem__(self, name: str) -> Column:
        place = self._places.get(name) if isinstance(name, str) else None
        if place is None:
            near = difflib.get_close_matches(str(name), self.names, 1)
            hint = f", did you mean {near[0]}" if near else ""
            raise ArgumentError("column", name, f"is no column of this table{hint} ({', '.join(self.names)})")
        return Column(self._raw, place)

    def row(self, index: int = 0) -> dict[str, Union[Number, Absent, str]]:
        """One row, by the names of its columns."""
        return {name: self[name][index] for name in self.names}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._raw.kept() == other._raw.kept()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return _read, (*self._raw.kept(), self._model)

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from ._html import html

        return html(self)

    # Text

    def _written(self, format: str, digits: Optional[int] = None, columns: Columns = None) -> bytes:
        if columns is not None and not isinstance(columns, str):
            columns = ",".join(columns)
        if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17):
            raise ArgumentError("digits", repr(digits), "must be a whole number from 1 to 17")
        return self._raw.written(format, digits, WIDTH, columns)

    def _text(
        self,
        format: str,
        path: Union[str, os.PathLike[str], None],
        digits: Optional[int] = None,
        columns: Columns = None,
    ) -> str:
        text = self._written(format, digits, columns).decode()
        if path is not None:
            save(path, text)
        return text

    def to_text(self, digits: Optional[int] = None, columns: Columns = None) -> str:
        """As the command line prints it on a terminal."""
        return self._written("text", digits, columns).decode()

    def to_csv(self, path: Union[str, os.PathLike[str], None] = None, columns: Columns = None) -> str:
        """As comma-separated values, exact to the bit; written to `path` where one is given.

        Parameters
        ----------
        path : path, optional
            Where to write it.
        columns : list of str, optional
            Which columns, in which order; ``"t_S"`` means all that begin with it.
        """
        return self._text("csv", path, None, columns)

    def to_json(self, path: Union[str, os.PathLike[str], None] = None) -> str:
        """As JSON, as docs/output.md describes it; written to `path` where one is given."""
        return self._text("json", path)

    def to_latex(
        self,
        path: Union[str, os.PathLike[str], None] = None,
        digits: Optional[int] = None,
        columns: Columns = None,
    ) -> str:
        """As a LaTeX table with `digits` significant digits, of these `columns`; see `to_csv`."""
        return self._text("tex", path, digits, columns)

    def to_markdown(
        self,
        path: Union[str, os.PathLike[str], None] = None,
        digits: Optional[int] = None,
        columns: Columns = None,
    ) -> str:
        """As a Markdown table with `digits` significant digits, of these `columns`; see `to_csv`."""
        return self._text("md", path, digits, columns)

    # Other people's tables

    def to_dict(self) -> dict[str, Any]:
        """Arrays by name: each column, and its errors as ``NAME.error`` or ``NAME.stderr``.

        Where there is no value stands NaN, and a further column ``NAME.reason`` says why.
        """
        columns: dict[str, Any] = {}
        for place, (name, *_, kind) in enumerate(self._raw.columns):
            if kind == "text":
                columns[name] = np.array(self._raw.texts(place), dtype=object)
                continue
            columns[name] = self._raw.value(place)
            if kind != "number":
                columns[f"{name}.{'error' if kind == 'estimate' else 'stderr'}"] = self._raw.spread(place)
            reasons = self._raw.reasons(place)
            if reasons:
                columns[f"{name}.reason"] = np.array([reasons.get(k) for k in range(len(self))], dtype=object)
        return columns

    def _measured(self) -> dict[str, Any]:
        """What was measured, as `Model.validate` reads it: noise levels, values, standard errors."""
        kinds = {name: kind for name, *_, kind in self._raw.columns}
        return {
            name: array
            for name, array in self.to_dict().items()
            if array.dtype != object and kinds.get(name) in ("number", "sampled", None)
        }

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with the columns of `to_dict`; units and sources in ``attrs``."""
        import pandas

        frame = pandas.DataFrame(self.to_dict())
        frame.attrs.update(self._about())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A data frame with the columns of `to_dict`."""
        import polars

        lists = {name: c.tolist() if c.dtype == object else c for name, c in self.to_dict().items()}
        return polars.DataFrame(lists)

    def to_xarray(self) -> xarray.Dataset:
        """A data set whose dimensions are the `axes`; units and sources in the ``attrs`` of each variable."""
        from ._xarray import dataset

        return dataset(self)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        import pyarrow

        lists = {name: c.tolist() if c.dtype == object else c for name, c in self.to_dict().items()}
        return pyarrow.table(lists).__arrow_c_stream__(requested_schema)

    def _about(self) -> dict[str, Any]:
        return {
            "command_line": self.command_line,
            "version": _regimes.VERSION,
            "conventions": self.conventions,
            "notes": self.notes,
            "units": {name: unit for name, _, unit, *_ in self._raw.columns if unit},
            "sources": {name: source for name, _, _, source, _ in self._raw.columns if source},
        }

    # Pictures

    def plot(self, ax: Optional[matplotlib.axes.Axes] = None, **options: Any) -> matplotlib.axes.Axes:
        """Draws the table on matplotlib axes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; the current axes where none are given.
        y : str, optional
            The column to draw; the first that is computed where none is named.
        regimes : bool, default True
            Whether t_S and, where the model knows ``n``, t_C are marked over a noise level; of a single curve the
            regimes between them are shaded too.
        **options
            For ``ax.errorbar``, or ``ax.pcolormesh`` where two parameters were swept.
        """
        from ._plot import plot

        return plot(self, ax, **options)

    def figure(self, **options: Given) -> Figure:
        """The program's own picture of this table, which a notebook shows.

        Parameters
        ----------
        **options
            Options of ``regimes figure``, such as ``y``, ``log="x"``, ``title`` or ``heat=True``.
        """
        from ._specification import drawn

        words = shlex.split(self.command_line)[1:]
        if words[0] not in _DRAWN:
            raise UsageError(f"figure: draws tables of {', '.join(_DRAWN)}, not of {words[0]}: see plot")
        if any(word.startswith("<") for word in words):
            raise UsageError("figure: an array of so many numbers cannot be typed: give a range such as 0.5:8:#400")
        return drawn(words, options)


def save(path: Union[str, os.PathLike[str]], text: str) -> None:
    """Writes a file, or says why it cannot."""
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"cannot write {os.fspath(path)}: {error.strerror}") from None


def _read(head: str, rows: bytes, model: Optional[Model]) -> Table:
    return Table(_regimes.Table.read(head, rows), model)
