"""Which steps of a graph to tell, in which order, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engines import estimate_all, if_known
from ..estimate import Estimate
from ..graph import Caveat, Correlated, Leaf, Node, Operated, Step, walk
from ..graph.choices import is_selector, option_names
from ..graph.identity import united
from ..graph.names import Told, cited, labels, tellings
from ..graph.operations import OPERATIONS
from ..graph.operations.functions import choose
from ..sensitivity import drivers
from .parts import Input, Term, ToldStep
from .telling import Derivation

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["derive"]

MOST_TERMS = 40  # of one formula; a person reads no longer one
MOST_STEPS = 60


ELLIPSIS = Term()


def derive(node: Node, *, level: float, seed: int | None = 0, estimate: Estimate | None = None) -> Derivation:
    """Return the derivation of a node: steps in order, inputs, drivers, caveats and references."""
    (node,) = united((node,))
    telling, same, caveats = tellings(node)
    steps = [told for told in telling.values() if not isinstance(told.node, Leaf)]
    untold = max(0, len(steps) - MOST_STEPS)
    for told in steps[:untold]:
        told.is_untold = True
    steps = steps[untold:]
    leaves = [told for told in telling.values() if isinstance(told.node, Leaf)]
    nodes = [node, *(told.node for told in steps), *(told.node for told in leaves)]
    results = estimate_all(nodes, seed=seed)
    result = estimate or results[0]
    of_steps, of_leaves = results[1 : 1 + len(steps)], results[1 + len(steps) :]
    citations = cited(telling.values())
    return Derivation(
        name=telling[same[node.key]].name or "result",
        result=result,
        level=level,
        steps=tuple(
            _told_step(told, same, telling, citations, found) for told, found in zip(steps, of_steps, strict=True)
        ),
        inputs=tuple(_input(told, citations, found) for told, found in zip(leaves, of_leaves, strict=True)),
        drivers=None if node.axes else drivers(node, labels(node), seed=seed or 0),
        caveats=tuple(dict.fromkeys((*caveats, *_caveats_of_inputs(leaves)))),
        references=citations,
        correlations=_correlations(node),
        untold=untold,
    )


# --- formulas ----------------------------------------------------------------------------------------------------


def _told_step(
    told: Told,
    same: dict[bytes, bytes],
    telling: dict[bytes, Told],
    citations: Sequence[Citation],
    result: Estimate,
) -> ToldStep:
    node = told.node.parents[0] if isinstance(told.node, Step) else told.node
    formula, because = _formula(node, same, telling), "; ".join(told.because) or None
    name, symbol, references = told.name or "", told.symbol or "", _numbers(told, citations)
    options = _options(told.node, formula, result)
    return ToldStep(told.node.key, name, symbol, because, formula, result, references, options)


def _options(node: Node, formula: Term, result: Estimate) -> tuple[tuple[str, float, float], ...]:
    """Return the options of a scalar that one choice in its formula makes: name, weight and median of each."""
    chosen = [each for each in _terms(formula) if each.operation == choose.name]
    selectors: dict[bytes | None, Leaf] = {each.key: each for each in walk([node]) if is_selector(each)}
    told = [selectors[each.parts[0].told] for each in chosen if each.parts and each.parts[0].told in selectors]
    if len(told) != 1 or node.axes:
        return ()
    (selector,), names = told, option_names([node])
    places, weights = selector.value.atoms
    medians = if_known(node, selector, (np.cumsum(weights) - 0.5 * weights).tolist(), [0.5], result.seed or 0)
    kept = [names[selector.uid][int(place)] for place in places]
    return tuple(zip(kept, weights.tolist(), medians[:, 0].tolist(), strict=True))


def _terms(term: Term) -> Iterator[Term]:
    yield term
    for part in term.parts:
        yield from _terms(part)


def _formula(root: Node, same: dict[bytes, bytes], telling: dict[bytes, Told]) -> Term:
    """Return the formula of a node down to what is told, cut short where a person would stop reading.

    The walk is breadth first, so that what is cut is what lies deepest.
    """
    kept: dict[int, list[Any]] = {}
    order: list[tuple[Node, int]] = [(_heard(root), 0)]
    place = 0
    while place < len(order):
        node, own = order[place]
        place += 1
        is_told = same.get(node.key) in telling and own != 0
        if is_told or not isinstance(node, Operated) or len(order) + len(node.parents) > MOST_TERMS:
            continue
        children = []
        for parent in node.parents:
            children.append(len(order))
            order.append((_heard(parent), len(order)))
        kept[own] = children
    terms: dict[int, Term] = {}
    for node, own in reversed(order):
        terms[own] = _term(node, [terms[child] for child in kept[own]] if own in kept else None, same, telling)
    return terms[0]


def _heard(node: Node) -> Node:
    """Pass over changes of unit and shape."""
    while isinstance(node, Operated) and OPERATIONS[node.operation].silent:
        node = node.parents[0]
    return node


def _term(node: Node, parts: Sequence[Term] | None, same: dict[bytes, bytes], telling: dict[bytes, Told]) -> Term:
    if parts is None:
        key = same.get(node.key)
        return Term(told=key) if key is not None and not telling[key].is_untold else ELLIPSIS
    assert isinstance(node, Operated)
    return Term(None, node.operation, tuple(parts), node.parameters, node.parents[0].axes)


# --- what stands behind ------------------------------------------------------------------------------------------


def _numbers(told: Told, citations: Sequence[Citation]) -> tuple[int, ...]:
    keys = [each.key for each in citations]
    return tuple(dict.fromkeys(keys.index(citation.key) + 1 for citation in told.citations))


def _input(told: Told, citations: Sequence[Citation], result: Estimate) -> Input:
    leaf = told.node
    assert isinstance(leaf, Leaf)
    return Input(leaf.key, told.name or "", told.symbol or "", leaf, result, _numbers(told, citations))


def _correlations(node: Node) -> tuple[str, ...]:
    lines = [line for each in walk([node]) if isinstance(each, Correlated) for line in each.told]
    return tuple(dict.fromkeys(lines))


def _caveats_of_inputs(leaves: Iterable[Told]) -> Iterable[Caveat]:
    told_leaves = [(told.name, told.node) for told in leaves if isinstance(told.node, Leaf)]
    standing = [name for name, leaf in told_leaves if leaf.stands]
    if standing:
        yield Caveat(f"no spread is stated for {'; '.join(map(str, standing))}: taken as it stands", "narrows")
    for told in leaves:
        leaf = told.node
        assert isinstance(leaf, Leaf)
        if leaf.group == "given":
            yield Caveat(f"{told.name} came in without a source", "unknown")
        if leaf.status == "memory":
            yield Caveat(f"the source of {told.name} was not seen: the number is from memory", "unknown")
