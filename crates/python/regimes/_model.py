"""Models of data, and what is asked of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Callable, Optional, Union

import numpy as np

from . import _regimes
from ._explanation import Explanation
from ._errors import ArgumentError, UsageError
from ._given import Given, interval, measured, name_of, pairs, word
from ._progress import Bar, answered
from ._schedule import Schedule, Scheduled, named
from ._table import Table


#: Name, other spellings, symbol, meaning, default and whether it must be given.
Parameter = tuple[str, list[str], str, str, Optional[str], bool]


class Model:
    """A model of the data: its name, and what is given of it.

    Every question takes further parameters by name, in place of those that the model was made with, and
    these keywords:

    threads : int, optional
        Threads to compute with, all cores if not given. The result is the same.
    progress : bool, optional
        Whether tqdm shows what takes long; if not given, where it is installed and somebody looks.

    A parameter is a number, an expression such as ``"log(20000)/256"``, a range such as ``"0.5:8:#40"``, or a
    list or array, over which it is swept. What is given last runs fastest over the rows. Greek names are
    names too: ``σ=2``.
    """

    def __init__(self, name: str, /, **parameters: Given) -> None:
        self.name = name
        self.parameters = parameters
        self._query({}).check()

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.name.replace('-', '_')}({given})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        (one, words), (two, others) = pairs(self.parameters), pairs(other.parameters)
        named = self.name == other.name and words == others and [n for n, _ in one] == [n for n, _ in two]
        return named and all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, two))

    __hash__ = None  # type: ignore[assignment]

    def given(self, **parameters: Given) -> Model:
        """The same model with further or other parameters."""
        model = self._given(parameters)
        model._query({}).check()
        return model

    def _given(self, parameters: dict[str, Given]) -> Model:
        model = object.__new__(Model)
        new = {name_of(keyword) for keyword in parameters}
        kept = {keyword: value for keyword, value in self.parameters.items() if name_of(keyword) not in new}
        model.name, model.parameters = self.name, {**kept, **parameters}
        return model

    def times(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """Every speciation time t_S and collapse time t_C, in OU time.

        Parameters
        ----------
        schedule : str, dict, path, or a diffusers scheduler, optional
            A noise schedule on which the times are shown too: see `regimes.schedule`, whose further arguments may be
            given here as well, such as ``num_inference_steps=50``.
        **parameters
            Parameters of the model; ``n``, ``log_n`` or ``alpha`` for the number of samples;
            ``finite_size=True`` and ``phases=True`` for what is not always shown.

        Returns
        -------
        Table
            A row for each combination of parameters; a time with its error, or the reason why there is none.
        """
        return self._asked(lambda query: query.times(), parameters, threads, progress, schedule)

    def curve(
        self,
        quantity: str,
        /,
        *,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """A quantity over the noise level, given by ``t``, ``snr`` or ``sigma_noise``.

        Parameters
        ----------
        quantity : str
            Its name: one of `curves`.
        **parameters
            The noise level, parameters of the model and of the curve, such as ``order="exact"`` for the excess
            entropy at finite n and d.
        """
        word("quantity", quantity)
        return self._asked(lambda query: query.curve(quantity), parameters, threads, progress)

    def solve(
        self,
        unknown: str,
        such_that: str,
        /,
        *,
        between: Optional[tuple[float, float]] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """The values of a parameter for which something holds.

        Parameters
        ----------
        unknown : str
            The parameter to solve for, such as ``"n"``.
        such_that : str
            What must hold, such as ``"t_C=0.5"`` or ``"t_S=t_C"``.
        between : pair of floats, optional
            Where to look; everywhere that makes sense, if not given.

        Returns
        -------
        Table
            A row for each solution.
        """
        unknown = name_of(word("unknown", unknown))
        word("such_that", such_that)
        ends = None if between is None else interval("between", between)
        return self._asked(lambda query: query.solve(unknown, such_that, ends), parameters, threads, progress)

    def steps(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """What the steps of a sampler cost: ``grid``, ``steps``, the ends ``snr`` or ``sigma_noise``.

        Parameters
        ----------
        schedule : str, dict, path, or a diffusers scheduler, optional
            A schedule whose own grid may be asked for, or on which levels are shown.
        **parameters
            ``sampler`` ("ancestral" or "ddim"); ``grid``, one or several of "optimal", "geometric", "arctan", "karras",
            "entropic", "rescaled-entropic", "class-entropic", "dilated", "uniform-t", or a file; ``steps``; the ends of
            the grid as a tuple, ``snr=(0.001, 50)`` or ``sigma_noise=(80, 0.002)``; ``levels=True`` for the levels of
            the grid themselves.
        """
        for ends in ("snr", "sigma_noise"):
            if isinstance(pair := parameters.get(ends), tuple) and len(pair) == 2:
                parameters[ends] = interval(ends, pair)
        return self._asked(lambda query: query.steps(), parameters, threads, progress, schedule)

    def guidance(
        self,
        *,
        schedule: Optional[Scheduled] = None,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """What classifier-free guidance generates along the class's mean, and when it acts.

        Parameters
        ----------
        schedule : str, dict, path, or a diffusers scheduler, optional
            A schedule on which the window of action is shown too.
        **parameters
            ``omega`` (0 is no guidance) or ``guidance_scale`` (1 + omega); ``sampler`` ("sde" or "ode"); ``window``,
            the two times between which guidance is on, ``window=(4, 2)``; ``power``.
        """
        if isinstance(pair := parameters.get("window"), tuple) and len(pair) == 2:
            parameters["window"] = interval("window", pair)
        return self._asked(lambda query: query.guidance(), parameters, threads, progress, schedule)

    def simulate(
        self,
        experiment: str,
        /,
        *,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """An experiment with the exact score, with standard errors; the same bits on any number of threads.

        Parameters
        ----------
        experiment : str
            Its name: ``"clones"`` (φ), ``"entropy"`` (f^e, which `curve` calls ``"excess-entropy"``), ``"collapse"``
            or ``"levels"``.
        **parameters
            Parameters of the model and of the experiment: ``n``, ``t``, ``blocks``, ``seed``, …
        """
        word("experiment", experiment)
        return self._asked(lambda query: query.simulate(experiment), parameters, threads, progress)

    def validate(
        self,
        columns: Union[Mapping[str, Any], Table],
        against: str,
        /,
        *,
        threads: Optional[int] = None,
        progress: Optional[bool] = None,
        **parameters: Given,
    ) -> Table:
        """Measured points held against a curve: deviations, χ², runs, a verdict, a fit.

        Parameters
        ----------
        columns : mapping of str to array, a data frame, or a Table of `simulate`
            A noise coordinate such as ``t``, the measured value under the name of its quantity, and ``stderr``.
        against : str
            The curve, such as ``"phi"``.
        **parameters
            Parameters of the model; ``fit="sigma"`` and ``between="0.5:2"`` to fit one of them; ``shared_noise=True``
            where all points are of one data set.
        """
        if isinstance(columns, Table):
            columns = columns._measured()
        if not (isinstance(columns, Mapping) or hasattr(columns, "columns")):
            raise ArgumentError("columns", type(columns).__name__, "must be arrays by name: a dict, a data frame, or a Table")
        if "between" in parameters:
            parameters["between"] = interval("between", parameters["between"])
        arrays = [(str(name), measured(str(name), columns[name])) for name in columns]
        return self._asked(lambda query: query.validate(against, arrays), parameters, threads, progress)

    def explain(self, quantity: str, /, **parameters: Given) -> Explanation:
        """The formula of a quantity, its source, the numbers put in, and the value."""
        return Explanation(*self._query(parameters).explain(word("quantity", quantity)))

    @property
    def curves(self) -> list[str]:
        """Names of the curves that this model has."""
        return _regimes.curves(self.name)

    def quantities(self) -> Table:
        """Every named quantity of this model: symbol, unit, source, meaning."""
        return Table(_regimes.quantities(self.name))

    def bounds(self, **parameters: Given) -> tuple[Optional[float], Optional[float]]:
        """The t_S that is quoted and t_C, which bound the regimes; ``None`` where there is none, or no ``n``.

        Parameters of which the model knows nothing, such as ``t``, are left aside.
        """
        return self._query(parameters).bounds()

    def _query(
        self,
        parameters: dict[str, Given],
        threads: int = 0,
        shown: Optional[Callable[[int, int], None]] = None,
        schedule: Optional[Scheduled] = None,
    ) -> _regimes.Query:
        known, words = pairs(self.parameters)
        given, more = pairs(parameters)
        words += more
        for word in words:
            if word not in (known_words := _regimes.words(self.name)):
                only = ", ".join(known.replace("-", "_") for known in known_words)
                raise ArgumentError(word.replace("-", "_"), True, f"is nothing to be asked for: there are {only}")
        on = schedule._raw if isinstance(schedule, Schedule) else None
        if schedule is not None and on is None:
            given.append(named(schedule))
        return _regimes.Query(self.name, known, given, words, on, threads, shown)

    def _asked(
        self,
        question: Callable[[_regimes.Query], _regimes.Table],
        parameters: dict[str, Given],
        threads: Optional[int],
        progress: Optional[bool],
        schedule: Optional[Scheduled] = None,
    ) -> Table:
        def put(threads: int, shown: Optional[Bar]) -> _regimes.Table:
            return question(self._query(parameters, threads, shown, schedule))

        return Table(answered(put, threads, progress), self._given(parameters))


def model(name: str, /, **parameters: Given) -> Model:
    """The model called `name`, such as ``"linear-manifold"``.

    Examples
    --------
    >>> model("clusters", d=1024).times(n=20_000)["t_C.asymptotic"][0]
    1.9775467186321605 ± 1.8e-15
    """
    return Model(word("name", name).replace("_", "-"), **parameters)


def makers() -> dict[str, Callable[..., Model]]:
    """A function for each model, by its name in Python."""
    return {name.replace("-", "_"): _maker(name, about, all) for name, about, all in _regimes.models()}


def _maker(name: str, about: str, parameters: list[Parameter]) -> Callable[..., Model]:
    of_a_file = any(parameter == "file" for parameter, *_ in parameters)

    def make(*file: Given, **given: Given) -> Model:
        if file and not (of_a_file and len(file) == 1 and "file" not in given):
            raise UsageError(f"{python} takes its parameters by name")
        return Model(name, **(dict(file=file[0]) if file else {}), **given)

    python = name.replace("-", "_")
    make.__name__ = make.__qualname__ = python
    make.__module__ = "regimes"
    lines = [f"{about[:1].upper()}{about[1:]}.", "", "Parameters", "----------"]
    signature = []
    if of_a_file:
        signature.append(inspect.Parameter("file", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="Given"))
    for parameter, aliases, symbol, help, default, required in parameters:
        keyword = parameter.replace("-", "_")
        needed = "required" if required else "optional" if default is None else f"default {default}"
        also = f" (also {', '.join(aliases)})" if aliases else ""
        lines += [f"{keyword} : {needed}", f"    {symbol}: {help}{also}"]
        if keyword == "file":
            continue
        signature.append(inspect.Parameter(keyword, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Given"))
    signature.append(inspect.Parameter("parameters", inspect.Parameter.VAR_KEYWORD, annotation="Given"))
    make.__doc__ = "\n".join(lines)
    make.__signature__ = inspect.Signature(signature, return_annotation=Model)  # type: ignore[attr-defined]
    return make
