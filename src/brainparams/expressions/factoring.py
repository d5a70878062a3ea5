"""A graph as sums of products with common factors pulled out, so that an input that can be used once is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm
from ..graph import Leaf, Node, Operated, Step, flatten, walk

__all__ = [
    "Choice",
    "Expression",
    "Extreme",
    "Function",
    "Product",
    "Quantile",
    "Sum",
    "Variable",
    "factored",
    "rows_of",
    "uses",
    "variables",
]

MOST_TERMS = 128
DEEPEST = 12
ELEMENTWISE = {"add", "subtract", "multiply", "divide", "power", "negative", "exp", "log", "sqrt", "convert"}


class Expression:
    """A part of the factored form; `key` tells equal parts apart from others."""

    key: tuple[Any, ...]
    depth: int = 0


@dataclass(frozen=True, eq=False)
class Variable(Expression):
    """One unknown, and its place among those of the graph, which is the same in every session; its uid is not."""

    leaf: Leaf
    place: int
    row: int | None = None

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """The identity of the unknown within its graph."""
        return ("variable", self.place, self.row)


@dataclass(frozen=True, eq=False)
class Product(Expression):
    """A coefficient times powers of parts; without parts, a constant."""

    coefficient: Any
    factors: tuple[tuple[Expression, float], ...] = ()

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Coefficient and parts with their exponents."""
        return ("product", np.asarray(self.coefficient).tobytes(), self.bases)

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return max((part.depth for part, _ in self.factors), default=0)

    @cached_property
    def bases(self) -> tuple[Any, ...]:
        """Parts with their exponents: terms with the same bases add up."""
        return tuple((part.key, exponent) for part, exponent in self.factors)


@dataclass(frozen=True, eq=False)
class Sum(Expression):
    """Products added up; none of their parts is common to all of them."""

    terms: tuple[Product, ...]

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return 1 + max(part.depth for part in self.terms)

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """The terms."""
        return ("sum", tuple(term.key for term in self.terms))


@dataclass(frozen=True, eq=False)
class Function(Expression):
    """exp or log of a part."""

    name: str
    argument: Product

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return 1 + self.argument.depth

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Name and argument."""
        return (self.name, self.argument.key)


@dataclass(frozen=True, eq=False)
class Extreme(Expression):
    """The smaller or larger of two parts."""

    name: str
    arguments: tuple[Product, Product]

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return 1 + max(part.depth for part in self.arguments)

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Name and arguments."""
        return (self.name, *(each.key for each in self.arguments))


@dataclass(frozen=True, eq=False)
class Quantile(Expression):
    """The quantile of a belief at a normal score: a correlated input."""

    belief: Distribution
    score: Product

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return 1 + self.score.depth

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Belief and score."""
        return ("quantile", self.belief.key(), self.score.key)


@dataclass(frozen=True, eq=False)
class Choice(Expression):
    """One of several options, which a discrete unknown selects."""

    selector: Variable
    options: tuple[Product, ...]

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """How many parts lie inside each other."""
        return 1 + max(option.depth for option in self.options)

    @cached_property
    def key(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Selector and options."""
        return ("choice", self.selector.key, *(option.key for option in self.options))


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
        elif isinstance(each, Operated):
            forms[each.key] = _of_operation(each, [forms[parent.key] for parent in each.parents])
    _check_rows(forms[node.key])
    return forms[node.key]


def _check_rows(expression: Product) -> None:
    """Raise if an array and a row of it are there side by side: they would pass for two unknowns."""
    rows: dict[int, set[bool]] = {}
    for each in variables(expression):
        rows.setdefault(each.place, set()).add(each.row is None)
    if any(len(kinds) > 1 for kinds in rows.values()):
        raise NoClosedForm("an array together with one row of it is not a convolution")


def uses(expression: Expression) -> Counter[str]:
    """Return how often each unknown is used, by uid; options of one choice are never used together."""
    if isinstance(expression, Variable):
        return Counter({expression.leaf.uid: 1})
    if isinstance(expression, Choice):
        counted = uses(expression.selector)
        for option in expression.options:
            counted |= uses(option)  # the larger of both counts
        return counted
    return sum((uses(part) for part in parts(expression)), Counter())


def variables(expression: Expression) -> Iterator[Variable]:
    """Yield the unknowns of an expression, as often as they are written."""
    if isinstance(expression, Variable):
        yield expression
    for part in parts(expression):
        yield from variables(part)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """Return what an expression is made from."""
    if isinstance(expression, Product):
        return tuple(base for base, _ in expression.factors)
    if isinstance(expression, Sum):
        return expression.terms
    if isinstance(expression, Function):
        return (expression.argument,)
    if isinstance(expression, Extreme):
        return expression.arguments
    if isinstance(expression, Quantile):
        return (expression.score,)
    if isinstance(expression, Choice):
        return (expression.selector, *expression.options)
    return ()


def rows_of(expression: Expression, chosen: Any) -> Any:
    """Return the same expression for some rows of an array quantity, given as an index; one row is an unknown alone."""
    if isinstance(expression, Variable):
        if not expression.leaf.value.shape:
            return expression
        leaf = replace(expression.leaf, value=expression.leaf.value.rows(chosen))
        if not isinstance(chosen, int):
            return replace(expression, leaf=leaf)
        return Variable(replace(leaf, axes=(), uid=f"{leaf.uid}[{chosen}]"), expression.place, chosen)
    if isinstance(expression, Product):
        factors = tuple((rows_of(part, chosen), exponent) for part, exponent in expression.factors)
        coefficient = np.asarray(expression.coefficient)
        return Product(coefficient[chosen] if coefficient.ndim else expression.coefficient, factors)
    if isinstance(expression, Sum):
        return Sum(tuple(rows_of(term, chosen) for term in expression.terms))
    if isinstance(expression, Function):
        return Function(expression.name, rows_of(expression.argument, chosen))
    if isinstance(expression, Extreme):
        one, other = expression.arguments
        return Extreme(expression.name, (rows_of(one, chosen), rows_of(other, chosen)))
    if isinstance(expression, Quantile):
        belief = expression.belief.rows(chosen) if expression.belief.shape else expression.belief
        return Quantile(belief, rows_of(expression.score, chosen))
    assert isinstance(expression, Choice)
    return Choice(rows_of(expression.selector, chosen), tuple(rows_of(each, chosen) for each in expression.options))


def _of_leaf(leaf: Leaf, places: Mapping[str, int]) -> Product:
    if leaf.is_uncertain:
        return Product(1.0, ((Variable(leaf, places[leaf.uid]), 1.0),))
    return Product(np.asarray(leaf.value, dtype=np.float64) if leaf.axes else float(leaf.value))


def _of_operation(node: Operated, arguments: Sequence[Product]) -> Product:
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
        element: Product = rows_of(arguments[0], node.parameters[1])
        return element
    if name == "total" and len(node.parents[0].axes) == 1 and node.parameters[1] <= MOST_TERMS:
        rows: list[Product] = [rows_of(arguments[0], row) for row in range(node.parameters[1])]
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
        folded = any(power != 1.0 and _can_be_negative(part) for part, power in product.factors)
        if folded or np.any(np.asarray(product.coefficient) < 0):
            raise NoClosedForm("a root of a number that can be negative")
    factors = tuple((part, power * exponent) for part, power in product.factors)
    return Product(np.power(product.coefficient, exponent), factors)


def _can_be_negative(expression: Expression) -> bool:
    if isinstance(expression, Variable):
        return bool(np.any(np.asarray(expression.leaf.value.support[0]) < 0))
    if isinstance(expression, Quantile):
        return bool(np.any(np.asarray(expression.belief.support[0]) < 0))
    if isinstance(expression, Function):
        return expression.name != "exp"
    if isinstance(expression, Product) and np.any(np.asarray(expression.coefficient) < 0):
        return True
    return any(_can_be_negative(part) for part in parts(expression))


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
    return sum(1 for count in uses(product).values() if count > 1)


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
