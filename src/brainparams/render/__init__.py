"""How anything is shown: blocks say what, a writer for each notation says how."""

from importlib import import_module
from types import ModuleType

from .showing import Shown

__all__ = ["Shown"]


def __getattr__(name: str) -> ModuleType:
    """Return the pictures, which most questions are answered without, where they are asked for: ``bp.plots``."""
    if name != "plots":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.plots")
