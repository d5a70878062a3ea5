"""Other packages: how their values are known, which door of `interchange` is for each, and how to get a missing one."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from .errors import MissingExtraError

__all__ = [
    "door",
    "introduce",
    "is_labelled",
    "is_missing",
    "is_pint",
    "is_pint_unit",
    "is_ufloat",
    "later",
    "library",
    "room",
]


def is_missing(value: object) -> bool:
    """Return whether a value is what another package has in the place of a number that is missing.

    Examples
    --------
    >>> is_missing(0)
    False
    """
    return type(value).__name__ in ("MaskedConstant", "NAType")


def is_pint(value: object) -> bool:
    """Return whether a value looks like a pint quantity, of whichever registry; pint need not be loaded.

    Examples
    --------
    >>> is_pint(3.0)
    False
    """
    return all(hasattr(type(value), name) for name in ("magnitude", "units", "_REGISTRY"))


def is_pint_unit(value: object) -> bool:
    """Return whether a value looks like a unit of pint, which times a number is a quantity of pint.

    Examples
    --------
    >>> is_pint_unit("m")
    False
    """
    kind = type(value)
    return hasattr(kind, "_REGISTRY") and hasattr(kind, "dimensionality") and not hasattr(kind, "magnitude")


def is_ufloat(value: object) -> bool:
    """Return whether a value looks like a number of the uncertainties package, which need not be loaded.

    Examples
    --------
    >>> is_ufloat(3.0)
    False
    """
    kind = type(value)  # asking the value itself would have it say what else it is called
    return hasattr(kind, "nominal_value") and hasattr(kind, "std_dev") and not hasattr(kind, "units")


FRAMES = {"pandas", "polars", "xarray", "pyarrow"}


def is_labelled(value: object) -> bool:
    """Return whether a value is a data frame, a series or a labelled array of another package.

    Examples
    --------
    >>> is_labelled([1, 2])
    False
    """
    kinds = type(value).__mro__
    holds = hasattr(kinds[0], "__len__") or hasattr(kinds[0], "schema")  # a time or NA of pandas does not
    return holds and any(kind.__module__.partition(".")[0] in FRAMES for kind in kinds)


def library(name: str, where: str, extra: str = "data") -> Any:
    """Return a package that not everybody has, or say which extra brings it.

    Examples
    --------
    >>> library("nopackage", "plot()", "plot")
    Traceback (most recent call last):
        ...
    brainparams.errors.MissingExtraError: plot(): needs nopackage; install it with: pip install 'brainparams[plot]'
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(f"{where}: needs {name}; install it with: pip install 'brainparams[{extra}]'") from None


def door(name: str) -> Any:
    """Return a door of `interchange`.

    The doors translate into quantities, so they stand below them in the order of import. Whoever meets a foreign
    value higher up opens its door here, by name and on first use: no foreign library is loaded before it is needed.
    """
    return room(f"interchange.{name}")


def room(name: str) -> Any:
    """Return a room that stands below the caller in the order of import, on first use, as for `door`.

    A method of a quantity is a line that opens the room which works on quantities.
    """
    return import_module(f".{name}", __package__)


class _Later:
    """A room that is opened when something in it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(room(self._name), name)
        if not name.startswith("__"):
            vars(self)[name] = found
        return found


def later(*names: str) -> tuple[Any, ...]:
    """Return rooms above the caller that nobody waits for before they are needed; type checkers import them outright.

    Examples
    --------
    >>> engines, sobol = later("engines", "sensitivity.sobol")
    >>> engines.AUTOMATIC
    'auto'
    """
    return tuple(map(_Later, names))


def introduce(kind: type) -> None:
    """Have pint, once somebody has loaded it, leave arithmetic with one of our types to us, as with data frames."""
    upcast = getattr(sys.modules.get("pint.compat"), "upcast_type_map", None)
    if upcast is not None:
        upcast.setdefault(f"{kind.__module__}.{kind.__qualname__}", kind)
