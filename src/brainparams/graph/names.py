"""Which nodes of a graph are told, and under which name and symbol; what the steps around them say of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..units.words import LETTERS
from .nodes import Caveat, Correlated, Leaf, Node, Operated, Step
from .operations import OPERATIONS
from .walking import walk

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["Told", "cited", "labels", "named_nodes", "references_of", "tellings"]


@dataclass(slots=True)
class Told:
    """What has been said about one node by the steps around it."""

    node: Node
    name: str | None = None
    symbol: str | None = None
    because: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    is_untold: bool = False


def tellings(node: Node) -> tuple[dict[bytes, Told], dict[bytes, bytes], list[Caveat]]:
    """Return what is said of each told node, which told node stands for each node, and the caveats."""
    telling, same, caveats = _tellings(node)
    _complete(telling)
    return telling, same, caveats


def labels(node: Node) -> dict[str, str]:
    """Return a readable name for each leaf below a node, by uid."""
    telling, _, _ = tellings(node)
    return {told.node.uid: told.name or "" for told in telling.values() if isinstance(told.node, Leaf)}


def named_nodes(node: Node) -> list[tuple[Node, str, str]]:
    """Return every input and step that is told, as it stands in the graph, with its name and its symbol."""
    telling, same, _ = tellings(node)
    standing = {each.leaf.key: each for each in walk([node]) if isinstance(each, Correlated)}
    return [
        (standing.get(key, told.node), told.name or "", told.symbol or "")
        for key, told in telling.items()
        if key != same[node.key] or isinstance(told.node, Leaf)
    ]


def references_of(node: Node) -> tuple[Citation, ...]:
    """Return the sources that a node uses, each once, in order of first use."""
    telling, _, _ = _tellings(node)
    return cited(telling.values())


def cited(telling: Iterable[Told]) -> tuple[Citation, ...]:
    """Return the sources of what is told, each once, in order of first use."""
    found: dict[str, Citation] = {}
    for told in telling:
        for citation in told.citations:
            found.setdefault(citation.key, citation)
    return tuple(found.values())


def _tellings(node: Node) -> tuple[dict[bytes, Told], dict[bytes, bytes], list[Caveat]]:
    """Return what is said, with the names and symbols that people gave, or None."""
    telling: dict[bytes, Told] = {}
    same: dict[bytes, bytes] = {}
    caveats: list[Caveat] = []
    for each in walk([node]):
        if isinstance(each, Leaf | Correlated):
            _hear(each, telling, same)
        elif isinstance(each, Operated) and OPERATIONS[each.operation].silent:
            if each.parents[0].key in same:
                same[each.key] = same[each.parents[0].key]
        elif isinstance(each, Step):
            _say(each, telling, same)
            caveats.extend(each.caveats)
    if node.key not in same:
        telling[node.key] = Told(node)
        same[node.key] = node.key
    return telling, same, caveats


def _hear(node: Leaf | Correlated, telling: dict[bytes, Told], same: dict[bytes, bytes]) -> None:
    """Take an input as a person made it; the normal scores behind correlated inputs are not told."""
    leaf = node.leaf if isinstance(node, Correlated) else node
    if leaf.group != "latent":
        telling[leaf.key] = Told(leaf, leaf.name, leaf.symbol, citations=list(leaf.citations))
        same[node.key] = leaf.key


def _say(step: Step, telling: dict[bytes, Told], same: dict[bytes, bytes]) -> None:
    key = same.get(step.parent.key)
    if key is None:
        key = step.key
        telling[key] = Told(step)
    told = telling[key]
    same[step.key] = key
    if isinstance(told.node, Leaf):  # an input keeps its own name; an estimator's argument names it only if it has none
        told.name, told.symbol = told.name or step.name, told.symbol or step.symbol
    else:
        told.name, told.symbol = step.name or told.name, step.symbol or told.symbol
    if step.because and step.because not in told.because:
        told.because.append(step.because)
    told.citations.extend(step.citations)


def _complete(telling: dict[bytes, Told]) -> None:
    """Give everything a name and a symbol of its own."""
    taken: set[str] = set()
    count: dict[str, int] = {}
    for told in telling.values():
        name = told.name or (told.node.unit.plural(2) or "number" if isinstance(told.node, Leaf) else "result")
        told.name = " ".join(name.split())
        stem = told.symbol or LETTERS.get(told.node.unit.text) or _initial(told.name)
        symbol = stem = " ".join(stem.split())
        while symbol in taken:
            count[stem] = count.get(stem, 1) + 1
            symbol = f"{stem}{'' if '_' in stem else '_'}{count[stem]}"
        taken.add(symbol)
        told.symbol = symbol


def _initial(name: str) -> str:
    return next((character for character in name if character.isalpha()), "x")
