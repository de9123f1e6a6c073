"""Theory calculator for the dynamical regimes of diffusion models.

A diffusion model run backward with the exact empirical score passes three regimes: noise, then commitment to
a class (speciation, t_S), then collapse onto a training sample (memorisation, t_C). A model of the data says
when, each number with a bound on its numerical error, its convention and its source:

>>> import regimes as rg
>>> data = rg.clusters(d=1024, mu=1, sigma=1)
>>> times = data.times(n=20_000)
>>> times["t_C.asymptotic"][0]
1.9775467186321605 ± 1.8e-15
>>> times["t_S.spectral"].source
'BBDM24 Eq. 3'

Lists and arrays are swept; what is given last runs fastest:

>>> phi = data.curve("phi", t=[1.0, 2.0, 3.0])
>>> phi["phi"].value.shape
(3,)
>>> data.times(d=[256, 1024], n=[1000, 10_000]).to_xarray().sizes
Frozen({'d': 2, 'n': 2})

Models (each a function of this module)
    `models` lists them: `clusters`, `gaussian`, `mixture`, `linear_manifold`, `manifold`, `curie_weiss`, …
Questions (methods of a model)
    `Model.times`, `Model.curve`, `Model.solve`, `Model.steps`, `Model.simulate`, `Model.validate`, `Model.explain`,
    `Model.quantities`.
Data sets
    `dataset`, of an array or a file: `Dataset.times`, `Dataset.spectrum`, `Dataset.risk`, `Dataset.advise`,
    `Dataset.simulate`; `advise` in one call.
Learned scores
    `training`, of random features: `Training.times`, `Training.losses`, `Training.spectrum`, `Training.density`,
    `Training.collapse`, `Training.linear`, `Training.simulate`.
Answers
    `Table` (to_pandas, to_polars, to_xarray, to_csv, to_json, to_latex, plot, figure), `Column`, `Number`, `Absent`.
Specifications
    `table` and `figure` of a TOML file; `verify` recomputes every published value that is reproduced.
Schedules
    `levels` in every coordinate; `schedule`: by name, of a ``scheduler_config.json``, or of a live diffusers scheduler.
Errors and warnings
    `ArgumentError`, `UsageError`, `FileError`, `NumericsError` (all `RegimesError`); `MissingValueWarning`,
    `ToleranceWarning` (both `RegimesWarning`).

Computations leave the interpreter free for other threads, end at Ctrl-C, and give the same bits on any number
of threads. In children of ``os.fork`` they start their own threads.
"""

from __future__ import annotations

import os as _os

from . import _regimes
from ._column import Column
from ._dataset import Dataset, advise, dataset
from ._errors import (
    AbsentError,
    ArgumentError,
    FileError,
    InternalError,
    MissingValueWarning,
    NumericsError,
    OutputError,
    RegimesError,
    RegimesWarning,
    ToleranceWarning,
    UsageError,
)
from ._explanation import Explanation
from ._model import Model, makers as _makers, model
from ._number import Absent, Number
from ._schedule import Schedule, levels, schedule
from ._specification import Figure, figure, table, verify
from ._table import Table
from ._training import Training, training

__version__: str = _regimes.VERSION

if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_regimes.forked)

_MAKERS = _makers()
globals().update(_MAKERS)


def models() -> list[str]:
    """Names of the models, each of which is a function of this module."""
    return list(_MAKERS)


def quantities(model: str | None = None) -> Table:
    """Every named quantity, or those of one model: symbol, unit, source, the models that have it, its meaning."""
    return Table(_regimes.quantities(None if model is None else model.replace("_", "-")))


__all__ = [
    "Absent",
    "AbsentError",
    "ArgumentError",
    "Column",
    "Dataset",
    "Explanation",
    "Figure",
    "FileError",
    "InternalError",
    "MissingValueWarning",
    "Model",
    "Number",
    "NumericsError",
    "OutputError",
    "RegimesError",
    "RegimesWarning",
    "Schedule",
    "Table",
    "ToleranceWarning",
    "Training",
    "UsageError",
    "advise",
    "dataset",
    "figure",
    "levels",
    "model",
    "models",
    "quantities",
    "schedule",
    "table",
    "training",
    "verify",
    *_MAKERS,
]
