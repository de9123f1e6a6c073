"""Noise schedules: known ones by name, and those of diffusers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Optional, Union

from . import _regimes
from ._errors import ArgumentError
from ._given import Entered, Given, pairs, plain
from ._table import Table


class Schedule:
    """A noise schedule: on it every time has a step, or a time of the schedule's own."""

    def __init__(self, given: list[tuple[str, Entered]]) -> None:
        self._given = given
        self._raw = _regimes.Schedule.chosen(given)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schedule):
            return NotImplemented
        same = (self.name, self.parameters, self.notes) == (other.name, other.parameters, other.notes)
        return same and str(self._given) == str(other._given)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Schedule, (self._given,)

    @property
    def name(self) -> str:
        """Its name, or the class that its configuration names."""
        return self._raw.name

    @property
    def parameters(self) -> dict[str, float]:
        """Its parameters by name, defaults included."""
        return {name.replace("-", "_"): value for name, value in self._raw.parameters}

    @property
    def notes(self) -> list[str]:
        """What a reader of its configuration should know: defaults used, settings set aside."""
        return self._raw.notes

    def levels(self, **coordinate: Given) -> Table:
        """Noise levels in every coordinate of this schedule: see `regimes.levels`.

        Of a schedule with the steps of a sampler all its levels, where no coordinate is given.
        """
        return levels(self, **coordinate)

    def __repr__(self) -> str:
        parameters = "".join(f", {name}={value!r}" for name, value in self.parameters.items())
        return f"schedule({self.name!r}{parameters})"


#: What names a schedule.
Scheduled = Union[str, "os.PathLike[str]", Mapping[str, Any], Schedule, Any]


def schedule(which: Scheduled, /, **parameters: Given) -> Schedule:
    """A noise schedule.

    Parameters
    ----------
    which : str, path, dict, or a diffusers scheduler
        The name of a known schedule (``"ddpm-linear"``, ``"sd-scaled-linear"``, ``"ddpm-cosine"``, ``"edm"``,
        ``"vp"``, ``"ve"``, ``"flow"``); or the path of a ``scheduler_config.json``, its content as a dict, or a
        live scheduler, whose ``.config`` is read.
    **parameters
        Parameters of a known schedule, such as ``beta_start``, in place of their defaults; what a configuration
        leaves open (``shift_mu``, ``image_size``); and the steps of a sampler: ``num_inference_steps``,
        ``timestep_spacing``, ``sigma_spacing``, ``steps_offset``, ``final_sigma``, ``sigmas``.

    Examples
    --------
    >>> schedule("ddpm-linear", beta_end=0.03)
    schedule('ddpm-linear', beta_start=0.0001, beta_end=0.03, num_train_timesteps=1000.0)
    >>> len(schedule("sd-scaled-linear", num_inference_steps=30).levels())
    30
    """
    if isinstance(which, Schedule):
        if parameters:
            raise ArgumentError(next(iter(parameters)), "given", "belongs to a schedule by name")
        return which
    more, words = pairs(parameters)
    if words:
        raise ArgumentError(words[0].replace("-", "_"), True, "must be a number or text")
    return Schedule([named(which), *more])


def named(which: Scheduled) -> tuple[str, str]:
    """What the command line would be given for a schedule."""
    if isinstance(which, str) and not which.endswith(".json"):
        return "schedule", which
    if isinstance(which, (str, os.PathLike)):
        return "config", str(os.fspath(which))
    config = getattr(which, "config", which)
    if not isinstance(config, Mapping):
        expected = "must be a name, a configuration (a dict or the path of one), or a diffusers scheduler"
        raise ArgumentError("schedule", repr(which)[:60], expected)
    values = dict(config)
    if config is not which:
        values.setdefault("_class_name", type(which).__name__)
    try:
        return "config", json.dumps(values, default=lambda value: getattr(value, "name", None) or plain(value))
    except (TypeError, ValueError) as error:
        raise ArgumentError("schedule", repr(which)[:60], f"is no configuration in JSON: {error}") from None


def levels(schedule: Optional[Scheduled] = None, /, **coordinate: Given) -> Table:
    """Noise levels in every coordinate, and where a schedule reaches them.

    Parameters
    ----------
    schedule : str, dict, path, or a diffusers scheduler, optional
        As `regimes.schedule` takes it; a name may also be ``"all"``, or several with commas.
    **coordinate
        One of ``t``, ``snr``, ``sigma``, ``alpha_bar``, ``log_snr``, ``step``, ``time``, ``flow_time``, …

    Examples
    --------
    >>> round(float(levels("ddpm-linear", t=1.0)["step"][0]), 4)
    441.9471
    """
    given, words = pairs(coordinate)
    if words:
        raise ArgumentError(words[0].replace("-", "_"), True, "must be a number or text")
    if isinstance(schedule, Schedule):
        return Table(_regimes.levels(given, schedule._raw))
    return Table(_regimes.levels(given if schedule is None else [*given, named(schedule)], None))
