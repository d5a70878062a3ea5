"""Units: our registry, the text grammar, conversion; the only room that knows pint."""

from .unit import (
    COUNTED,
    Unit,
    conversion_factor,
    definition_hash,
    from_pint,
    install_units,
    is_pint_quantity,
    power,
    product,
    quotient,
    same_dimension,
    to_pint,
)

__all__ = [
    "COUNTED",
    "Unit",
    "conversion_factor",
    "definition_hash",
    "from_pint",
    "install_units",
    "is_pint_quantity",
    "power",
    "product",
    "quotient",
    "same_dimension",
    "to_pint",
]
