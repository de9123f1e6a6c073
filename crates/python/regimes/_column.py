"""One column of a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Optional, Union, overload

import numpy as np
import numpy.typing as npt

from . import _regimes
from ._errors import MissingValueWarning, spoken
from ._number import Absent, Number


class Column:
    """The values of one column, with their errors, unit and source.

    An array of `value` is what NumPy sees: ``np.asarray(column)``. A single entry, ``column[0]``, is a
    `Number` with its error, or an `Absent` with the reason.
    """

    def __init__(self, table: _regimes.Table, place: int) -> None:
        self._table, self._place = table, place
        self.name, self.symbol, self.unit, self.source, self._kind = table.columns[place]

    def __len__(self) -> int:
        return len(self._table)

    def __reduce__(self) -> tuple[Any, ...]:
        return _column, (*self._table.kept(), self._place)

    def __repr__(self) -> str:
        unit = f" [{self.unit}]" if self.unit else ""
        entries = [str(self[k]) for k in range(min(len(self), 3))]
        more = ", …" if len(self) > 3 else ""
        return f"<{self.name}{unit}: {', '.join(entries)}{more}>"

    @property
    def is_text(self) -> bool:
        """Whether its entries are texts."""
        return self._kind == "text"

    @property
    def value(self) -> npt.NDArray[Any]:
        """Its values, of shape (rows,). Where there is none stands NaN, with a warning; `reason` says why."""
        if self.is_text:
            return np.array(self._table.texts(self._place), dtype=object)
        values = self._table.value(self._place)
        missing = np.isnan(values)
        if missing.any():
            first = int(np.argmax(missing))
            what = f"{int(missing.sum())} of {len(self)} values of {self.name} are missing"
            reason = self._reasons().get(first, "")
            warnings.warn(f"{what}: {reason}", MissingValueWarning, stacklevel=2)
        return values

    @property
    def error(self) -> Optional[npt.NDArray[np.float64]]:
        """Bounds on the numerical errors of its values; ``None`` for a column that has none."""
        return self._table.spread(self._place) if self._kind == "estimate" else None

    @property
    def stderr(self) -> Optional[npt.NDArray[np.float64]]:
        """Standard errors of its values; ``None`` for a column that is not measured."""
        return self._table.spread(self._place) if self._kind == "sampled" else None

    @property
    def reason(self) -> list[Optional[str]]:
        """Why a value is missing, or is not as accurate as it should be; ``None`` where all is well."""
        reasons = self._reasons()
        return [reasons.get(k) for k in range(len(self))]

    def _reasons(self) -> dict[int, str]:
        return {row: spoken(reason) for row, reason in self._table.reasons(self._place).items()}

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Where there is no value."""
        if self.is_text:
            return np.array([text is None for text in self._table.texts(self._place)], dtype=bool)
        return np.isnan(self._table.value(self._place))

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> npt.NDArray[Any]:
        return self.value if dtype is None else self.value.astype(dtype)

    @overload
    def __getitem__(self, row: int) -> Union[Number, Absent, str]: ...

    @overload
    def __getitem__(self, row: slice) -> npt.NDArray[Any]: ...

    def __getitem__(self, row: Union[int, slice]) -> Union[Number, Absent, str, npt.NDArray[Any]]:
        if isinstance(row, slice):
            part: npt.NDArray[Any] = self.value[row]
            return part
        at = range(len(self))[row]
        reason = self._reasons().get(at)
        if self.is_text:
            text = self._table.texts(self._place)[at]
            return Absent(reason or "", self.name) if text is None else text
        value = float(self._table.value(self._place)[at])
        if value != value:
            return Absent(reason or "", self.name)
        spread = None if self._kind == "number" else float(self._table.spread(self._place)[at])
        error, stderr = (spread, None) if self._kind == "estimate" else (None, spread)
        return Number(value, error, stderr, self.name, self.symbol, self.unit, self.source, reason)

    def __iter__(self) -> Iterator[Union[Number, Absent, str]]:
        return (self[k] for k in range(len(self)))

    def __float__(self) -> float:
        if len(self) != 1:
            raise TypeError(f"{self.name} has {len(self)} values: take one of them, or .value")
        return float(self[0])


def _column(head: str, rows: bytes, place: int) -> Column:
    return Column(_regimes.Table.read(head, rows), place)
