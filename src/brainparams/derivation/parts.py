"""The parts of a derivation: terms of formulas, steps and inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..estimate import Estimate
from ..graph import Axis, Leaf

__all__ = ["Input", "Term", "ToldStep"]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula: a reference to something told, or an operation on parts.

    Attributes
    ----------
    told : bytes or None
        Key of the step or input that is meant.
    operation : str or None
        Row of the table of operations.
    parts : tuple of Term
        What the operation is applied to.
    parameters : tuple
        The operation's parameters.
    axes : tuple of Axis
        Axes of the argument, for operations along an axis.
    """

    told: bytes | None = None
    operation: str | None = None
    parts: tuple[Term, ...] = ()
    parameters: tuple[Any, ...] = ()
    axes: tuple[Axis, ...] = ()

    @property
    def meant(self) -> list[bytes]:
        """What it refers to, in order."""
        return [self.told] if self.told is not None else [key for part in self.parts for key in part.meant]


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of the derivation: what it is called, how it is made, and what comes out.

    Of a step that chooses, `options` has the name, the weight and the median of each option.
    """

    key: bytes
    name: str
    symbol: str
    because: str | None
    formula: Term
    result: Estimate
    references: tuple[int, ...] = ()
    options: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """One leaf of the derivation, with what stands behind it."""

    key: bytes
    name: str
    symbol: str
    leaf: Leaf
    result: Estimate
    references: tuple[int, ...]
