"""Whether what is written of a number is what is believed: in a file, one of the two may have been changed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np

from ..distributions import Discrete, Distribution, Empirical, StudentT
from ..distributions.belief import KINDS
from ..render.numbers import weight_of
from ..render.plain import cleaned
from .flat import rebuild, records
from .identity import told
from .nodes import UNSTATED, Correlated, Leaf, Node
from .values import single
from .walking import leaf_of, walk

__all__ = ["inputs_of", "misworded", "misworded_inputs", "reworded"]

ONE_SD = 0.5 * (1 + math.erf(1 / math.sqrt(2)))  # quantile that lies one standard deviation above the mean
DIGITS = 1e-5  # relative: six digits are written
FEWER_DIGITS = 6e-3  # of a standard deviation that came with a ufloat: three are written
ROUNDING = 1e-9  # of a quantile that is found by search, in parts of the largest one

_N = r"(-?[0-9]{1,30}(?:,[0-9]{3}){0,110}(?:\.[0-9]{0,30})?(?:e[+-]?[0-9]{1,4})?)"
_PLAIN = re.compile(_N)
_SD = re.compile(rf"{_N} ± {_N}")
_MEAN = re.compile(rf"{_N} (?:± {_N} \((?:sd|sem)\)|\(cv {_N}\))")
_FACTOR = re.compile(rf"{_N} ×/÷ {_N}")
_SIDES = re.compile(rf"{_N} \+{_N}/-{_N}")
_ENDS = re.compile(rf"{_N} to {_N}")
_AROUND = re.compile(rf"{_N} \({_N} to {_N}\)")
_FORMS = (_PLAIN, _SD, _MEAN, _FACTOR, _SIDES, _ENDS, _AROUND)
_LIST = re.compile(r"\[(.*?)(?:, …)?\](?: \([0-9]+ values\))?")
_WEIGHTS = re.compile(r"(?<![^\s(])([^\s(]+ %)\)?(?=, |$)")
_LEVEL = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,12})?(?:e-[0-9]{1,3})?) %")
_COUNT = re.compile(r"of (?:the mean of )?([1-9][0-9]{0,8})(?![0-9])")


class _Said(NamedTuple):
    """One number of a text: a quantile (None: the mean), or how far it lies above another, within its digits."""

    p: float | None
    number: float
    above: float | None = None
    digits: float = DIGITS


def misworded(leaf: Leaf) -> str | None:
    """Return which number of an input is written otherwise than it is believed; None where none is.

    What is written in words only says nothing of a number, and is taken as it stands; figures are in one of our forms.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import brainparams as bp
    >>> leaf = bp.assumed("1 to 40 m", because="a test", name="width").node
    >>> misworded(leaf)
    >>> misworded(replace(leaf, written="1 to 50"))
    "width is written '1 to 50' (90 %, lognormal) and believed to be 6.32456 m (1 to 40)"
    """
    if _is_of_another_kind(leaf) or not _weights_agree(leaf):
        return _in_words(leaf, leaf.written, leaf.spread)
    texts = _texts(leaf)
    rows = [(row.written, row.spread or leaf.spread) for row in leaf.rows] or [(each, leaf.spread) for each in texts]
    if len(rows) > math.prod(leaf.shape):
        return _in_words(leaf, leaf.written, None)
    place = next((place for place, row in enumerate(rows) if _is_unread(leaf.value, *row)), None)
    place = _differing(leaf.value, rows) if place is None else place
    if place is not None:
        labels = next(islice(product(*(axis.labels for axis in leaf.axes)), place, None))
        return _in_words(leaf, *rows[place], labels)
    if leaf.rows and any(text != row for text, (row, _) in zip(texts, rows, strict=False)):
        return _in_words(leaf, leaf.written, None)
    return None


def inputs_of(node: Node) -> Iterator[Leaf]:
    """Yield the inputs of a graph, correlated ones as they were made."""
    for each in walk([node]):
        if isinstance(each, Leaf | Correlated):
            yield leaf_of(each)


def misworded_inputs(node: Node) -> Iterator[str]:
    """Yield which input is written otherwise than it is believed: a hash can be made again, by whoever edits a file."""
    return filter(None, map(misworded, inputs_of(node)))


def reworded(node: Node) -> Node:
    """Return a graph in which every input that is written otherwise than it is believed has the words of its belief."""
    flat = []
    for kind, *parts in records([node]):
        place = {"leaf": 0, "correlated": 1}.get(kind)
        if place is not None and misworded(leaf := Leaf(**parts[place])):
            parts[place] = {**parts[place], **_own_words(leaf)}
        flat.append((kind, *parts))
    return rebuild(flat)[-1]


def _own_words(leaf: Leaf) -> dict[str, Any]:
    spread = None if isinstance(leaf.value, Distribution) else UNSTATED.get(leaf.group)
    if leaf.axes:
        return {"written": f"{math.prod(leaf.shape)} values", "spread": spread, "rows": ()}
    own = single(leaf.value, None, "load()")
    return {"written": own.written, "spread": own.spread or spread}


def _in_words(leaf: Leaf, written: str, spread: str | None, labels: Sequence[str] = ()) -> str:
    name = ", ".join((leaf.name or "an input", *labels))
    believed = "another number is believed" if leaf.axes else f"believed to be {told(leaf)}"
    return cleaned(f"{name} is written {written!r}{f' ({spread})' if spread else ''} and {believed}")


def _texts(leaf: Leaf) -> list[str]:
    """Return what is written of the first elements."""
    if not leaf.axes:
        return [leaf.written]
    listed = _LIST.fullmatch(leaf.written)
    return listed[1].split(", ") if listed else []


def _is_of_another_kind(leaf: Leaf) -> bool:
    """Whether the spread ends in the name of another shape than the belief has."""
    kind = (leaf.spread or "").rpartition(", ")[2]
    return not leaf.axes and kind in KINDS and kind != getattr(leaf.value, "name", "")


def _weights_agree(leaf: Leaf) -> bool:
    """Whether the weights that are written are those of the belief, where as many are."""
    if not isinstance(leaf.value, Discrete) or leaf.axes:
        return True
    written = _WEIGHTS.findall(leaf.written)
    weights = [weight_of(weight) for weight in leaf.value.weights.tolist()]
    return written == weights or len(written) != len(weights)


def _differing(value: Any, rows: Sequence[tuple[str, str | None]]) -> int | None:
    """Return the place of the first element that is written otherwise than it is believed."""
    is_belief = isinstance(value, Distribution)
    said = [(place, each) for place, row in enumerate(rows) for each in _said(*row, is_belief=is_belief)]
    if not said:
        return None
    asked = {p for _, each in said for p in (each.p, *(() if each.above is None else (each.above,)))} | {0.1, 0.9}
    believed = {p: _believed(value, p) for p in asked}
    for place, (p, number, above, digits) in said:
        upper, lower = believed[p][place], 0.0 if above is None else believed[above][place]
        allowed = digits * abs(number) + ROUNDING * max(abs(each[place]) for each in believed.values())
        if abs(upper - lower - number) > allowed:  # what is beyond float range is not told apart
            return place
    return None


def _believed(value: Any, p: float | None) -> list[float]:
    """Return a quantile, or the mean, of every element."""
    if isinstance(value, Distribution):
        value = value.mean if p is None else value.ppf(p)
    found: list[float] = np.ravel(np.asarray(value, dtype=np.float64)).tolist()
    return found


def _is_unread(value: Any, written: str, spread: str | None) -> bool:
    """Whether a text has figures in none of our forms, where the kind of number or its spread says how to read them."""
    if isinstance(value, Discrete | Empirical) or not any(map(str.isdigit, written)):
        return False  # a list of weights, or words
    is_belief, words = isinstance(value, Distribution), spread or ""
    says_how = not is_belief or _LEVEL.match(words) or words.startswith(("standard", "range"))
    return bool(says_how) and not any(_numbers(form, written) for form in _FORMS)


# --- what a text says ------------------------------------------------------------------------------------------------


def _said(written: str, spread: str | None, *, is_belief: bool) -> Iterator[_Said]:
    """Yield what a text says; nothing where it is written in words."""
    words = spread or ""
    if found := _numbers(_PLAIN, written):
        yield _Said(0.5, found[0])
    elif not is_belief:
        return
    elif found := _numbers(_MEAN, written):
        yield _Said(None, found[0])
    elif found := _numbers(_SD, written):
        yield from _of_sd(found[0], found[1], words)
    elif found := _numbers(_FACTOR, written):
        yield _Said(0.5, found[0])
        yield _Said(ONE_SD, found[0] * found[1], digits=2 * DIGITS)
    elif found := _numbers(_SIDES, written):
        yield _Said(0.5, found[0])
        for tail in () if "of the mean of" in words else _tails(words):  # these are sides of the individuals
            yield _Said(1 - tail, found[1], above=0.5)
            yield _Said(0.5, found[2], above=tail)
    elif found := _numbers(_ENDS, written) or _numbers(_AROUND, written):
        for tail in _tails(words):
            yield _Said(tail, found[-2])
            yield _Said(1 - tail, found[-1])


def _numbers(form: re.Pattern[str], written: str) -> list[float]:
    found = form.fullmatch(written)
    return [float(each.replace(",", "")) for each in found.groups() if each] if found else []


def _of_sd(value: float, sd: float, words: str) -> Iterator[_Said]:
    """Yield the centre, and where the normal or Student's t lies that far above it."""
    yield _Said(0.5, value)
    count = _COUNT.search(words)
    n = int(count[1]) if count else 1
    if n == 1:
        yield _Said(ONE_SD, sd, above=0.5, digits=FEWER_DIGITS)
        return
    scale = sd if words.startswith("standard error") else sd / math.sqrt(n)
    yield _Said(float(StudentT(0.0, 1.0, n - 1.0).cdf(1.0)), scale, above=0.5, digits=FEWER_DIGITS)


def _tails(words: str) -> Iterator[float]:
    """Yield the probability below the lower end, and above the upper one, if the words tell it."""
    if words.startswith("range"):
        yield 0.0
    elif level := _LEVEL.match(words):
        yield (1 - float(level[1]) / 100) / 2
    elif count := _COUNT.search(words):
        yield 1 / (int(count[1]) + 1)
