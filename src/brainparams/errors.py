"""What can go wrong, and how the package says so.

Every message has four parts: where (function and argument), what came, what was expected, how to mend it.

::

    BrainparamsError
    ├── UnitError          (ValueError)    a unit is missing, unknown, or of the wrong dimension
    ├── ParseError         (ValueError)    a text is not one number with its spread and one unit
    ├── RangeError         (ValueError)    a number is outside what the quantity can be
    ├── ShapeError         (ValueError)    arrays or axes do not fit together
    ├── CorrelationError   (ValueError)    a correlation is not one, or one input says two things
    ├── KindError          (TypeError)     a value is of a kind that cannot be a quantity
    ├── ArgumentError      (TypeError)     an argument is unknown, missing or given twice
    ├── ComparisonError    (TypeError)     an uncertain quantity has no order and no truth value
    ├── UnknownNameError   (KeyError)      no finding, species, input or reference of that name
    ├── UnknownAttributeError (AttributeError)  the package has no such name
    ├── SourceError        (ValueError)    a number came without a source, or with one that does not resolve
    ├── NoClosedForm       (ValueError)    the exact engine has no closed form for this graph
    ├── MomentError        (ValueError)    a mean or a standard deviation does not exist, or does not settle
    ├── FileError          (ValueError)    a saved estimate cannot be read
    └── MissingExtraError  (ImportError)   an optional package is not installed

    BrainparamsWarning     (UserWarning)
    ├── AmbiguityWarning   more than one value answers the question
    ├── CorrelationWarning a declared correlation is not carried over to what replaces an input
    ├── NegativeWarning    a distribution puts noticeable weight where the quantity cannot be
    ├── PrecisionWarning   a number is outside the range in which arithmetic keeps its digits
    ├── LinearityWarning   first-order propagation does not describe this spread
    └── DoubleCountWarning rows of a table count one thing twice, or two tables disagree about it
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from types import ModuleType
from typing import NoReturn

__all__ = [
    "AmbiguityWarning",
    "ArgumentError",
    "BrainparamsError",
    "BrainparamsWarning",
    "ComparisonError",
    "CorrelationError",
    "CorrelationWarning",
    "DoubleCountWarning",
    "FileError",
    "KindError",
    "LinearityWarning",
    "MissingExtraError",
    "MomentError",
    "NegativeWarning",
    "NoClosedForm",
    "ParseError",
    "PrecisionWarning",
    "RangeError",
    "ShapeError",
    "SourceError",
    "UnitError",
    "UnknownAttributeError",
    "UnknownNameError",
]


class BrainparamsError(Exception):
    """Base of every error that brainparams raises on purpose."""


class UnitError(BrainparamsError, ValueError):
    """A unit is missing, unknown, ambiguous, or of the wrong dimension."""


class ParseError(BrainparamsError, ValueError):
    """A text is not one number with its spread or range followed by one unit."""


class RangeError(BrainparamsError, ValueError):
    """A number is outside what the quantity can be."""


class ShapeError(BrainparamsError, ValueError):
    """Arrays or named axes do not fit together."""


class CorrelationError(BrainparamsError, ValueError):
    """A declared correlation is not one or does not fit the others, or one input says two things."""


class KindError(BrainparamsError, TypeError):
    """A value is of a kind (bool, complex, set, …) that cannot be a quantity."""


class ArgumentError(BrainparamsError, TypeError):
    """An argument is unknown, missing, or given twice."""


class ComparisonError(BrainparamsError, TypeError):
    """An uncertain quantity was asked for an order or a truth value."""


class UnknownNameError(BrainparamsError, KeyError):
    """Nothing of that name exists; the message lists the nearest names."""

    def __str__(self) -> str:
        """Return the message itself: ``KeyError`` would print it as a quoted repr."""
        return str(self.args[0]) if self.args else ""


class UnknownAttributeError(BrainparamsError, AttributeError):
    """brainparams has nothing of that name; the message lists the nearest names."""


class SourceError(BrainparamsError, ValueError):
    """A measured number has no source, or its source does not resolve."""


class NoClosedForm(BrainparamsError, ValueError):
    """The exact engine has no closed form for this graph, and does not approximate."""


class MomentError(BrainparamsError, ValueError):
    """A mean or a standard deviation does not exist, or does not settle."""


class FileError(BrainparamsError, ValueError):
    """A saved estimate cannot be read."""


class MissingExtraError(BrainparamsError, ImportError):
    """An optional package is not installed."""


class BrainparamsWarning(UserWarning):
    """Base of every warning that brainparams gives."""


class AmbiguityWarning(BrainparamsWarning):
    """More than one value answers the question."""


class CorrelationWarning(BrainparamsWarning):
    """A declared correlation is not carried over to what replaces an input."""


class NegativeWarning(BrainparamsWarning):
    """A distribution puts noticeable weight where the quantity cannot be."""


class PrecisionWarning(BrainparamsWarning):
    """A number is outside the range in which arithmetic keeps its digits."""


class LinearityWarning(BrainparamsWarning):
    """First-order propagation does not describe this spread."""


class DoubleCountWarning(BrainparamsWarning):
    """Rows of a table count one thing twice, or two sides of a table disagree about it."""


class House(ModuleType):
    """A package whose modules become families as Python puts them there, after their import."""

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}":
            value.__class__ = Family
            for inner, each in list(vars(value).items()):  # those that came while it was imported itself
                if isinstance(each, ModuleType):
                    setattr(value, inner, each)
        super().__setattr__(name, value)


class Family(House):
    """A module of names: asking it for another one is an error of ours that lists the nearest."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # asked for by Python and its tools
            raise AttributeError(name)
        has_own = "__dir__" in vars(self) or "__all__" not in vars(self)
        names = [each for each in (dir(self) if has_own else self.__all__) if not each.startswith("_")]
        hint = did_you_mean(name, names) or f" It has {', '.join(names[:20])}{', …' if len(names) > 20 else ''}."
        raise UnknownAttributeError(f"{self.__name__.replace(TOP, 'bp', 1)} has no {name!r}.{hint}")

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        """Say that a module is no function, and which names at the front door look like it."""
        name = self.__name__.replace(TOP, "bp", 1)
        own = name.rpartition(".")[2]
        functions = [each for each in sys.modules[TOP].__dir__() if each != own]
        hint = did_you_mean(own, functions, alike=0.7)
        raise KindError(
            f"{name} is a module, not a function.{hint} Its names stand behind a dot: dir({name}) lists them."
        )


TOP = __name__.partition(".")[0]
FARTHEST = 0.25  # in likeness: how much less than the nearest name another one may look like what was asked
sys.modules[TOP].__class__ = House


def shown(value: object, limit: int = 80) -> str:
    """Return `value` as it came, cut to `limit` characters, for use in a message."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 400:
        return f"an integer of about {value.bit_length() * 0.30103:.0f} digits"
    text = repr(value[: 2 * limit] if isinstance(value, str | bytes) else value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def warn(text: str, category: type[BrainparamsWarning]) -> None:
    """Warn at the user's own line, whatever of this package lies between."""
    level, frame = 1, sys._getframe()  # of functions that were called, `stacklevel` counts the innermost as 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == TOP:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def nearest(name: str, known: Iterable[str], count: int = 3, alike: float = 0.5) -> list[str]:
    """Return up to `count` of the `known` names that look most like `name`, at least `alike` of it."""
    return list(_nearest(name[:80], tuple(sorted(known)), count, alike))


@lru_cache(maxsize=256)
def _nearest(name: str, known: tuple[str, ...], count: int, alike: float) -> list[str]:
    by_fold = {candidate.casefold(): candidate for candidate in known}
    matcher = difflib.SequenceMatcher(b=name.casefold()[:80])
    found: list[tuple[float, str]] = []
    for most, candidate in sorted(_bounds(matcher, by_fold, alike), reverse=True):
        if len(found) == count and most < found[-1][0]:
            break  # nor does any that follows look more like it
        matcher.set_seq1(candidate)
        if (likeness := matcher.ratio()) >= alike:
            found = sorted([*found, (likeness, candidate)], reverse=True)[:count]
    # beside a name that is nearly the same, one that is half the same is no guess
    return [by_fold[match] for likeness, match in found if likeness >= found[0][0] - FARTHEST]


def _bounds(
    matcher: difflib.SequenceMatcher[str], candidates: Iterable[str], alike: float
) -> Iterator[tuple[float, str]]:
    """Yield how like the name a candidate can be at most, by its letters, with the candidate, if that is enough."""
    for candidate in candidates:
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() >= alike and (most := matcher.quick_ratio()) >= alike:
            yield most, candidate


def did_you_mean(name: str, known: Iterable[str], alike: float = 0.5) -> str:
    """Return ``" Did you mean …?"`` with the nearest names, or an empty text."""
    names = nearest(name, known, alike=alike)
    return f" Did you mean {' or '.join(repr(each) for each in names)}?" if names else ""
