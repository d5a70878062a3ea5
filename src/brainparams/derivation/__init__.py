"""Which steps of a graph to tell, in which order, under which names, and what stands behind them."""

from __future__ import annotations

from .deriving import derive
from .parts import Input, Term, ToldStep
from .telling import Derivation, told

__all__ = ["Derivation", "Input", "Term", "ToldStep", "derive", "told"]
