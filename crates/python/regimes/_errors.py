"""What can go wrong, as exceptions and warnings."""

from __future__ import annotations

import re

_FLAG = re.compile(r"--([a-z][a-z0-9-]*)")
_NAME = re.compile(r"(?<=[a-z])-(?=[a-z])")


def spoken(text: str) -> str:
    """A message of the command line in the words of a keyword argument: ``--log-n`` is ``log_n``."""
    text = _FLAG.sub(lambda flag: flag[1].replace("-", "_"), text)
    if "is no parameter" in text:
        text = _NAME.sub("_", text)
    return text


class RegimesError(Exception):
    """Everything that `regimes` raises."""


class ArgumentError(RegimesError, ValueError):
    """An argument outside its domain.

    Attributes
    ----------
    argument : str
        Its name.
    value : str
        What was given.
    expected : str
        What would be right.
    """

    def __init__(self, argument: str, value: object, expected: str) -> None:
        self.argument = spoken(argument)
        self.value = str(value)
        self.expected = spoken(expected)
        super().__init__(argument, self.value, expected)

    def __str__(self) -> str:
        return f"{self.argument} = {self.value}: {self.expected}"


class UsageError(RegimesError, TypeError):
    """Arguments that make no sense together, or one that is missing."""

    def __init__(self, message: str) -> None:
        super().__init__(spoken(message))


class FileError(RegimesError, OSError):
    """A file that cannot be read, or data that do not say what they should."""

    def __init__(self, message: str) -> None:
        super().__init__(spoken(message))


class NumericsError(RegimesError, ArithmeticError):
    """A computation that failed as a whole. Single values that miss their accuracy are cells that say so."""


class OutputError(RegimesError, OSError):
    """Output that could not be written."""


class AbsentError(RegimesError, ValueError):
    """A number was asked for where there is none; the message says why there is none."""


class InternalError(RegimesError, RuntimeError):
    """A fault of this program: please report it."""


class RegimesWarning(UserWarning):
    """Everything that `regimes` warns of."""


class MissingValueWarning(RegimesWarning):
    """An array holds NaN where there is no value; `Column.reason` says why."""


class ToleranceWarning(RegimesWarning):
    """A value did not reach the accuracy that it should have; its stated error is still honest."""
