"""What is known of an entry: which steps count it, where they start, what drives its spread, which way it errs."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..findings import evidence
from ..graph import Caveat, Correlated, Leaf, Node, Step, walk
from ..graph.names import labels
from ..graph.substitution import is_uncertain
from ..quantity import Quantity
from ..sensitivity import drivers
from ..sensitivity.drivers import Driver
from .entries import Entry, leaves

__all__ = ["Facts", "common_inputs", "facts"]

MOST_CAVEATS = 3
MOST_DRIVEN = 8  # unknowns up to which the largest driver is told


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of one entry.

    Attributes
    ----------
    reason : str
        What the author of its outermost step says of it; empty where nobody does.
    remark : str
        What is said of it where it was published or is listed.
    is_traced : bool
        Whether there are inputs to tell.
    steps : tuple of str
        Named steps, in order.
    starts : tuple of Quantity
        Inputs, and findings made of others, that not every entry shares.
    driver : Driver or None
        The input with the largest share, where few are uncertain.
    caveats : tuple of Caveat
        The last ones, those of the outermost estimators.
    """

    reason: str = ""
    remark: str = ""
    is_traced: bool = True
    steps: tuple[str, ...] = ()
    starts: tuple[Quantity, ...] = ()
    driver: Driver | None = None
    caveats: tuple[Caveat, ...] = ()


def facts(entry: Entry, common: frozenset[str], seed: int) -> Facts:
    """Return what is known of an entry; what was published or is counted elsewhere says so itself."""
    if entry.kind == "published":
        route = ((), ()) if entry.traced is None else _route(entry.traced.node, common)
        return Facts("", entry.told, entry.traced is not None, *route)
    if entry.told:
        return Facts(remark=entry.told)
    node = entry.quantity.node
    return Facts(_own_words(node), "", True, *_route(node, common), _driver(node, seed), _last_caveats(node))


def common_inputs(nodes: Sequence[Node]) -> frozenset[str]:
    """Return the inputs that all uncertain rows share, which make no difference."""
    uids = [{leaf.uid for leaf in leaves(node)} for node in nodes if is_uncertain(node)]
    return frozenset(set.intersection(*uids)) if len(uids) > 1 else frozenset()


def _own_words(node: Node) -> str:
    """Return the reason of the outermost step whose author gave one."""
    while isinstance(node, Step):
        if node.because:
            return node.because
        node = node.parent
    return ""


def _route(node: Node, common: frozenset[str]) -> tuple[tuple[str, ...], tuple[Quantity, ...]]:
    """Return the named steps in order, and the starts that are this entry's own."""
    steps, starts = _above_findings(node)
    own = (each for each in starts if not {leaf.uid for leaf in leaves(each)} <= common and not _is_plain_one(each))
    return tuple(steps), tuple(starts[each] for each in own)


def _is_plain_one(start: Node) -> bool:
    """Whether a start only turns one unit into another; a parameter for each of something is an assumption."""
    is_one = isinstance(start, Leaf) and start.group == "exact" and not start.axes and bool(start.value == 1)
    return is_one and not start.unit.text.startswith("parameter/")


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


def _driver(node: Node, seed: int) -> Driver | None:
    few = 2 <= sum(leaf.is_uncertain for leaf in leaves(node)) <= MOST_DRIVEN
    return drivers(node, labels(node), seed)[0] if few else None


def _last_caveats(node: Node) -> tuple[Caveat, ...]:
    caveats: dict[Caveat, None] = {}
    for each in walk([node]):
        caveats |= dict.fromkeys(each.caveats) if isinstance(each, Step) else {}
    return tuple(caveats)[-MOST_CAVEATS:]
