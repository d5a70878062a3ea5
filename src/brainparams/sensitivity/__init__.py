"""Which input the spread of a result comes from, and what knowing one would do."""

from .drivers import Driver, Drivers, drivers

__all__ = ["Driver", "Drivers", "drivers"]
