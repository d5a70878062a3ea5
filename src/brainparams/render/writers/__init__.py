"""The writers: every file of this folder, by the styles that its classes register."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ...checks import one_of
from .text import Text  # the others are loaded when one of them is asked for
from .writer import WRITERS, Writer

__all__ = ["Text", "Writer", "all_writers", "writer_of"]


@cache
def all_writers() -> Mapping[str, type[Writer]]:
    """Return every writer, by its style."""
    for each in iter_modules(__path__):
        import_module(f"{__name__}.{each.name}")
    return dict(sorted(WRITERS.items()))


def writer_of(style: Any, where: str) -> type[Writer]:
    """Return the writer of a style, or raise ArgumentError with all of them."""
    known = WRITERS if isinstance(style, str) and style in WRITERS else all_writers()
    return known[one_of(style, known, where)]
