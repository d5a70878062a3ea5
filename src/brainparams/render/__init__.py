"""How anything is shown: blocks say what, a writer for each notation says how."""

from .showing import Shown

__all__ = ["Shown"]
