"""Everything that makes, changes or walks nodes of the expression graph."""

from __future__ import annotations

from .axes import Axis
from .building import apply, convert, stack, take, total
from .flat import LEAF_FIELDS, rebuild, records
from .nodes import Caveat, Computed, Correlated, Effect, Group, Leaf, Node, Operated, Step
from .program import Instruction, Program, Unknown, flatten
from .walking import leaf_of, leaves, roots, standing, unknowns, unstated, walk

__all__ = [
    "LEAF_FIELDS",
    "Axis",
    "Caveat",
    "Computed",
    "Correlated",
    "Effect",
    "Group",
    "Instruction",
    "Leaf",
    "Node",
    "Operated",
    "Program",
    "Step",
    "Unknown",
    "apply",
    "convert",
    "flatten",
    "leaf_of",
    "leaves",
    "rebuild",
    "records",
    "roots",
    "stack",
    "standing",
    "take",
    "total",
    "unknowns",
    "unstated",
    "walk",
]
