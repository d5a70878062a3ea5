"""The controls of a page as a widget in a notebook, computed by the engines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from ..comparison.ladder import Ladder
from ..derivation import derive, told
from ..errors import ShapeError
from ..foreign import library
from ..graph import Node
from ..quantity import Quantity
from ..render.plain import cleaned
from ..render.writers.html import Html
from ..units import with_unit
from .sheet import Column, sheet_of

__all__ = ["explorer", "ladder_explorer"]

LEVEL = 0.90


def explorer(given: Quantity) -> Any:
    """Return a widget with sliders for the inputs of a quantity.

    Its `quantity` is the one that the sliders give, with every step and source.

    Raises
    ------
    ShapeError
        For an array, and for a graph that is too large.
    MissingExtraError
        Without anywidget (``pip install brainparams[notebook]``).
    """
    return _widget("quantity", given, _columns(given.node), _shown)


def ladder_explorer(given: Ladder) -> Any:
    """Return a widget with sliders for the inputs of all estimates of a ladder; its `ladder` is what they give.

    Raises
    ------
    ShapeError, MissingExtraError
        As for `explorer`.
    """
    columns = _columns(*(row.quantity.node for row in given if row.high > row.low))
    return _widget("ladder", given, columns, Ladder._repr_html_)


def _columns(*nodes: Node) -> dict[str, Column]:
    """Return the inputs that have sliders, by name."""
    sheet = sheet_of(*nodes)
    if sheet is None:
        raise ShapeError("explore(): an array, or too many inputs; pick one element or take the total")
    return {each.leaf.name or "": each for each in sheet.columns if each.can_change and each.kind != "choice"}


def _widget(what: str, given: Quantity | Ladder, columns: Mapping[str, Column], shown: Callable[[Any], str]) -> Any:
    """Return the widget: its attribute `what` is what the sliders give."""
    library("anywidget", "explore()", "notebook")
    import anywidget
    import traitlets

    class Explorer(anywidget.AnyWidget):
        _esm = resources.files(__package__).joinpath("explore.js").read_text(encoding="utf-8")
        inputs = traitlets.List([_control(name, each) for name, each in columns.items()]).tag(sync=True)
        changed = traitlets.Dict({}).tag(sync=True)
        html = traitlets.Unicode(shown(given)).tag(sync=True)

        @property
        def found(self) -> Any:
            """What the sliders give."""
            asked = {name: _written(columns[name], *each) for name, each in self.changed.items() if name in columns}
            return given.assuming(asked) if asked else given

        @traitlets.observe("changed")
        def _recompute(self, change: Any) -> None:
            self.html = shown(self.found)

    setattr(Explorer, what, Explorer.found)
    return Explorer()


def _written(column: Column, median: float, spread: float) -> str:
    unit = column.leaf.unit.text
    belief = f"{median!r} ×/÷ {max(spread, 1.0)!r}" if column.is_positive else f"{median!r} +/- {spread!r}"
    number = repr(median) if column.kind == "exact" else belief
    return with_unit(number, unit)


def _control(name: str, column: Column) -> dict[str, Any]:
    """Return an input with the ends of its sliders."""
    median, spread = column.setting
    reach = 6.0 * spread if column.kind == "normal" else 1.0
    wide = max(10.0, spread**4) if column.is_positive else 1.0
    low, high = (median / wide, median * wide) if column.is_positive else (median - reach, median + reach)
    return {
        "key": name,
        "name": cleaned(name),
        "kind": column.kind,
        "median": median,
        "spread": spread,
        "positive": column.is_positive,
        "low": low,
        "high": high,
        "narrow": 1.0 if column.is_positive else 0.0,
        "wide": math.exp(max(3.0 * math.log(spread), math.log(4.0))) if column.is_positive else 4.0 * spread,
    }


def _shown(quantity: Quantity) -> str:
    return Html().write(told(derive(quantity.node, level=LEVEL), "full"))
