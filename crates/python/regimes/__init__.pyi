# Written by crates/python/stubs.py.

from ._given import Given
from ._column import Column as Column
from ._dataset import Dataset as Dataset, advise as advise, dataset as dataset
from ._errors import AbsentError as AbsentError, ArgumentError as ArgumentError, FileError as FileError, InternalError as InternalError, MissingValueWarning as MissingValueWarning, NumericsError as NumericsError, OutputError as OutputError, RegimesError as RegimesError, RegimesWarning as RegimesWarning, ToleranceWarning as ToleranceWarning, UsageError as UsageError
from ._explanation import Explanation as Explanation
from ._model import Model as Model, model as model
from ._number import Absent as Absent, Number as Number
from ._schedule import Schedule as Schedule, levels as levels, schedule as schedule
from ._specification import Figure as Figure, figure as figure, table as table, verify as verify
from ._table import Table as Table
from ._training import Training as Training, training as training

__version__: str
__all__: list[str]

def models() -> list[str]: ...
def quantities(model: str | None = None) -> Table: ...
def clusters(
    *,
    d: Given = ...,
    mu: Given = ...,
    sigma: Given = ...,
    **parameters: Given,
) -> Model:
    """Two symmetric Gaussian clusters: means ±m, |m|² = d μ̃², variance σ² within."""
    ...
def gaussian(
    *,
    d: Given = ...,
    sigma: Given = ...,
    eigenvalues: Given = ...,
    power_law: Given = ...,
    **parameters: Given,
) -> Model:
    """One Gaussian: isotropic, with given eigenvalues, or with a power-law spectrum."""
    ...
def mixture(
    *,
    file: Given = ...,
    **parameters: Given,
) -> Model:
    """K Gaussian classes of any weights, means and covariances, from a file."""
    ...
def linear_manifold(
    *,
    d: Given = ...,
    beta: Given = ...,
    p: Given = ...,
    embedding: Given = ...,
    **parameters: Given,
) -> Model:
    """Gaussian data on a linear manifold of dimension βd, with its embedding named."""
    ...
def manifold(
    *,
    activation: Given = ...,
    d: Given = ...,
    beta: Given = ...,
    p: Given = ...,
    prior: Given = ...,
    gain: Given = ...,
    embedding: Given = ...,
    normalise: Given = ...,
    mu: Given = ...,
    **parameters: Given,
) -> Model:
    """Data on a nonlinear manifold, φ of a random projection of βd latent coordinates."""
    ...
def curie_weiss(
    *,
    d: Given = ...,
    temperature: Given = ...,
    **parameters: Given,
) -> Model:
    """Curie-Weiss spins: two phases of magnetisation ±m* below temperature 1."""
    ...
def independent(
    *,
    d: Given = ...,
    prior: Given = ...,
    **parameters: Given,
) -> Model:
    """Independent coordinates, each drawn from a scalar prior."""
    ...
def losses(
    *,
    file: Given = ...,
    d: Given = ...,
    parameterisation: Given = ...,
    variance: Given = ...,
    conditional: Given = ...,
    label_entropy: Given = ...,
    train: Given = ...,
    **parameters: Given,
) -> Model:
    """A trained network, by its loss curve."""
    ...
def tokens(
    *,
    d: Given = ...,
    tokens: Given = ...,
    corruption: Given = ...,
    **parameters: Given,
) -> Model:
    """Strings of independent tokens."""
    ...
def markov_chain(
    *,
    file: Given = ...,
    d: Given = ...,
    corruption: Given = ...,
    **parameters: Given,
) -> Model:
    """Strings drawn from a stationary Markov chain, from a file."""
    ...
def ising_chain(
    *,
    d: Given = ...,
    temperature: Given = ...,
    corruption: Given = ...,
    **parameters: Given,
) -> Model:
    """Spins of a one-dimensional Ising chain."""
    ...
def product_classes(
    *,
    d: Given = ...,
    first: Given = ...,
    second: Given = ...,
    corruption: Given = ...,
    **parameters: Given,
) -> Model:
    """Two fair classes of strings of independent two-valued tokens."""
    ...
def hierarchy(
    *,
    symbols: Given = ...,
    rules: Given = ...,
    branching: Given = ...,
    levels: Given = ...,
    grammar: Given = ...,
    corruption: Given = ...,
    **parameters: Given,
) -> Model:
    """Strings of a random hierarchy model: m rules of s children for each of v symbols, L levels."""
    ...
