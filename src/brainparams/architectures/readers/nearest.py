"""Which known type an unknown configuration looks like: by the keys it has, not by how its name is spelt."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from ...errors import BrainparamsError
from .configurations import Configuration
from .families import Family

# Of layouts that read the same keys, those that most others follow come first.
USUAL = ("llama", "mixtral", "deepseek_v3", "gpt2", "bert", "roberta", "t5", "bart", "vit", "clip")
MOST_MISSED = 8
MOST_SAID = 4


class Likeness(NamedTuple):
    """How well a layout fits: less is better, in this order."""

    other_head: bool
    missed: int
    unusual: int
    absent: int
    unlike: float
    name: str
    unknown: list[str]


def nearest_layout(c: Configuration, readers: Mapping[str, Family]) -> str:
    """Return a sentence that names the type whose reader knows most of the keys; nothing where none can read them."""
    found = [each for name, family in readers.items() if (each := _tried(c, name, family)) is not None]
    if not found:
        return ""
    best = min(found, key=lambda each: each[:-1])
    if best.missed > MOST_MISSED:
        return ""
    more = f" and {best.missed - MOST_SAID} more" if best.missed > MOST_SAID else ""
    named = ", ".join(map(repr, best.unknown[:MOST_SAID]))
    beside = f", except that it does not know {named}{more}" if best.unknown else ""
    return f" By its keys it looks like {best.name!r}{beside}; if it is, say so with model_type: {best.name!r}."


def _tried(c: Configuration, name: str, family: Family) -> Likeness | None:
    """Return how well one layout fits; None where it cannot read what is there."""
    try:
        tried = Configuration({**c.content, "model_type": name, "architectures": None}, c.where)
        family.choose(tried)
        family.read(tried)
    except (BrainparamsError, AssertionError):
        return None
    unknown = tried.unknown()
    absent = sum(key not in tried.content for key in tried.read)
    unusual = USUAL.index(name) if name in USUAL else len(USUAL)
    unlike = -SequenceMatcher(None, c.model_type, name).ratio()
    return Likeness(_other_head(c, family), len(unknown), unusual, absent, unlike, name, unknown)


def _other_head(c: Configuration, family: Family) -> bool:
    """Whether the class that the file names ends as no class of a type does, such as ForCausalLM."""
    named = c.content.get("architectures")
    if not isinstance(named, list | tuple) or not named or not isinstance(named[0], str) or "For" not in named[0]:
        return False
    ending = named[0][named[0].rindex("For") :]
    return not any(name.endswith(ending) for name in family.classes)
