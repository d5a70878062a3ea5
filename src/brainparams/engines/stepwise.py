"""The laws of all steps of a graph, each made once from those of its parents, where these share no unknown.

What is believed about a choice is kept option by option. What one input would do if it were known is worked out for
several of its values at once, and only on the way from there to the result; everything beside it is there already.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..convolution.pairs import mixture, product, sum_of
from ..convolution.parts import (
    Bell,
    Constant,
    Mixed,
    Part,
    TooCoarse,
    at_score,
    exponential,
    logarithm,
    part_of,
    powered,
    scaled,
    through,
)
from ..convolution.tabulated import Rule, error_at
from ..errors import NoClosedForm
from ..estimate import Law
from ..graph import Correlated, Leaf, Node, Operated, Step, walk
from ..graph.operations import OPERATIONS, Algebra, Number, Operation
from ..graph.operations.functions import choose
from .memory import Memory

__all__ = ["FINE", "STEPS", "Steps", "stepwise"]

Array = np.ndarray[Any, np.dtype[np.float64]]
FINE = Rule(spacing=0.25, points=65, tolerance=5e-8)
MOST_OPTIONS = 64  # parts of a mixture
FEW_OPTIONS = 2  # of a mixture that is worth following one by one
FEW_PAIRS = 12  # of parts of two mixtures, up to which they are not even tried together
FARTHEST = 7.0  # normal scores of the quantiles at 0 and 1
MOST_FORMS = 2048
MOST_STEPS = 90
PRECISE, EXACT = 1e-12, 1e-15  # of a value, and of a probability
ROUNDING = 2e-11  # of a normal score
SHOWN = (0.5 * (1.0 - 0.9), 0.05, 0.5, 0.95)  # what is asked for together; the tail of 90 % is not quite 0.05


Parts = tuple[tuple[Any, Part | Constant], ...]


@dataclass(frozen=True, eq=False)
class Form:
    """What is known about one node: options with their probabilities, and the unknowns it rests on.

    What is added to every option alike stands beside them, and is joined with each where somebody asks.
    """

    options: Parts
    unknowns: frozenset[str] = frozenset()
    beside: Form | None = None
    join: Callable[[Parts, Form], Parts] | None = field(default=None, repr=False)

    @cached_property
    def parts(self) -> Parts:
        """The options, each with what stands beside it."""
        return self.options if self.beside is None or self.join is None else self.join(self.options, self.beside)

    @cached_property
    def is_simple(self) -> bool:
        """Whether it is a constant, or has a closed form."""
        return self.beside is None and len(self.options) == 1 and isinstance(self.options[0][1], Constant | Bell)

    @cached_property
    def outline(self) -> tuple[Array, Array]:
        """Values, ascending, and the probability of each or less, shape (conditions, points)."""
        scores = np.linspace(-FARTHEST, FARTHEST, 57)
        shown = []
        for weight, part in self.parts:
            values = part.value if isinstance(part, Constant) else part.at(scores)
            shown.append(np.where(np.reshape(weight, (-1, 1)) > 0, values, np.nan))
        rows = max(len(values) for values in shown)
        whole = np.concatenate([np.broadcast_to(values, (rows, values.shape[-1])) for values in shown], axis=-1)
        values = np.sort(np.where(np.isnan(whole), np.nanmax(whole, axis=-1, keepdims=True), whole), axis=-1)
        return values, np.maximum.accumulate(cdf(self, values), axis=-1)

    @cached_property
    def outwards(self) -> Any:
        """How far wrong a normal score may be, by any part and by rounding; see `error_at`."""
        errors = (ROUNDING + part.outwards for _, part in self.parts if not isinstance(part, Constant))
        return reduce(np.maximum, errors, 0.0)


class Mixing(Algebra):
    """Sums, products and functions of forms, part by part."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._wholes: WeakKeyDictionary[Form, Parts] = WeakKeyDictionary()

    def added(self, one: Form, other: Form) -> Form:
        """Return one plus other."""
        if one is other:
            return self.scaled(one, 2)
        many, few = sorted((one, other), key=lambda form: len(form.options), reverse=True)
        if self._is_kept_apart(many):
            _refuse_shared(one, other)
            beside = few if many.beside is None else self.added(many.beside, few)
            return Form(many.options, one.unknowns | other.unknowns, beside, self._joined)
        return self._sum(one, other)

    def _sum(self, one: Form, other: Form) -> Form:
        return self._paired(one, other, lambda a, b: sum_of(a, b, self._rule))

    def _joined(self, options: Parts, beside: Form) -> Parts:
        """Return the sum of each option and what stands beside it."""
        sums = [self._sum(Form(((1.0, part),)), beside).parts for _, part in options]
        return _form(
            [(share * weight, part) for (share, _), its in zip(options, sums, strict=True) for weight, part in its],
            frozenset(),
        ).options

    def scaled(self, form: Form, factor: Number) -> Form:
        """Return a multiple."""
        options = tuple((weight, scaled(part, float(factor))) for weight, part in form.options)
        beside = None if form.beside is None else self.scaled(form.beside, factor)
        return Form(options, form.unknowns, beside, form.join)

    def multiplied(self, one: Form, other: Form) -> Form:
        """Return one times other."""
        if one is other:
            return self.raised(one, 2)
        return self._paired(one, other, lambda a, b: product(a, b, self._rule))

    def raised(self, form: Form, exponent: Number) -> Form:
        """Return a power."""
        return self._each(form, lambda part: powered(part, float(exponent)))

    def applied(self, row: Operation, form: Form) -> Form:
        """Return a function that goes one way."""
        if row.direction is None or row.inverse is None:
            raise NoClosedForm(f"{row.name} is not a convolution")
        function, inverse, rises = row.value, row.inverse, row.direction == "rises"
        return self._each(form, lambda part: through(part, function, inverse, rises=rises))

    def exponential(self, row: Operation, form: Form) -> Form:
        """Return e to the power of a form."""
        return self._each(form, exponential)

    def logarithm(self, row: Operation, form: Form) -> Form:
        """Return the natural logarithm of a form."""
        return self._each(form, logarithm)

    def at_score(self, belief: Any, score: Form) -> Form:
        """Return the quantile of a belief at a normal score."""
        return self._each(score, lambda part: at_score(belief, part))

    def chosen(self, selector: Form, options: Sequence[Form]) -> Form:
        """Return the options, each with the probability that it is selected."""
        if any(option.unknowns & selector.unknowns for option in options):
            raise NoClosedForm("a choice whose options depend on what selects them")
        parts: list[tuple[Any, Part | Constant]] = []
        for weight, place in selector.parts:
            if not isinstance(place, Constant):
                raise NoClosedForm("a choice by a number that is not discrete")
            chosen = np.clip(np.rint(place.value), 0, len(options) - 1)
            for number, option in enumerate(options):
                share = weight * np.where(chosen == number, 1.0, 0.0)
                share = share.item() if share.size == 1 else share
                if np.any(share > 0):
                    parts.extend((share * own, part) for own, part in option.parts)
        return _form(parts, selector.unknowns.union(*(option.unknowns for option in options)))

    def _each(self, form: Form, function: Callable[[Part | Constant], Part | Constant]) -> Form:
        return Form(tuple((weight, function(part)) for weight, part in form.parts), form.unknowns)

    def _paired(self, one: Form, other: Form, combine: Callable[..., Part | Constant]) -> Form:
        _refuse_shared(one, other)
        few, many = sorted((one.parts, other.parts), key=len)
        ways: list[tuple[Any, Any]] = [(few, many)]
        if len(few) * len(many) > FEW_PAIRS:
            ways = [(((1.0, Mixed(few)),), many), *ways]
        if max(len(few), len(many)) > FEW_OPTIONS:
            ways = [(one, other), *ways]
        for ours, theirs in ways:
            try:
                left, right = (self._whole(each) if isinstance(each, Form) else each for each in (ours, theirs))
                pairs = [(w * v, combine(b, a)) for w, a in left for v, b in right]
            except TooCoarse as reason:
                refusal = reason
            else:
                return _form(pairs, one.unknowns | other.unknowns)
        raise refusal

    def _is_kept_apart(self, form: Form) -> bool:
        """Return whether the options of a form are not joined: there are several, with known numbers or gaps."""
        if form.beside is not None:
            return True
        if len(form.options) < 2:
            return False
        if any(isinstance(part, Constant) for _, part in form.options):
            return True
        try:
            return len(self._whole(form)) > FEW_OPTIONS
        except TooCoarse:
            return True

    def _whole(self, form: Form) -> Parts:
        """Return a mixture of many parts as one, beside the known numbers in it, where that can be."""
        if len(form.parts) <= FEW_OPTIONS:
            return form.parts
        if form not in self._wholes:
            numbers = tuple(each for each in form.parts if isinstance(each[1], Constant))
            others = tuple(each for each in form.parts if not isinstance(each[1], Constant))
            share = sum(weight for weight, _ in others)
            if not others or len(numbers) > FEW_OPTIONS or not np.all(np.greater(share, 0.0)):
                raise TooCoarse("a mixture of known numbers")
            whole = Mixed(tuple((weight / share, part) for weight, part in others))
            self._wholes[form] = (*numbers, (share, mixture(whole, self._rule)))
        return self._wholes[form]


def _refuse_shared(one: Form, other: Form) -> None:
    if one.unknowns & other.unknowns:
        raise NoClosedForm("two parts share an input")


def _form(parts: Sequence[tuple[Any, Part | Constant]], unknowns: frozenset[str]) -> Form:
    if len(parts) > MOST_OPTIONS:
        raise NoClosedForm(f"choices with more than {MOST_OPTIONS} options together")
    return Form(tuple(parts), unknowns)


class Steps:
    """The forms of nodes, and why some have none; what was worked out for one question serves the next."""

    def __init__(self, rule: Rule = FINE) -> None:
        self._algebra = Mixing(rule)
        self.forms = Memory(MOST_FORMS)

    def form(self, node: Node, known: Mapping[bytes, Constant] | None = None) -> Form:
        """Return the form of a node, perhaps with some nodes below it known, by key.

        Raises
        ------
        NoClosedForm
            With the reason.
        """
        known = known or {}
        if not known and _meets_itself(node):
            raise NoClosedForm("two parts share an input")
        forms: dict[bytes, Form | str] = {}
        moved: set[bytes] = set()  # what rests on something that is known
        for each in sorted(walk([node]), key=lambda each: not isinstance(each, Leaf)):  # what may refuse at once
            if each.key in known or not moved.isdisjoint(parent.key for parent in each.parents):
                moved.add(each.key)
            kept = None if each.key in moved else self.forms.get(each)
            if kept is None:
                kept = _made(each, [forms[parent.key] for parent in each.parents], self._algebra, known)
                if each.key not in moved:
                    self.forms.keep(each, None, kept)
            if isinstance(kept, str) and (each is node or not known):  # nothing above what has no form has one
                raise NoClosedForm(kept)
            forms[each.key] = kept
        result = forms[node.key]
        assert isinstance(result, Form)
        return result


STEPS = Steps()
"""What is remembered of the parts of all questions."""


def _meets_itself(root: Node) -> bool:
    """Return whether something uncertain gets there on two ways; where options are chosen, only one of them does."""
    users: dict[bytes, bytes] = {}
    uncertain: set[bytes] = set()
    meets = False
    for node in walk([root]):
        if isinstance(node, Operated) and node.operation == choose.name:
            return False
        if (isinstance(node, Leaf) and node.is_uncertain) or any(each.key in uncertain for each in node.parents):
            uncertain.add(node.key)
        used = [parent.key for parent in node.parents if parent.key in uncertain]
        meets = meets or any(users.setdefault(key, node.key) != node.key for key in used)
    return meets


def _made(node: Node, parents: Sequence[Form | str], algebra: Mixing, known: Mapping[bytes, Constant]) -> Form | str:
    """Return the form of a node from those of its parents, or why there is none."""
    if node.key in known:
        return Form(((1.0, known[node.key]),))
    forms = [each for each in parents if isinstance(each, Form)]
    if len(forms) < len(parents):
        return next(str(each) for each in parents if not isinstance(each, Form))
    if node.axes:
        return "an array"
    try:
        if isinstance(node, Leaf):
            return _of_leaf(node)
        if isinstance(node, Step):
            return forms[0]
        if isinstance(node, Correlated):
            return algebra.at_score(node.leaf.value, forms[0])
        assert isinstance(node, Operated)
        made: Form = OPERATIONS[node.operation].form(algebra, forms, node.parameters)
    except NoClosedForm as reason:
        return str(reason)
    return made


def _of_leaf(leaf: Leaf) -> Form:
    if not leaf.is_uncertain:
        return Form(((1.0, _constant(leaf.value)),))
    parts: list[tuple[Any, Part | Constant]] = []
    for weight, belief in leaf.value.alternatives():
        atoms = None if belief.shape else belief.atoms
        if atoms is None:
            parts.append((weight, part_of(belief)))
        else:
            parts.extend((weight * own, _constant(value)) for value, own in zip(*atoms, strict=True))
    return _form(parts, frozenset([leaf.uid]))


def _constant(value: Any) -> Constant:
    return Constant(np.full((1, 1), float(value)))


# --- the law of a form -------------------------------------------------------------------------------------------


def cdf(form: Form, x: Array) -> Array:
    """Return the probability of `x` or less, for x of shape (conditions, points)."""
    total: Any = 0.0
    for weight, part in form.parts:
        below = np.where(part.value <= x, 1.0, 0.0) if isinstance(part, Constant) else part.cdf(x)
        total = total + weight * below
    return np.asarray(total)


def quantiles(form: Form, scores: Array) -> Array:
    """Return the quantiles at normal scores, shape (conditions, points): where the distribution function gets there."""
    from scipy.special import ndtr

    scores = np.clip(scores, -FARTHEST, FARTHEST)
    if len(form.parts) == 1:
        (_, part), *_ = form.parts
        return part.value + 0.0 * scores if isinstance(part, Constant) else part.at(scores)
    wanted = ndtr(scores)
    values, below = form.outline
    places = np.array([np.searchsorted(row, wanted) for row in below])
    last = values.shape[-1] - 1
    high, low = (np.take_along_axis(values, np.clip(places - back, 0, last), axis=1) for back in (0, 1))
    over, under = (np.take_along_axis(below, np.clip(places - back, 0, last), axis=1) for back in (0, 1))
    return _between(form, (low, high), (under - wanted, over - wanted), wanted)


def _between(form: Form, ends: tuple[Array, Array], excess: tuple[Array, Array], wanted: Array) -> Array:
    """Return where the distribution function crosses what is wanted.

    By the secant rule; an end that stays for a second time loses weight, and what does not shrink fast is halved.

    References
    ----------
    Anderson & Björck (1973), A new high order method of regula falsi type. doi:10.1007/BF01951936
    """
    (low, high), (under, over) = ends, excess
    heavy, light, last, width = under, over, np.zeros(wanted.shape), high - low
    for step in range(MOST_STEPS):
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = low - heavy * (high - low) / (light - heavy)
        is_slow = (step % 3 == 2) & (high - low > 0.125 * width)
        width = high - low if step % 3 == 2 else width
        middle = np.where((straight > low) & (straight < high) & ~is_slow, straight, 0.5 * (low + high))
        value = cdf(form, middle) - wanted
        side = np.where(value < 0, -1.0, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            less = 1.0 - value / np.where(side < 0, under, over)
        less = np.where(side == last, np.where(less > 0.0, less, 0.5), 1.0)
        heavy, light = np.where(side < 0, value, heavy * less), np.where(side < 0, light * less, value)
        low, under = np.where(side < 0, middle, low), np.where(side < 0, value, under)
        high, over = np.where(side < 0, high, middle), np.where(side < 0, over, value)
        last = side
        if np.all((high - low <= PRECISE * np.abs(high)) | (over <= EXACT)):
            break
    return high


@dataclass(frozen=True, eq=False)
class Stepwise:
    """The law of a number from those of its parents; the moments are another law's."""

    node: Node
    form: Form
    moments: Callable[[], Law] = field(repr=False, compare=False)
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return stepwise, (self.node, self.moments)

    def quantile(self, p: float) -> float:
        """Return the quantile."""
        return self._ends(p)[1]

    def quantiles(self, p: Array) -> Array:
        """Return many quantiles, by one search."""
        from scipy.special import ndtri

        return np.asarray(quantiles(self.form, ndtri(p))[0])

    def standard_error(self, p: float) -> float:
        """Return half of how far the quantile goes while its normal score is wrong by what it may be."""
        low, _, high = self._ends(p)
        return 0.5 * (high - low)

    def _ends(self, p: float) -> tuple[float, float, float]:
        """Return the quantile between those whose normal scores differ by what may be wrong: one search for all."""
        from scipy.special import ndtri

        if p not in self.found:
            together = SHOWN if p in SHOWN else (p,)
            wanted = ndtri(together)
            scores = wanted[:, np.newaxis] + np.outer(error_at(self.form.outwards, wanted), [-1.0, 0.0, 1.0])
            values = quantiles(self.form, scores.ravel())[0].reshape(scores.shape)
            self.found.update(zip(together, map(tuple, values.tolist()), strict=True))
        return self.found[p]  # type: ignore[no-any-return]

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and how far wrong it may be."""
        from scipy.special import ndtri

        below = float(np.clip(cdf(self.form, np.full((1, 1), float(x)))[0, 0], 0.0, 1.0))
        score = float(ndtri(below))
        density = math.exp(-0.5 * min(score**2, 1e3)) / math.sqrt(2.0 * math.pi)
        return below, float(error_at(self.form.outwards, np.array(score))) * density

    def mean(self) -> Any:
        """Return the expected value."""
        return self._law.mean()

    def sd(self) -> Any:
        """Return the standard deviation."""
        return self._law.sd()

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the errors of both."""
        return self._law.moment_errors()

    @cached_property
    def _law(self) -> Law:
        return self.moments()


def stepwise(node: Node, moments: Callable[[], Law], steps: Steps | None = None) -> Stepwise:
    """Return the law of a number in which no two parts of a step share an input.

    Raises
    ------
    NoClosedForm
        With the reason, where two do, or a rule does not settle.
    """
    form = (steps or Steps()).form(node)
    if form.is_simple:
        raise NoClosedForm("a constant, a normal or a lognormal")
    with np.errstate(all="ignore"):
        are_floats = np.all(np.isfinite(form.outline[0]))
    if not are_floats:
        raise NoClosedForm("a number that is too large for floats")
    return Stepwise(node, form, moments)
