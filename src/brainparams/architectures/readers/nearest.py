"""Which known type an unknown configuration looks like: by the keys it has, not by how its name is spelt."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from ...errors import BrainparamsError
from .configurations import Configuration
from .families import Family


def nearest_layout(c: Configuration, readers: Mapping[str, Family]) -> str:
    """Return a sentence that names the type whose reader knows most of the keys; nothing where none can read them."""
    found = []
    for name, family in readers.items():
        tried = Configuration({**c.content, "model_type": name, "architectures": None}, c.where)
        family.choose(tried)
        try:
            family.read(tried)
        except (BrainparamsError, AssertionError):
            continue
        missed = tried.unknown()
        unused = sum(key not in c.content for key in tried.read)
        alike = SequenceMatcher(None, c.model_type, name).ratio()
        found.append((len(missed), unused, -alike, name, missed))
    if not found:
        return ""
    *_, name, missed = min(found)
    beside = f", except that it does not know {', '.join(map(repr, missed[:5]))}" if missed else ""
    return f" By its keys it looks like {name!r}{beside}; if it is, say so with model_type: {name!r}."
