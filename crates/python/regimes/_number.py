"""A single number with its error, and what stands where there is none."""

from __future__ import annotations

from typing import Any, NoReturn, Optional

from ._errors import AbsentError


class Number(float):
    """A float that carries its error, unit and source.

    Attributes
    ----------
    error : float or None
        A bound on its numerical error.
    stderr : float or None
        Its standard error, where it is measured.
    unit, source, symbol, name : str
        Unit or normalisation; paper key and equation; symbol; name of its column.
    reason : str or None
        What happened, where the accuracy was not reached.
    """

    error: Optional[float]
    stderr: Optional[float]
    name: str
    symbol: str
    unit: str
    source: str
    reason: Optional[str]

    def __new__(
        cls,
        value: float,
        error: Optional[float] = None,
        stderr: Optional[float] = None,
        name: str = "",
        symbol: str = "",
        unit: str = "",
        source: str = "",
        reason: Optional[str] = None,
    ) -> Number:
        self = super().__new__(cls, value)
        self.error, self.stderr = error, stderr
        self.name, self.symbol, self.unit, self.source, self.reason = name, symbol, unit, source, reason
        return self

    def __repr__(self) -> str:
        spread = self.error if self.error is not None else self.stderr
        width = "" if spread is None else f" ± {spread:.2g}"
        return float.__repr__(self) + width

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.error, self.stderr, self.name, self.symbol, self.unit, self.source, self.reason)
        return type(self), (float(self), *parts)


class Absent:
    """No value, and why: false, and not to be taken for a number."""

    __slots__ = ("name", "reason")

    def __init__(self, reason: str, name: str = "") -> None:
        self.reason = reason
        self.name = name

    def __repr__(self) -> str:
        return f"no value: {self.reason}"

    def __bool__(self) -> bool:
        return False

    def __float__(self) -> NoReturn:
        raise AbsentError(f"{self.name}: {self.reason}" if self.name else self.reason)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent) and (self.reason, self.name) == (other.reason, other.name)

    def __hash__(self) -> int:
        return hash((self.reason, self.name))
