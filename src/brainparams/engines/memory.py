"""What the engines found lately, so that the same thing asked twice costs nothing.

It goes by the nodes themselves, which never change: two nodes with one key may rest on leaves that say different things
of one unknown, as two editions of a finding do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from ..graph import Node

__all__ = ["Memory"]

T = TypeVar("T")


class Memory:
    """What was made of nodes, the oldest forgotten first.

    Parameters
    ----------
    room : float
        How large everything together may be, as `size` counts.
    size : callable
        How large one thing is.
    """

    def __init__(self, room: float, size: Callable[[Any], float] = lambda made: 1.0) -> None:
        self._room, self._size = room, size
        self._kept: dict[Any, tuple[Node, Any, float]] = {}
        self._used = 0.0
        self._lock = threading.Lock()

    def get(self, node: Node, asked: Any = None) -> Any:
        """Return what was made of a node for what was asked, or None."""
        kept = self._kept.get((id(node), asked))
        return None if kept is None else kept[1]

    def keep(self, node: Node, asked: Any, made: Any) -> None:
        """Keep what was made; the node stays with it, so that no other one takes over its place."""
        size = self._size(made)
        if size > self._room:
            return
        with self._lock:  # two threads may find the same thing at once
            _, _, before = self._kept.pop((id(node), asked), (None, None, 0.0))
            self._kept[id(node), asked] = node, made, size
            self._used += size - before
            while self._used > self._room and self._kept:
                _, _, its = self._kept.pop(next(iter(self._kept)))
                self._used -= its

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._used = 0.0
