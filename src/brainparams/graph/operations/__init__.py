"""The table of operations: everything about an operation stands in its row, and nowhere else.

To add an operation, write its row in the file where its kind is; a maker or a sign then applies it. Every reader of
the graph (engines, derivation, document, notation) finds what it needs in the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import arithmetic, functions, rearrangements
from .row import LARGEST, ONE, Algebra, Number, Operation, Precedence, is_number, whole

__all__ = [
    "LARGEST",
    "ONE",
    "OPERATIONS",
    "Algebra",
    "Number",
    "Operation",
    "Precedence",
    "arithmetic",
    "functions",
    "is_number",
    "rearrangements",
    "whole",
]

_FILES = (arithmetic, functions, rearrangements)
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {row.name: row for row in (getattr(file, name) for file in _FILES for name in file.__all__)}
)
