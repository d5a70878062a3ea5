"""What users ask of an estimate: how likely, what if, and which value gives a target."""

from .assumptions import Sweep, SweepRow
from .given import GivenThat, Moved
from .probability import Probability

__all__ = ["GivenThat", "Moved", "Probability", "Sweep", "SweepRow"]
