"""Units: the vocabulary, the text grammar, exact conversion by a table of factors."""

from .prose import plain_powers
from .unit import (
    COUNTED,
    Unit,
    conversion_factor,
    definition_hash,
    power,
    product,
    quotient,
    read_unit,
    same_dimension,
)
from .words import with_unit

__all__ = [
    "COUNTED",
    "Unit",
    "conversion_factor",
    "definition_hash",
    "plain_powers",
    "power",
    "product",
    "quotient",
    "read_unit",
    "same_dimension",
    "with_unit",
]
