"""How anything is shown: blocks say what, a writer for each notation says how."""

from . import plots
from .showing import Shown

__all__ = ["Shown", "plots"]
