"""Why estimates differ, in sentences: what each counts, on which inputs of its own, and which way it errs."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import Leaf
from ..graph.choices import is_selector
from ..literature.sentences import number
from ..quantity import Quantity
from ..render.numbers import rounded
from .facts import Facts

__all__ = ["why"]

MOST_INPUTS = 5
LEANING = {
    "raises": "too high, if anything: ",
    "lowers": "too low, if anything: ",
    "unknown": "too high or too low: ",
}


def why(known: Facts) -> str:
    """Return the facts as sentences: the words of the author, the route, the largest driver, the caveats, remarks."""
    route = _route(known) if known.is_traced else "no inputs given"
    parts = [known.reason, route, _driver(known), *_leanings(known), known.remark]
    return " ".join(_sentence(part) for part in parts if part) or "A number without inputs."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _route(known: Facts) -> str:
    """Return the named steps in order, and the numbers that they start from."""
    told = [text for each in known.starts if (text := _start(each))]
    more = f"; {len(told) - MOST_INPUTS} more" if len(told) > MOST_INPUTS else ""
    counted = f"counts {', then '.join(known.steps)}" if known.steps else ""
    rests = f"{' from ' if known.steps else 'rests on '}{'; '.join(told[:MOST_INPUTS])}{more}" if told else ""
    return counted + rests


def _start(start: Quantity) -> str:
    """Return a start with its name, its unit alone where it has none, and nothing for a bare number."""
    if isinstance(start.node, Leaf) and is_selector(start.node):
        return f"{start.name}: {start.node.written}"
    if start.name is not None:
        return f"{start.name}, {_amount(start)}"
    return "" if start.unit == "1" else _amount(start)


def _amount(start: Quantity) -> str:
    """Return a number with its unit; of an array, such as both ends of a range, all of them."""
    if not start.axes:
        return number(start)
    labels = next(iter(start.axes.values()))
    return f"{' to '.join(rounded(start[label].median()) for label in labels)} {start.node.unit.plural(2)}".rstrip()


def _driver(known: Facts) -> str:
    return f"{known.driver.share:.0%} of its spread is that of {known.driver.name}" if known.driver else ""


def _leanings(known: Facts) -> Iterator[str]:
    """Yield the caveats, by direction."""
    for effect, words in LEANING.items():
        told = [caveat.text for caveat in known.caveats if caveat.effect == effect]
        if told:
            yield words + "; ".join(told)
