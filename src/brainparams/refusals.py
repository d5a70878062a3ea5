"""What Python would do to a quantity at the price of its unit or its spread, and what to write instead."""

from __future__ import annotations

from typing import Any, NoReturn

from .errors import KindError, UnknownAttributeError, did_you_mean

__all__ = ["Refusals"]


class Refusals:
    """Mix-in of a quantity: what has no meaning for it is an error that says what has."""

    __slots__ = ()

    def __int__(self) -> int:
        raise KindError("int() would drop the unit; ask for .value (exact) or .median()")

    def __complex__(self) -> complex:
        raise KindError("complex() would drop the unit; ask for .value (exact) or .median()")

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise KindError("round(): a quantity keeps all its digits and prints those worth reading; round .median()")

    def __abs__(self) -> NoReturn:
        raise KindError("abs(): write bp.maximum(q, -q)")

    def _no_remainder(self, other: Any) -> NoReturn:
        raise KindError("//, % and divmod() have no meaning for an uncertain number; divide with /, and ask .median()")

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _no_remainder

    def _no_matrix(self, other: Any) -> NoReturn:
        raise KindError("@: a quantity is no matrix; multiply with * and add up with .total(axis)")

    __matmul__ = __rmatmul__ = _no_matrix

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # asked for by Python and its tools
            raise AttributeError(name)
        raise UnknownAttributeError(f"a quantity has no {name!r}.{did_you_mean(name, dir(type(self)))}")
