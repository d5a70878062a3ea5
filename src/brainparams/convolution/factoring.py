"""A graph as sums of products with common factors pulled out, so that an input that can be used once is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from ..graph import Computed, Leaf, Node, Step, flatten, walk
from .expression import Expression, Variable
from .pieces import Choice, Extreme, Function, Quantile
from .products import Product
from .sums import Sum

__all__ = ["factored"]

MOST_TERMS = 128
DEEPEST = 12
ELEMENTWISE = {"add", "subtract", "multiply", "divide", "power", "negative", "exp", "log", "sqrt", "convert"}


def factored(node: Node) -> Product:
    """Return a graph in factored form.

    Raises
    ------
    NoClosedForm
        With the reason, where the graph has operations along axes, or too many terms.
    """
    forms: dict[bytes, Product] = {}
    places = {unknown.uid: place for place, unknown in enumerate(flatten([node]).unknowns)}
    for each in walk([node]):
        if isinstance(each, Step):
            forms[each.key] = forms[each.parent.key]
        elif isinstance(each, Leaf):
            forms[each.key] = _of_leaf(each, places)
        elif isinstance(each, Computed):
            forms[each.key] = _of_operation(each, [forms[parent.key] for parent in each.parents])
    _check_rows(forms[node.key])
    return forms[node.key]


def _check_rows(expression: Product) -> None:
    """Raise if an array and a row of it are there side by side: they would pass for two unknowns."""
    rows: dict[int, set[bool]] = {}
    for each in expression.variables():
        rows.setdefault(each.place, set()).add(each.row is None)
    if any(len(kinds) > 1 for kinds in rows.values()):
        raise NoClosedForm("an array together with one row of it is not a convolution")


def _of_leaf(leaf: Leaf, places: Mapping[str, int]) -> Product:
    if leaf.is_uncertain:
        return Product(1.0, ((Variable(leaf, places[leaf.uid]), 1.0),))
    return Product(np.asarray(leaf.value, dtype=np.float64) if leaf.axes else float(leaf.value))


def _of_operation(node: Computed, arguments: Sequence[Product]) -> Product:
    name = node.operation
    if name == "align" and len(node.axes) == 1:
        return arguments[0]
    if name in ("minimum", "maximum"):
        return _part(Extreme(name, (arguments[0], arguments[1])))
    if name == "quantile":
        return _part(Quantile(node.parameters[0], arguments[0]))
    if name == "choose":
        return _part(_choice(arguments))
    if name == "take" and len(node.parents[0].axes) == 1 and node.parameters[2] is None:
        element: Product = arguments[0].rows(node.parameters[1])
        return element
    if name == "total" and len(node.parents[0].axes) == 1 and node.parameters[1] <= MOST_TERMS:
        rows: list[Product] = [arguments[0].rows(row) for row in range(node.parameters[1])]
        return reduce(_added, rows)
    if name not in ELEMENTWISE:
        what = f"{name} along an axis" if node.axes or any(parent.axes for parent in node.parents) else name
        raise NoClosedForm(f"{what} is not a convolution")
    if name in ("add", "subtract"):
        return _added(arguments[0], arguments[1] if name == "add" else _scaled(arguments[1], -1.0))
    if name in ("multiply", "divide"):
        return _times(arguments[0], _raised(arguments[1], -1.0) if name == "divide" else arguments[1])
    if name in ("power", "sqrt"):
        return _raised(arguments[0], 0.5 if name == "sqrt" else float(node.parameters[0]))
    if name == "negative":
        return _scaled(arguments[0], -1.0)
    if name == "convert":
        return _scaled(arguments[0], float(node.parameters[0]))
    return _function(name, arguments[0])


def _choice(arguments: Sequence[Product]) -> Choice:
    ((selector, _),) = arguments[0].factors
    assert isinstance(selector, Variable)
    return Choice(selector, tuple(arguments[1:]))


def _part(expression: Expression) -> Product:
    if expression.depth > DEEPEST:
        raise NoClosedForm(f"sums and products lie more than {DEEPEST} deep inside each other")
    return Product(1.0, ((expression, 1.0),))


def _scaled(product: Product, factor: Any) -> Product:
    return Product(product.coefficient * factor, product.factors)


def _function(name: str, argument: Product) -> Product:
    if not argument.factors:
        return Product(np.exp(argument.coefficient) if name == "exp" else np.log(argument.coefficient))
    return _part(Function(name, argument))


def _times(left: Product, right: Product) -> Product:
    exponents: dict[Any, float] = {}
    parts: dict[Any, Expression] = {}
    for part, exponent in (*left.factors, *right.factors):
        parts[part.key] = part
        exponents[part.key] = exponents.get(part.key, 0.0) + exponent
    kept = sorted((key for key, exponent in exponents.items() if exponent), key=repr)
    return Product(left.coefficient * right.coefficient, tuple((parts[key], exponents[key]) for key in kept))


def _raised(product: Product, exponent: float) -> Product:
    if exponent != int(exponent):
        # √(x²) is |x|, not x
        folded = any(power != 1.0 and part.can_be_negative for part, power in product.factors)
        if folded or np.any(np.asarray(product.coefficient) < 0):
            raise NoClosedForm("a root of a number that can be negative")
    factors = tuple((part, power * exponent) for part, power in product.factors)
    return Product(np.power(product.coefficient, exponent), factors)


def _added(left: Product, right: Product) -> Product:
    """Return a sum; a product of a sum and more is multiplied out only where that leaves fewer unknowns used twice."""
    whole = _collected([*_terms(left), *_terms(right)])
    if not _is_multiplied_out(left) and not _is_multiplied_out(right):
        return whole
    other = _collected(
        [term for each in (left, right) for term in ([each] if _is_multiplied_out(each) else _terms(each))]
    )
    return min(other, whole, key=_repeated)


def _is_multiplied_out(product: Product) -> bool:
    return len(product.factors) > 1 and len(_terms(product)) > 1


def _repeated(product: Product) -> int:
    return sum(1 for count in product.uses().values() if count > 1)


def _collected(added: Sequence[Product]) -> Product:
    merged: dict[Any, Product] = {}
    for term in added:
        known = merged.get(term.bases)
        merged[term.bases] = term if known is None else Product(known.coefficient + term.coefficient, term.factors)
    terms = [term for term in merged.values() if np.any(term.coefficient != 0)]
    if len(terms) > MOST_TERMS:
        raise NoClosedForm(f"a sum of more than {MOST_TERMS} terms")
    if len(terms) < 2:
        return terms[0] if terms else Product(0.0)
    common = _common(terms)
    rest = [inner for term in terms for inner in _flat(_times(term, _raised(common, -1.0)))]
    return _times(common, _part(Sum(tuple(rest))))


def _flat(product: Product) -> list[Product]:
    """Return the terms of what is nothing but a sum; else the product itself."""
    return _terms(product) if len(product.factors) == 1 else [product]


def _terms(product: Product) -> list[Product]:
    """Return the terms of a product that is a sum, with its other factors multiplied in; else the product itself."""
    sums = [part for part, exponent in product.factors if isinstance(part, Sum) and exponent == 1.0]
    if len(sums) != 1:
        return [product]
    others = Product(product.coefficient, tuple(each for each in product.factors if each[0] is not sums[0]))
    return [_times(term, others) for term in sums[0].terms]


def _common(terms: Sequence[Product]) -> Product:
    """Return the factors that all terms share, each with the exponent nearest zero."""
    shared = {part.key: (part, exponent) for part, exponent in terms[0].factors}
    for term in terms[1:]:
        own = {part.key: exponent for part, exponent in term.factors}
        shared = {
            key: (part, min(exponent, own[key], key=abs))
            for key, (part, exponent) in shared.items()
            if own.get(key, 0.0) * exponent > 0
        }
    return Product(1.0, tuple(shared.values()))
