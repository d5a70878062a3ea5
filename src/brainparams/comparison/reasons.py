"""Why estimates differ, in words: what each counts, on which inputs of its own, and which way it errs."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from ..derivation import labels
from ..findings import evidence
from ..graph import Caveat, Correlated, Leaf, Node, Step, walk
from ..graph.substitution import is_uncertain
from ..literature.sentences import number
from ..quantity import Quantity
from ..render.tables import rounded
from ..sensitivity import drivers
from .entries import Entry, leaves

__all__ = ["common_inputs", "why"]

MOST_INPUTS = 5
MOST_CAVEATS = 3
MOST_DRIVEN = 8  # unknowns up to which the largest driver is told
LEANING = {
    "raises": "too high, if anything: ",
    "lowers": "too low, if anything: ",
    "unknown": "too high or too low: ",
}


def why(entry: Entry, common: frozenset[str], seed: int) -> str:
    """Return what is counted, the inputs that not every row shares, the largest driver and the last caveats."""
    node = entry.quantity.node
    if entry.kind == "published":
        parts = ["no inputs given" if entry.traced is None else _route(entry.traced.node, common), entry.told]
    elif entry.told:
        parts = [entry.told]
    else:
        parts = [*_own_words(node), _route(node, common), _driver(node, seed), *_leanings(node)]
    return " ".join(_sentence(part) for part in parts if part) or "A number without inputs."


def common_inputs(nodes: Sequence[Node]) -> frozenset[str]:
    """Return the inputs that all uncertain rows share, which make no difference."""
    uids = [{leaf.uid for leaf in leaves(node)} for node in nodes if is_uncertain(node)]
    return frozenset(set.intersection(*uids)) if len(uids) > 1 else frozenset()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _own_words(node: Node) -> Iterator[str]:
    """Yield the reason of the outermost step, where its author gave one."""
    while isinstance(node, Step):
        if node.because:
            yield node.because
            return
        node = node.parent


def _route(node: Node, common: frozenset[str]) -> str:
    """Return the named steps in order, and the numbers that they start from."""
    steps, starts = _above_findings(node)
    own = [each for each in starts if not {leaf.uid for leaf in leaves(each)} <= common and not _is_plain_one(each)]
    told = [text for each in own if (text := _told(starts[each]))]
    more = f"; {len(told) - MOST_INPUTS} more" if len(told) > MOST_INPUTS else ""
    counted = f"counts {', then '.join(steps)}" if steps else ""
    rests = f"{' from ' if steps else 'rests on '}{'; '.join(told[:MOST_INPUTS])}{more}" if told else ""
    return counted + rests


def _told(start: Quantity) -> str:
    """Return a start with its name, its unit alone where it has none, and nothing for a bare number."""
    if start.name is not None:
        return f"{start.name}, {_number(start)}"
    return "" if start.unit == "1" else _number(start)


def _is_plain_one(start: Node) -> bool:
    """Whether a start only turns one unit into another; a parameter for each of something is an assumption."""
    is_one = isinstance(start, Leaf) and start.group == "exact" and not start.axes and bool(start.value == 1)
    return is_one and not start.unit.text.startswith("parameter/")


def _number(start: Quantity) -> str:
    """Return a number with its unit; of an array, such as both ends of a range, all of them."""
    if not start.axes:
        return number(start)
    labels = next(iter(start.axes.values()))
    return f"{' to '.join(rounded(start[label].median()) for label in labels)} {start.node.unit.plural(2)}".rstrip()


def _above_findings(node: Node) -> tuple[list[str], dict[Node, Quantity]]:
    """Return the named steps of a graph and what they start from; a finding made of others is one start."""
    made = _made_findings()
    stops = {each.key for each in walk([node]) if each.key in made or isinstance(each, Leaf | Correlated)}
    steps: dict[bytes, str] = {}
    starts: dict[Node, Quantity] = {}
    for each in _down_to(node, stops):
        if each.key in stops:
            known = made.get(each.key)
            starts[each] = Quantity(each) if known is None else evidence(known)
        elif isinstance(each, Step) and each.name:
            _hear(each, _unnamed(each), steps, starts)
    return list(dict.fromkeys(steps.values())), starts


def _unnamed(node: Node) -> Node:
    while isinstance(node, Step) and node.key not in _made_findings():
        node = node.parent
    return node


def _hear(step: Step, inner: Node, steps: dict[bytes, str], starts: dict[Node, Quantity]) -> None:
    """Take the outermost name of what is worked out; an estimator's argument names only an input without a name."""
    if inner not in starts:
        steps[inner.key] = step.name or ""
    elif starts[inner].name is None:
        starts[inner] = Quantity(step)


def _down_to(node: Node, stops: set[bytes]) -> list[Node]:
    """Return the nodes above the stops, and the stops themselves, parents before children."""
    order: list[Node] = []
    seen: set[bytes] = set()
    pending = [(node, False)]
    while pending:
        each, ready = pending.pop()
        if ready or each.key in stops:
            if each.key not in seen:
                seen.add(each.key)
                order.append(each)
        elif each.key not in seen:
            pending.append((each, True))
            pending.extend((parent, False) for parent in reversed(each.parents))
    return order


@functools.cache
def _made_findings() -> Mapping[bytes, str]:
    """Return the ids of the findings that are made of others, by the key of their graph."""
    return {evidence(each).node.key: each for each in evidence.ids() if evidence.finding(each).parts}


def _driver(node: Node, seed: int) -> str:
    if not 2 <= sum(leaf.is_uncertain for leaf in leaves(node)) <= MOST_DRIVEN:
        return ""
    first = drivers(node, labels(node), seed)[0]
    return f"{first.share:.0%} of its spread is that of {first.name}"


def _leanings(node: Node) -> Iterator[str]:
    """Yield the last caveats, those of the outermost estimators, by direction."""
    caveats: dict[Caveat, None] = {}
    for each in walk([node]):
        caveats |= dict.fromkeys(each.caveats) if isinstance(each, Step) else {}
    last = [*caveats][-MOST_CAVEATS:]
    for effect, words in LEANING.items():
        told = [caveat.text for caveat in last if caveat.effect == effect]
        if told:
            yield words + "; ".join(told)
