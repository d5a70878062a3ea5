"""What a text names in place of a number: a machine model, a finding, a published estimate."""

from __future__ import annotations

import re
from typing import Any

from ..foreign import room
from ..graph import Node

__all__ = ["named_node"]

NAME = re.compile(r"\s*[a-z][a-z0-9]*[-/.][\w./ -]+$", re.IGNORECASE)  # gpt-3, model/gpt-3/parameters


def named_node(value: Any) -> Node | None:
    """Return the node of a machine model, a finding or a published estimate by its name; None for anything else."""
    if not isinstance(value, str) or NAME.match(value) is None:
        return None
    found = room("comparison.entries").named(value)
    return None if found is None else found.node
