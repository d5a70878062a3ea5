"""One identity, one belief: what may not stand side by side in one graph."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import CorrelationError
from .nodes import Correlated, Leaf, Node

__all__ = ["check_identities"]


def check_identities(nodes: Sequence[Node]) -> None:
    """Raise CorrelationError if an input stands in a graph both correlated and as it was made.

    Mixed, it would be two unknowns.
    """
    correlated = {node.leaf.uid for node in nodes if isinstance(node, Correlated)}
    for node in nodes:
        if isinstance(node, Leaf) and node.uid in correlated:
            raise CorrelationError(
                f"the input {node.name or node.written!r} stands in one expression both correlated and as it was made; "
                f"use what bp.correlate returned everywhere"
            )
