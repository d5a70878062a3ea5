"""What Python would do to a quantity at the price of its unit or its spread, and what to write instead."""

from __future__ import annotations

from typing import Any, NoReturn

from ..errors import KindError, UnknownAttributeError, did_you_mean, shown
from ..graph.operations import OPERATIONS

__all__ = ["Refusals", "of_numpy"]

MENDS = """
    sum, nansum, trace: quantity.total()
    mean, average, nanmean: quantity.mean('axis') for elements, quantity.mean() for the expected value
    median, nanmedian: quantity.median()
    std, nanstd, stdev, standard_deviation: quantity.sd()
    var, nanvar: quantity.sd() ** 2
    max, amax, nanmax: quantity.largest()
    min, amin, nanmin: quantity.smallest()
    cumsum, cumulative_sum: quantity.cumulative()
    percentile, quantile, nanpercentile, nanquantile: quantity.quantile(p)
    stack, vstack, hstack, dstack, column_stack, block: bp.stacked(…)
    concatenate, concat, append: bp.concatenated(…)
    add: a + b
    subtract, diff: a - b
    multiply, outer, kron: a * b
    divide, true_divide: a / b
    power, pow, float_power: a ** n
    square: quantity ** 2
    reciprocal: 1 / quantity
    cbrt: quantity ** Fraction(1, 3)
    negative: -quantity
    positive, copy, conjugate, conj, real: the quantity itself
    absolute, abs, fabs: bp.maximum(q, -q)
    fmax: bp.maximum(…)
    fmin: bp.minimum(…)
    expm1: bp.exp(…) - 1
    exp2: 2 ** quantity
    log2: bp.log(…) / math.log(2)
    tan: bp.sin(…) / bp.cos(…)
    atan: bp.arctan(…)
    arctan2, atan2: bp.arctan(a / b)
    prod, cumprod: the elements with *
    dot, vdot, vecdot, inner, matmul, tensordot, einsum: (a * b).total('axis')
    isclose, allclose, array_equal, array_equiv: bp.probability_greater(a, b)
    corrcoef, cov: bp.correlate(…) to say how inputs depend on each other
"""


def of_numpy(name: str) -> KindError:
    """Return an error that names what to write in place of a function of numpy."""
    mend = _mend(name) or "quantity.to_numpy() for draws"
    return KindError(f"numpy's {name}() takes no quantity: it would drop unit and spread; write {mend}")


def _mend(name: str) -> str | None:
    """Return what to write for a function that goes by this name elsewhere."""
    lines = (line.strip().split(": ") for line in MENDS.strip().splitlines())
    mends = {each: mend for names, mend in lines for each in names.split(", ")}
    functions = {row.name for row in OPERATIONS.values() if row.ufunc is not None and not row.sign}
    return mends.get(name) or (f"bp.{name}(…)" if name in functions else None)


class Refusals:
    """Mix-in of a quantity: what has no meaning for it is an error that says what has."""

    __slots__ = ()

    def __int__(self) -> int:
        raise KindError("int() would drop the unit; ask for .value (exact) or .median()")

    def __complex__(self) -> complex:
        raise KindError("complex() would drop the unit; ask for .value (exact) or .median()")

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise KindError("round(): a quantity keeps all its digits and prints those worth reading; round .median()")

    def _whole(self) -> NoReturn:
        raise KindError(
            "floor(), ceil() and trunc() would drop unit and spread; take them of .value (exact) or .median()"
        )

    __floor__ = __ceil__ = __trunc__ = _whole

    def __abs__(self) -> NoReturn:
        raise KindError("abs(): write bp.maximum(q, -q)")

    def _no_remainder(self, other: Any) -> NoReturn:
        raise KindError("//, % and divmod() have no meaning for an uncertain number; divide with /, and ask .median()")

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _no_remainder

    def _no_bits(self, other: Any = None) -> NoReturn:
        raise KindError("&, |, ^, ~, << and >> have no meaning for a quantity; 'or' is bp.choose, 'and' is given_that")

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _no_bits
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __invert__ = _no_bits

    def __index__(self) -> NoReturn:
        raise KindError("a quantity is no index: ask for .value, a plain integer where it is exact")

    def _no_matrix(self, other: Any) -> NoReturn:
        raise KindError("@: a quantity is no matrix; multiply with * and add up with .total(axis)")

    __matmul__ = __rmatmul__ = _no_matrix

    def __setitem__(self, label: Any, value: Any) -> NoReturn:
        raise KindError(
            f"[{shown(label)}] = …: a quantity does not change; make another one with bp.stacked({{label: …}}, axis=…)"
        )

    def __delitem__(self, label: Any) -> NoReturn:
        raise KindError(
            f"del [{shown(label)}]: a quantity does not change; take the other elements with .select(axis=[labels])"
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name == "as_integer_ratio":  # asked for by Fraction, and by the module statistics of each number
            raise KindError(
                "a quantity is no fraction of integers: that would drop unit and spread; write quantity.mean('axis') "
                "for the mean of elements and (a + b) / 2 for that of two; .sd() and .median() tell spread and middle"
            )
        if name.startswith("_"):  # asked for by Python and its tools
            raise AttributeError(name)
        public = [each for each in dir(type(self)) if not each.startswith("_")]
        mend = _mend(name)
        told = f" Write {mend}." if mend else did_you_mean(name, public)
        raise UnknownAttributeError(f"a quantity has no {name!r}.{told}")
