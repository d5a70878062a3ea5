"""How a product of unit names is written for people: in words, on one line, in LaTeX, and as a dimension."""

from __future__ import annotations

from collections.abc import Callable

from .vocabulary import BASES, COUNTED, LONG_NAMES, Dimension, Terms

__all__ = ["LETTERS", "dimension_words", "latex", "plural", "pretty", "with_unit"]

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# People say "gigasynapses" and "days", but "GB" and "mm".
_SAID = frozenset({"min", "h", "day", "year", "B"}) | {name for name in COUNTED if not name.endswith("B")}
_EVENT = "[synaptic event]"
# What several bases are called together, where no power of any of them is left over.
_NAMED = (
    ({"neuron", "synapse", "spike"}, {(("neuron", -n), ("synapse", n), ("spike", n)): (_EVENT, n) for n in (1, -1)}),
    (
        {"g", "m", "s"},
        {
            (("g", 1), ("m", 2), ("s", -2)): ("[energy]", 1),
            (("g", 1), ("m", 2), ("s", -3)): ("[power]", 1),
            (("g", -1), ("m", -2), ("s", 2)): ("[energy]", -1),
            (("g", -1), ("m", -2), ("s", 3)): ("[power]", -1),
        },
    ),
)
# What a formula calls a number in such a unit that has no symbol of its own.
LETTERS = {
    "1": "f",
    "bit": "I",
    "bit/synapse": "i",
    "connection": "C",
    "connection/neuron": "c",
    "mm**3": "V",
    "neuron": "N",
    "parameter": "P",
    "parameter/connection": "w",
    "parameter/neuron": "b",
    "parameter/synapse": "p",
    "synapse": "S",
    "synapse/connection": "m",
    "synapse/mm**3": "d",
    "synapse/neuron": "s",
}


def with_unit(number: str, unit: str) -> str:
    """Return a number with the unit in which it stands; a pure number has none.

    Examples
    --------
    >>> with_unit("86.06e9", "neuron"), with_unit("0.5", "1")
    ('86.06e9 neuron', '0.5')
    """
    return number if unit == "1" else f"{number} {unit}"


def pretty(terms: Terms) -> str:
    """Return the unit for reading; empty for a pure number.

    Examples
    --------
    >>> pretty((("synapse", 1), ("um", -3)))
    'synapse/µm³'
    """
    return _on_one_line(terms, lambda name: _micro(name, "µ"), lambda digits: digits.translate(_RAISED), "·")


def latex(terms: Terms) -> str:
    r"""Return the unit for LaTeX math; empty for a pure number.

    Examples
    --------
    >>> print(latex((("synapse", 1), ("mm", -3))))
    \mathrm{synapse/mm^{3}}
    """
    body = _on_one_line(terms, lambda name: _micro(name, r"\mu "), lambda digits: f"^{{{digits}}}", r"\,")
    return rf"\mathrm{{{body}}}" if body else ""


def plural(terms: Terms, amount: float) -> str:
    """Return the unit in words for people, in the number that `amount` asks for; empty for a pure number.

    Examples
    --------
    >>> plural((("spike", 1), ("s", -1)), 3.5)
    'spikes per second'
    """
    over = [(name, power) for name, power in terms if power > 0]
    under = [(name, -power) for name, power in terms if power < 0]
    numerator = "·".join(_word(*term) for term in over)
    if over and amount not in (1, -1) and _is_said(*over[-1]):
        numerator += "s"
    per = [f"per {'second' if term == ('s', 1) else _word(*term)}" for term in under]
    return " ".join([numerator, *per] if over else per)


def dimension_words(dimension: Dimension) -> str:
    """Return a dimension in words, with energy and power named where all of them is there.

    Examples
    --------
    >>> dimension_words((("synapse", 1), ("m", -3))), dimension_words((("g", 1), ("m", 2), ("s", -2)))
    ('[synapse]/[length]**3', '[energy]')
    """
    named = []
    for bases, names in _NAMED:
        together = tuple(part for part in dimension if part[0] in bases)
        if together in names:
            dimension = tuple(part for part in dimension if part not in together)
            named.append(names[together])
    parts = [(BASES[base], power) for base, power in dimension] + named
    over = "*".join(f"{word}**{power}" if power > 1 else word for word, power in parts if power > 0)
    under = "".join(f"/{word}**{-power}" if power < -1 else f"/{word}" for word, power in parts if power < 0)
    return (over or "1") + under if parts else "dimensionless"


def _is_said(name: str, power: int) -> bool:
    """Whether people say the name as a word (neurons, days) and not as a symbol (mm, GB)."""
    return power == 1 and name in _SAID


def _word(name: str, power: int) -> str:
    """Return a name with its power for a sentence."""
    return LONG_NAMES[name].replace("_", " ") if _is_said(name, power) else pretty(((name, power),))


def _micro(name: str, sign: str) -> str:
    """Return a name with another sign for micro."""
    return sign + name[1:] if LONG_NAMES[name].startswith("micro") else name


def _on_one_line(terms: Terms, written: Callable[[str], str], raised: Callable[[str], str], times: str) -> str:
    """Return the terms as a fraction on one line."""
    parts = [(written(name) + (raised(str(abs(power))) if abs(power) != 1 else ""), power) for name, power in terms]
    over = times.join(text for text, power in parts if power > 0)
    under = "".join(f"/{text}" for text, power in parts if power < 0)
    return (over or "1") + under if terms else ""
