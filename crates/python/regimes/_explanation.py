"""Explanations: formulas with the numbers put in."""

from __future__ import annotations

from typing import Optional, Union

from ._errors import spoken
from ._number import Absent, Number


class Explanation:
    """A formula, its source, the numbers put in, and the value; a notebook shows it as mathematics.

    Attributes
    ----------
    title : str
        The quantity's name, and of what.
    lines : list of (str, str)
        The lines of mathematics, in Unicode and in LaTeX.
    notes : list of str
        Sources and remarks.
    value : Number, Absent or None
        The value; ``None`` where nothing is computed.
    failure : str or None
        What did not reach its tolerance.
    """

    def __init__(
        self,
        title: str,
        lines: list[tuple[str, str]],
        notes: list[str],
        text: str,
        value: Optional[tuple[Optional[float], Optional[float], Optional[str]]],
        column: tuple[str, str, str, str],
        failure: Optional[str],
    ) -> None:
        self.title, self.lines, self.failure = title, lines, failure
        self.notes = [spoken(note) for note in notes]
        self._text = text
        self.value: Union[Number, Absent, None] = None
        if value is not None:
            number, error, reason = value
            name, symbol, unit, source = column
            if number is None:
                self.value = Absent(reason or "", name)
            else:
                self.value = Number(number, error, None, name, symbol, unit, source, reason)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Explanation) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return self._text

    @property
    def latex(self) -> str:
        """The mathematics as an ``align*`` environment."""
        return "\\begin{align*}\n" + "".join(f"{line} \\\\\n" for line in self._latex()) + "\\end{align*}\n"

    def _latex(self) -> list[str]:
        return [line for _, latex in self.lines for line in latex.split("\n")]

    def _repr_markdown_(self) -> str:
        mathematics = " \\\\\n".join(self._latex())
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"**{self.title}**\n\n$$\\begin{{aligned}}\n{mathematics}\n\\end{{aligned}}$$\n\n{notes}\n"
