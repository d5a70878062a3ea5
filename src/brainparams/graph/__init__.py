"""Everything that makes, changes or walks nodes of the expression graph."""

from __future__ import annotations

from .axes import Axis
from .building import along, apply, convert, cumulated, gather, join, relabelled, stack, take, total
from .cells import in_cells
from .elements import elements, scalarised
from .flat import LEAF_FIELDS, rebuild, records
from .nodes import WITH_MEAN, Caveat, Computed, Correlated, Effect, Group, Leaf, Node, Operated, Row, Step
from .pooling import pooled
from .program import Instruction, Program, Unknown, flatten
from .walking import leaf_of, leaves, made_of, numbers_of, roots, standing, unknowns, unstated, walk

__all__ = [
    "LEAF_FIELDS",
    "WITH_MEAN",
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
    "Row",
    "Step",
    "Unknown",
    "along",
    "apply",
    "convert",
    "cumulated",
    "elements",
    "flatten",
    "gather",
    "in_cells",
    "join",
    "leaf_of",
    "leaves",
    "made_of",
    "numbers_of",
    "pooled",
    "rebuild",
    "records",
    "relabelled",
    "roots",
    "scalarised",
    "stack",
    "standing",
    "take",
    "total",
    "unknowns",
    "unstated",
    "walk",
]
