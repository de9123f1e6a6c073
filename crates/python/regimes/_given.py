"""What is given as an argument, as the text that the command line would be given."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from ._errors import ArgumentError

#: A number, an expression such as ``"log(20000)/256"``, a range such as ``"0:8:#80"``, or a list or array.
Given = Union[float, str, "list[float]", "list[str]", "tuple[float, ...]", "npt.NDArray[Any]", range, Any]


def name_of(keyword: str) -> str:
    """The parameter that a keyword argument names: ``log_n`` is ``log-n``; ``lambda_`` is ``lambda``."""
    return keyword.rstrip("_").replace("_", "-")


def number(name: str, value: float) -> str:
    """A number as text that reads back as the same number."""
    if value != value:
        raise ArgumentError(name, "nan", "is no number")
    if isinstance(value, Integral):
        return str(int(value))
    return float.__repr__(float(value))


#: What a parameter is given: text, or numbers.
Entered = Union[str, "npt.NDArray[np.float64]"]


def entered(name: str, value: Given) -> Entered:
    """A value that a parameter called `name` is given."""
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (bool, np.bool_)):
        raise ArgumentError(name, value, "must be a number or text, not true or false")
    if isinstance(value, Real):
        return number(name, value)  # type: ignore[arg-type]
    if isinstance(value, Mapping) and name == "file":
        return document(name, value)
    if value is None or isinstance(value, (Mapping, set, frozenset, bytes)):
        raise ArgumentError(name, _shown(value), "must be a number, text, or a list of them")
    return _of_array(name, value)


def document(name: str, value: Mapping[str, Any]) -> str:
    """What stands in a file of the program, given as a dict."""
    try:
        return json.dumps(value, default=plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ArgumentError(name, _shown(value), f"must hold numbers, texts and lists: {error}") from None


def plain(value: Any) -> Any:
    """What JSON has no word for, as it has one: arrays as lists."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if hasattr(value, "__array__"):
        return np.asarray(value).tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} is none of these")


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def unmasked(name: str, value: Any) -> Any:
    """The value itself, unless part of it is masked."""
    if np.ma.is_masked(value):
        count = int(np.ma.getmaskarray(value).sum())
        raise ArgumentError(name, f"an array with {count} masked", "must have no masked entries: leave them out")
    return value


def word(name: str, value: object) -> str:
    """A name given as text."""
    if not isinstance(value, str):
        raise ArgumentError(name, _shown(value), "must be a name, as text")
    return value


def interval(name: str, pair: Any) -> str:
    """Two ends as the command line takes them."""
    if isinstance(pair, str):
        return pair
    try:
        low, high = pair
        return f"{number(name, low)}:{number(name, high)}"
    except (TypeError, ValueError):
        raise ArgumentError(name, _shown(pair), "must be a pair of numbers") from None


def _of_array(name: str, value: Any) -> Entered:
    unmasked(name, value)
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever a foreign object's conversion raises
        raise ArgumentError(name, _shown(value), f"cannot be made an array: {error}") from None
    described = f"an array of shape {array.shape}, dtype {array.dtype}"
    if array.ndim == 0:
        if array.dtype.kind not in "iufbUT":
            raise ArgumentError(name, _shown(value), "must be a number, text, or a list of them")
        return entered(name, array.item())
    if array.ndim != 1:
        raise ArgumentError(name, described, "must have one dimension: give each parameter its own list")
    if array.size == 0:
        raise ArgumentError(name, described, "is empty: give one value at least")
    if array.dtype.kind in "UT":
        for entry in array:
            if _splits(str(entry)):
                raise ArgumentError(name, repr(str(entry)), "holds a comma: give it alone, or in parentheses")
        return ",".join(map(str, array))
    if array.dtype.kind not in "iuf":
        raise ArgumentError(name, described, "must hold real numbers or texts")
    missing = np.isnan(array) if array.dtype.kind == "f" else np.zeros(0, dtype=bool)
    if missing.any():
        first = int(np.argmax(missing))
        raise ArgumentError(name, described, f"holds {int(missing.sum())} NaN, the first at index {first}")
    return np.ascontiguousarray(array, dtype=np.float64)


def measured(name: str, values: Any) -> npt.NDArray[np.float64]:
    """A column of measured numbers."""
    try:
        array = np.asarray(unmasked(name, values))
    except ArgumentError:
        raise
    except Exception as error:  # whatever a foreign object's conversion raises
        raise ArgumentError(name, _shown(values), f"cannot be made an array: {error}") from None
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise ArgumentError(name, f"an array of shape {array.shape}, dtype {array.dtype}", "must be a list of numbers")
    return np.ascontiguousarray(array, dtype=np.float64)


def _splits(entry: str) -> bool:
    """Whether a comma stands outside of parentheses, brackets and braces."""
    depth = 0
    for letter in entry:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth <= 0:
            return True
    return False


def pairs(parameters: Mapping[str, Given]) -> tuple[list[tuple[str, Entered]], list[str]]:
    """Names with their values, and the words that were set ``True``; what is ``None`` is not given."""
    given: list[tuple[str, Entered]] = []
    words: list[str] = []
    for keyword, value in parameters.items():
        name = name_of(keyword)
        if value is None:
            continue
        if isinstance(value, (bool, np.bool_)):
            if value:
                words.append(name)
            continue
        given.append((name, entered(keyword, value)))
    return given, words
