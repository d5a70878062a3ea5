"""What one believes about a number: shape, ppf, cdf, mean, sd, support. Each file of the folder registers its kinds."""

from importlib import import_module
from pkgutil import iter_modules

from .belief import Distribution
from .bounded import PERT, LogUniform, Triangular, Uniform
from .checks import Values
from .discrete import Discrete, Empirical, Point
from .fractions import Beta, from_counts
from .gamma import Gamma
from .mixtures import Mixture
from .normal import LogNormal, Normal, between
from .percentiles import from_percentiles
from .restoring import distribution_from
from .shifted import ShiftedLogNormal
from .stacks import Stack, stack
from .student import StudentT
from .truncated import Truncated

__all__ = [
    "PERT",
    "Beta",
    "Discrete",
    "Distribution",
    "Empirical",
    "Gamma",
    "LogNormal",
    "LogUniform",
    "Mixture",
    "Normal",
    "Point",
    "ShiftedLogNormal",
    "Stack",
    "StudentT",
    "Triangular",
    "Truncated",
    "Uniform",
    "Values",
    "between",
    "distribution_from",
    "from_counts",
    "from_percentiles",
    "stack",
]

for _each in iter_modules(__path__):
    import_module(f"{__name__}.{_each.name}")
