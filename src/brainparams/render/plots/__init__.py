"""Pictures; the only room that knows matplotlib. Each takes and returns an axes, and its numbers are a table."""

from .beliefs import Belief, cumulative, density, dots, unit_on
from .canvas import Numbers, numbers, style
from .curves import band, degrees, surface, trend
from .intervals import Mark, elements, forest, ladder, tornado
from .parts import shares, waterfall

__all__ = [
    "Belief", "Mark", "Numbers", "band", "cumulative", "degrees", "density", "dots", "elements", "forest", "ladder",
    "numbers", "shares", "style", "surface", "tornado", "trend", "unit_on", "waterfall",
]  # fmt: skip
