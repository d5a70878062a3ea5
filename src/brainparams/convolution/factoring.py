"""A graph as sums of products with common factors pulled out, so that an input that can be used once is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

from ..distributions import Normal
from ..errors import NoClosedForm
from ..graph import Computed, Leaf, Node, flatten, made_of
from ..graph.identity import united
from ..graph.operations import OPERATIONS, Algebra, Number, Operation
from ..graph.operations.arithmetic import add, subtract
from .expression import Expression, Variable
from .pieces import Choice, Extreme, Function, Quantile
from .products import Product
from .sums import LONG, Sum, Total

__all__ = ["factored"]

MOST_TERMS = 20_000
MOST_ROWS = 128  # of an array whose rows share inputs
FEW_TERMS = 8  # of a sum, which are collected one by one
SUMS = {add.name, subtract.name}
DEEPEST = 12


def factored(node: Node) -> Product:
    """Return a graph in factored form.

    Raises
    ------
    NoClosedForm
        With the reason, where the graph has operations along axes, or too many terms.
    """
    (node,) = united((node,))
    places = {unknown.uid: place for place, unknown in enumerate(flatten([node]).unknowns)}
    result = _settled(made_of(node, partial(_of_leaf, places), _of_computed))
    _check_rows(result)
    return result


def _check_rows(expression: Product) -> None:
    """Raise if an array and a row of it are there side by side: they would pass for two unknowns."""
    rows: dict[int, set[bool]] = {}
    for each in expression.variables():
        rows.setdefault(each.place, set()).add(each.row is None)
    if any(len(kinds) > 1 for kinds in rows.values()):
        raise NoClosedForm("an array together with one row of it is not a convolution")


def _of_computed(node: Computed, arguments: list[Product | Gathered]) -> Any:
    forms = arguments if node.operation in SUMS else [_settled(form) for form in arguments]
    return OPERATIONS[node.operation].form(_Products(node), forms, node.parameters)


def _of_leaf(places: Mapping[str, int], leaf: Leaf) -> Product | Gathered:
    if leaf.is_uncertain:
        return Product(1.0, ((Variable(leaf, places[leaf.uid]), 1.0),))
    return Product(np.asarray(leaf.value, dtype=np.float64) if leaf.axes else float(leaf.value))


class _Products(Algebra):
    """What an operation makes of factored forms; arrays have one axis here."""

    def __init__(self, node: Computed) -> None:
        self._node = node

    def added(self, one: Product | Gathered, other: Product | Gathered) -> Gathered:
        """Gather the terms, which are collected once there are no more of them."""
        return Gathered.of(one).extended(other)

    def scaled(self, form: Product | Gathered, factor: Number) -> Product:
        """Multiply the coefficient."""
        form = _settled(form)
        return Product(form.coefficient * float(factor), form.factors)

    def multiplied(self, one: Product, other: Product) -> Product:
        """Add up exponents."""
        return _times(one, other)

    def raised(self, form: Product, exponent: Number) -> Product:
        """Multiply exponents."""
        return _raised(form, float(exponent))

    def applied(self, row: Operation, form: Product) -> Product:
        """Keep a function as a part."""
        if not form.factors:
            return Product(row.value(form.coefficient))
        return _part(Function(row, form))

    def extreme(self, row: Operation, one: Product, other: Product) -> Product:
        """Keep the smaller or larger as a part."""
        return _part(Extreme(row, (one, other)))

    def at_score(self, belief: Any, score: Product) -> Product:
        """Keep a correlated input as a part; a normal one is linear in its score."""
        if isinstance(belief, Normal):
            return _added(Product(belief.mean), Product(score.coefficient * belief.sd, score.factors))
        return _part(Quantile(belief, score))

    def chosen(self, selector: Product, options: Sequence[Product]) -> Product:
        """Keep a choice as a part; what selects may be known."""
        if not selector.factors:
            place = int(np.clip(np.rint(float(selector.coefficient)), 0, len(options) - 1))
            return options[place]
        ((variable, power), *others) = selector.factors
        if others or power != 1.0 or not isinstance(variable, Variable) or float(selector.coefficient) != 1.0:
            raise NoClosedForm("a choice by a number that is computed")
        return _part(Choice(variable, tuple(options)))

    def summed(self, form: Product, axis: int, length: int) -> Product:
        """Add up rows; many of them stay together, with what is common to all of them before the sum."""
        self._check_axes(True)
        common, own = _by_rows(form)
        if length >= LONG and own.factors and all(each.leaf.value.shape for each in own.variables()):
            return _times(common, _part(Total(own, length)))
        self._check_axes(length <= MOST_ROWS)
        rows: list[Product] = [form.rows(row) for row in range(length)]
        return reduce(_added, rows)

    def element(self, form: Product, axis: int, start: int, stop: int | None) -> Product:
        """Take one row."""
        self._check_axes(stop is None)
        row: Product = form.rows(start)
        return row

    def stacked(self, forms: Sequence[Product]) -> Product:
        """Decline."""
        raise self._unknown()

    def aligned(self, form: Product, order: tuple[int, ...], fresh: tuple[int, ...]) -> Product:
        """Leave a row as it is."""
        self._check_axes(len(order) + len(fresh) == 1)
        return form

    def _check_axes(self, is_possible: bool) -> None:
        if not is_possible or len(self._node.parents[0].axes) > 1:
            raise self._unknown()

    def _unknown(self) -> NoClosedForm:
        return NoClosedForm(f"{self._node.operation} along an axis is not a convolution")


def _by_rows(form: Product) -> tuple[Product, Product]:
    """Return what is the same in every row, and the rest."""
    same = tuple(factor for factor in form.factors if not any(each.leaf.value.shape for each in factor[0].variables()))
    own = tuple(factor for factor in form.factors if factor not in same)
    common, apart = (form.coefficient, 1.0) if np.size(form.coefficient) == 1 else (1.0, form.coefficient)
    return Product(common, same), Product(apart, own)


@dataclass
class Gathered:
    """Terms that are being added up one after the other: a sum that grows shares the list of the one before."""

    terms: list[Product]
    count: int
    whole: Product | None = None

    @classmethod
    def of(cls, form: Product | Gathered) -> Gathered:
        """Return a form as a beginning."""
        return form if isinstance(form, Gathered) else cls([form], 1)

    def extended(self, other: Product | Gathered) -> Gathered:
        """Return the same with more at its end; a few terms that belong together stay so."""
        more = other.own if isinstance(other, Gathered) and other.count > FEW_TERMS else [_settled(other)]
        terms = self.terms if self.count == len(self.terms) else self.own
        terms.extend(more)
        return Gathered(terms, len(terms))

    @property
    def own(self) -> list[Product]:
        """Its terms without those of sums that went on."""
        return self.terms[: self.count]


def _settled(form: Product | Gathered) -> Product:
    if isinstance(form, Product):
        return form
    if form.whole is None:
        form.whole = reduce(_added, form.own) if form.count <= FEW_TERMS else _all_added(form.own)
    return form.whole


def _part(expression: Expression) -> Product:
    if expression.depth > DEEPEST:
        raise NoClosedForm(f"sums and products lie more than {DEEPEST} deep inside each other")
    return Product(1.0, ((expression, 1.0),))


def _times(left: Product, right: Product) -> Product:
    exponents: dict[Any, float] = {}
    parts: dict[Any, Expression] = {}
    for part, exponent in (*left.factors, *right.factors):
        parts[part.key] = part
        exponents[part.key] = exponents.get(part.key, 0.0) + exponent
    kept = sorted((key for key, exponent in exponents.items() if exponent), key=lambda key: repr(parts[key].order))
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
    return _all_added((left, right))


def _all_added(parts: Sequence[Product]) -> Product:
    whole = _collected([term for each in parts for term in _terms(each)])
    if not any(map(_is_multiplied_out, parts)):
        return whole
    other = _collected([term for each in parts for term in ([each] if _is_multiplied_out(each) else _terms(each))])
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
    terms = _grouped([term for term in merged.values() if np.any(term.coefficient != 0)])
    if len(terms) > MOST_TERMS:
        raise NoClosedForm(f"a sum of more than {MOST_TERMS} terms")
    if len(terms) < 2:
        return terms[0] if terms else Product(0.0)
    common = _common(terms)
    others = [_times(term, _raised(common, -1.0)) for term in terms] if common.factors else terms
    rest = [inner for term in others for inner in _flat(term)]
    return _times(common, _part(Sum(tuple(rest))))


def _grouped(terms: list[Product]) -> list[Product]:
    """Return terms in which an input that a few share is pulled out of these: a + b − a·c is a·(1 − c) + b."""
    if not 2 < len(terms) <= FEW_TERMS:
        return terms
    for part in {part.key: part for term in terms for part, _ in term.factors}.values():
        sharing = [term for term in terms if any(each.key == part.key for each, _ in term.factors)]
        if 1 < len(sharing) < len(terms) and (common := _common(sharing)).factors:
            inner = [_times(term, _raised(common, -1.0)) for term in sharing]
            group = _times(common, _part(Sum(tuple(each for term in inner for each in _flat(term)))))
            others = [term for term in terms if term not in sharing]
            if _repeated_among([group, *others]) < _repeated_among(terms):
                return _grouped([group, *others])
    return terms


def _repeated_among(terms: Sequence[Product]) -> int:
    return _repeated(_part(Sum(tuple(terms))))


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
        if not shared:
            break
        own = {part.key: exponent for part, exponent in term.factors}
        shared = {
            key: (part, min(exponent, own[key], key=abs))
            for key, (part, exponent) in shared.items()
            if own.get(key, 0.0) * exponent > 0
        }
    return Product(1.0, tuple(shared.values()))
