"""The writers: every file of this folder, by the styles that its classes register."""

from importlib import import_module
from pkgutil import iter_modules

from ...checks import one_of
from .writer import WRITERS, Writer

__all__ = ["WRITERS", "Writer", "writer_of"]

for _each in iter_modules(__path__):
    import_module(f"{__name__}.{_each.name}")


def writer_of(style: str, where: str) -> type[Writer]:
    """Return the writer of a style, or raise ArgumentError with all of them."""
    return WRITERS[one_of(style, WRITERS, where)]
