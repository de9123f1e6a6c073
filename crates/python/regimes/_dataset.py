"""Data sets: samples in an array or a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Callable, Optional

import numpy as np

from . import _regimes
from ._errors import ArgumentError
from ._given import Given, pairs, unmasked, word
from ._progress import Bar, answered
from ._schedule import Schedule, Scheduled, named
from ._table import Table

#: Kinds of numbers that are read where they lie.
_KINDS = ("float64", "float32", "uint8", "int8", "uint16", "int16", "uint32", "int32")


class Dataset:
    """Samples, and how they are looked at: see `regimes.dataset`."""

    def __init__(self, samples: Any, labels: Optional[Any] = None, **options: Given) -> None:
        self._file: Optional[str] = None
        self._array: Optional[np.ndarray[Any, Any]] = None
        self._options = dict(options)
        if isinstance(samples, (str, os.PathLike)):
            self._file = os.fspath(samples)
            if labels is not None:
                self._options["labels"] = labels
                labels = None
        else:
            self._array = _array(samples)
        self._labels = None if labels is None else _labels(labels, 0 if self._array is None else len(self._array))

    def __repr__(self) -> str:
        if self._array is None:
            return f"dataset({self._file!r})"
        labels = "" if self._labels is None else f", {len(set(self._labels))} classes"
        return f"dataset(<{' × '.join(map(str, self._array.shape))} {self._array.dtype}{labels}>)"

    def times(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **options: Given,
    ) -> Table:
        """Sizes, spectrum, speciation and collapse times, with standard errors.

        With a noise level, ``t``, ``snr`` or ``sigma_noise``, what the empirical score of the samples shows there.

        Parameters
        ----------
        schedule : str, dict, path, or a diffusers scheduler, optional
            A noise schedule on which the times are shown too, whose further arguments may be given here as well, such
            as ``num_inference_steps=50``.
        **options
            Options of ``regimes dataset``: ``scale``, ``center``, ``classes``, ``queries``, ``blocks``, ``outliers``,
            ``seed``.
        """
        return self._asked(lambda samples: samples.times(), options, threads, progress, schedule)

    def spectrum(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **options: Given
    ) -> Table:
        """The eigenvalues of the covariance: bulk and outliers."""
        return self._asked(lambda samples: samples.spectrum(), options, threads, progress)

    def risk(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **options: Given,
    ) -> Table:
        """The samples that are memorised first: copies, outliers, members of rare classes; `top` of them."""
        return self._asked(lambda samples: samples.risk(), options, threads, progress, schedule)

    def advise(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **options: Given,
    ) -> Table:
        """One page: when classes are decided, where guidance acts, from where on samples are copied, how many would be
        enough, which are memorised first, what ``steps`` of the scheduler cost and how they are placed better.

        Every row names its criterion, why that one, and the command that prints its number.

        Parameters
        ----------
        schedule : str, dict, path, or a diffusers scheduler, optional
            The scheduler of the sampler.
        **options
            Options of ``regimes advise``: ``steps``, ``n``, ``sampler``, ``omega``, ``top``, ``queries``, ``blocks``.
        """
        return self._asked(lambda samples: samples.advise(), options, threads, progress, schedule)

    def simulate(
        self,
        experiment: str,
        /,
        *,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **options: Given,
    ) -> Table:
        """An experiment with the exact score of the samples, with standard errors."""
        word("experiment", experiment)
        return self._asked(lambda samples: samples.simulate(experiment), options, threads, progress)

    def _asked(
        self,
        question: Callable[[_regimes.Samples], _regimes.Table],
        options: dict[str, Given],
        threads: Optional[int],
        progress: Optional[bool],
        schedule: Optional[Scheduled] = None,
    ) -> Table:
        given, words = pairs({**self._options, **options})
        if words:
            raise ArgumentError(words[0].replace("-", "_"), True, "must be a number or text")
        on = schedule._raw if isinstance(schedule, Schedule) else None
        if schedule is not None and on is None:
            given.append(named(schedule))

        def put(threads: int, shown: Optional[Bar]) -> _regimes.Table:
            return question(_regimes.Samples(self._file, self._array, self._labels, given, on, threads, shown))

        return Table(answered(put, threads, progress))


def dataset(samples: Any, labels: Optional[Any] = None, **options: Given) -> Dataset:
    """A data set.

    Parameters
    ----------
    samples : array, data frame, tensor, or path
        The samples, n of them along the first axis; whatever NumPy, DLPack or pandas shows as an array of
        numbers, read where it lies if it is contiguous. Or a file: npy, npz, IDX or text, plain or compressed.
    labels : sequence, or path for samples in a file, optional
        The class of each sample.
    **options
        Options of ``regimes dataset``, such as ``scale="2/255"``, which brings bytes to the interval of length 2 that
        pipelines train on; of a file also which part of it is read.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(1).normal(size=(200, 8)) + np.repeat([[1.0], [-1.0]], 100, axis=0)
    >>> dataset(rows, labels=np.repeat(["a", "b"], 100))
    dataset(<200 × 8 float64, 2 classes>)
    """
    return Dataset(samples, labels, **options)


def advise(samples: Any, labels: Optional[Any] = None, **options: Any) -> Table:
    """One page of advice for a data set, a scheduler and a number of steps: see `Dataset.advise`.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(1).normal(size=(200, 8)) + np.repeat([[1.0], [-1.0]], 100, axis=0)
    >>> page = advise(rows, np.repeat(["a", "b"], 100), schedule="ddpm-linear", steps=20, queries=50, blocks=0)
    >>> page["question"][1]
    'When are classes decided?'
    """
    return Dataset(samples, labels).advise(**options)


def _array(samples: Any) -> np.ndarray[Any, Any]:
    if isinstance(samples, Mapping):
        raise ArgumentError("samples", "a mapping", "must be an array: choose one of its entries")
    if hasattr(samples, "detach"):
        samples = samples.detach()  # a tensor that remembers its gradient shows no array
    unmasked("samples", samples)
    try:
        array = np.asarray(samples)
    except Exception as error:  # whatever a foreign object's conversion raises
        raise ArgumentError("samples", type(samples).__name__, f"cannot be made an array: {error}") from None
    described = f"an array of shape {array.shape}, dtype {array.dtype}"
    if array.ndim == 0 or array.size == 0:
        raise ArgumentError("samples", described, "must have samples along its first axis")
    if array.dtype.kind == "O":
        raise ArgumentError("samples", described, "holds objects: give an array of numbers, such as frame.to_numpy(float)")
    if array.dtype.kind not in "fiu":
        raise ArgumentError("samples", described, "must hold real numbers")
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8 and max(int(array.max()), -int(array.min())) > 2**53:
        raise ArgumentError("samples", described, "holds whole numbers beyond 2**53, which double precision rounds: subtract a mean first")
    if array.dtype.name not in _KINDS or not array.dtype.isnative:
        array = array.astype(np.float64)
    return np.ascontiguousarray(array)


def _labels(labels: Any, samples: int) -> list[str]:
    array = np.asarray(unmasked("labels", labels))
    if array.dtype.kind not in "biufUT" and not all(isinstance(label, str) for label in array.ravel().tolist()):
        raise ArgumentError("labels", f"an array of dtype {array.dtype}", "must be texts or whole numbers")
    if array.ndim != 1 or len(array) != samples:
        raise ArgumentError("labels", f"an array of shape {array.shape}", f"must be a list of {samples}, one for each sample")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise ArgumentError("labels", "an array with NaN or infinity", "must name the class of each sample")
        if (np.abs(array) < 2**53).all() and np.array_equal(np.round(array), array):
            array = array.astype(np.int64)
    return [str(label) for label in array.tolist()]
