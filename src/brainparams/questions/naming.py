"""What a text names in place of a number: a machine model, a finding, a published estimate."""

from __future__ import annotations

import re
from typing import Any

from ..foreign import room
from ..graph import Node

__all__ = ["named_node"]

NAME = re.compile(r"\s*[a-z]\w*[-/. \d][\w./ -]*$", re.IGNORECASE)  # gpt-3, GPT 3, model/gpt-3/parameters; no number


def named_node(value: Any, where: str) -> Node | None:
    """Return the node of a machine model, a finding or a published estimate by its name; None for anything else.

    Raises
    ------
    UnknownNameError
        For what is nearly a name.
    """
    if not isinstance(value, str) or NAME.match(value) is None:
        return None
    found = room("comparison.entries").named(value, where)
    return None if found is None else found.node
