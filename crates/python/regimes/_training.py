"""Scores that random features learn: when they generalise, when they memorise."""

from __future__ import annotations

from typing import Optional

import numpy as np

from . import _regimes
from ._errors import ArgumentError
from ._given import Entered, Given, name_of, pairs
from ._progress import Bar, answered
from ._table import Table


class Training:
    """A network of random features that learns the score at one noise level, and what is given of it.

    Every question takes further parameters by name, in place of those that the network was made with, and the
    keywords ``threads`` and ``progress``, as a question about a model does.
    """

    def __init__(self, **parameters: Given) -> None:
        self.parameters = parameters
        _words(parameters)

    def __repr__(self) -> str:
        return f"training({', '.join(f'{name}={value!r}' for name, value in self.parameters.items())})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Training):
            return NotImplemented
        one, two = pairs(self.parameters)[0], pairs(other.parameters)[0]
        return [n for n, _ in one] == [n for n, _ in two] and all(
            np.array_equal(a, b) for (_, a), (_, b) in zip(one, two)
        )

    __hash__ = None  # type: ignore[assignment]

    def times(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """How long to train: generalisation, the best time to stop, onset and half of memorisation, what is left.

        Examples
        --------
        >>> times = training(activation="tanh", psi_n=8, psi_p=64, t=0.1).times()
        >>> bool(times["tau_gen_limit"][0] < times["tau_opt"][0] < times["tau_half"][0])
        True
        """
        return self._asked("times", parameters, threads, progress)

    def losses(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """Train and test loss after a training time ``tau``, with a ``ridge``, or after ``steps`` of descent.

        Examples
        --------
        >>> train = training(activation="tanh", psi_n=4, psi_p=16, t=0.1).losses(tau=[1, "inf"])["train"]
        >>> [round(float(loss), 9) for loss in train]
        [0.957906495, 0.49336996]
        """
        return self._asked("losses", parameters, threads, progress)

    def spectrum(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """The bands of the features' covariance with their shares of the loss."""
        return self._asked("spectrum", parameters, threads, progress)

    def density(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """The density of the features' covariance, band by band, at ``points`` eigenvalues each."""
        return self._asked("density", parameters, threads, progress)

    def collapse(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """The noise level below which a trained score is that of its samples, after ``tau`` or with a ``ridge``."""
        return self._asked("collapse", parameters, threads, progress)

    def linear(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """A linear score of ``psi_n`` samples a dimension: what it misses of Gaussian data, and its best ``ridge``."""
        return self._asked("linear", parameters, threads, progress)

    def simulate(
        self, *, threads: Optional[int] = None, progress: Optional[bool] = None, **parameters: Given
    ) -> Table:
        """The same networks drawn, trained and tested, with standard errors: ``d``, ``blocks``, ``features``, …"""
        return self._asked("simulate", parameters, threads, progress)

    def _asked(
        self, word: str, parameters: dict[str, Given], threads: Optional[int], progress: Optional[bool]
    ) -> Table:
        new = {name_of(keyword) for keyword in parameters}
        kept = {keyword: value for keyword, value in self.parameters.items() if name_of(keyword) not in new}
        given = _words({**kept, **parameters})

        def put(threads: int, shown: Optional[Bar]) -> _regimes.Table:
            return _regimes.training(word, given, threads, shown)

        return Table(answered(put, threads, progress))


def _words(parameters: dict[str, Given]) -> list[tuple[str, Entered]]:
    given, words = pairs(parameters)
    if words:
        raise ArgumentError(words[0].replace("-", "_"), True, "must be a number or text")
    return given


def training(**parameters: Given) -> Training:
    """A network of random features that learns the score.

    Parameters
    ----------
    **parameters
        ``activation`` (a name, or an expression in z); the ratios ``psi_n`` = n/d and ``psi_p`` = p/d, or ``n``, ``p``
        and ``d``; the noise level ``t``, ``snr`` or ``sigma_noise``; ``spectrum`` of the data
        (``"weight:eigenvalue;…"``); ``noise_draws``; ``learning_rate`` and ``readout`` for times in steps.

    Examples
    --------
    >>> training(activation="relu", psi_n=4, psi_p=[8, 16], t=0.1).losses(ridge=0.001)["test"].value.shape
    (2,)
    """
    return Training(**parameters)
