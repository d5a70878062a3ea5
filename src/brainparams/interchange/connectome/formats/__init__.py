"""The formats that are read: every file of this folder, by the names and endings that it registers."""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from .format import FORMATS, LINE, Raw
from .matrices import unlabelled
from .tables import first_rows, is_number

__all__ = ["FORMATS", "LINE", "Raw", "first_rows", "is_number", "named_by", "shown_by", "unlabelled"]

for _each in iter_modules(__path__):
    import_module(f"{__name__}.{_each.name}")


def named_by(suffix: str) -> str:
    """Return the format of files with an ending; what no format knows is taken for a table of edges."""
    return next((name for name, each in FORMATS.items() if suffix in each.endings), "edges")


def shown_by(rows: Sequence[Sequence[str]]) -> str:
    """Return the format that the first rows of a table show."""
    return next((name for name, each in FORMATS.items() if each.recognises(rows)), "edges")
