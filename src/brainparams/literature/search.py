"""One search over all that comes with the package: findings, claims, analogies, estimates, functions, units, pages."""

from __future__ import annotations

import functools
import inspect
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal, get_args

from .. import architectures, distributions, estimators, makers
from ..checks import one_of, strict
from ..errors import KindError, UnknownNameError, did_you_mean, shown
from ..findings import evidence
from ..findings.catalogue import findings
from ..findings.finding import SPECIES
from ..findings.finding_words import records as finding_records
from ..findings.finding_words import unit_words
from ..findings.wording import Index, Record, terms
from ..quantity import Quantity
from ..render.numbers import counted
from ..render.tables import TextTable
from ..units import with_unit
from ..units.vocabulary import SPELLINGS
from . import analogies, claims, published

__all__ = ["Hit", "Hits", "search"]

Kind = Literal[
    "finding", "table", "claim", "analogy", "published", "estimator", "architecture", "function", "unit", "page"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that answers a search.

    Attributes
    ----------
    kind : str
        finding, table, claim, analogy, published, estimator, architecture, function, unit or page.
    name : str
        Its id or name.
    what : str
        What it is, in a line.
    call : str
        How to get it.
    score : float
        How well it answers; only its order means something.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.search("20 W")[0].call
    "bp.evidence('human/brain/power')"
    """

    kind: Kind
    name: str
    what: str
    call: str
    score: float = field(compare=False)


@dataclass(frozen=True, repr=False)
class Hits(TextTable[Hit]):
    """What answers a search, best first.

    Attributes
    ----------
    rows : tuple of Hit
        Indexing, ``len`` and loops are over these.
    asked, read_as : str
        What was asked, and how it was read, where a word was misspelt.
    unknown : tuple of str
        Words that were asked for, and that nothing has.

    Examples
    --------
    >>> import brainparams as bp
    >>> {each.kind for each in bp.search("Chinchilla")} >= {"finding", "estimator"}
    True
    """

    rows: tuple[Hit, ...]
    asked: str = ""
    read_as: str = ""
    unknown: tuple[str, ...] = ()

    def _caption(self) -> str:
        rest = len(self.rows) - MOST_SHOWN
        more = f"; the {MOST_SHOWN} best are shown" if rest > 0 else ""
        asked = repr(self.asked) + (f" (read as {self.read_as!r})" if self.read_as != self.asked else "")
        lacking = f"; nothing has {' or '.join(map(repr, self.unknown))}" if self.unknown else ""
        return f"{counted(len(self.rows), 'answer')} to {asked}, best first{more}{lacking}"

    def _head(self) -> Sequence[str]:
        return "kind", "what", "how to get it"

    def _cells(self, row: Hit) -> Sequence[str]:
        return row.kind, row.what, row.call

    def _grid(self, rows: Sequence[Hit] | None = None) -> Any:
        return super()._grid(self.rows[:MOST_SHOWN] if rows is None else rows)


@strict
def search(text: str, /, *, kind: Kind | None = None) -> Hits:
    """Return what comes with the package and answers some words, numbers or names, best first.

    Parameters
    ----------
    text : str
        Words in any order and form, authors, units in words, numbers with or without a unit (``"120 m/s"``,
        ``"86 billion"``, ``"175B"``), ids.
    kind : str, optional
        Only findings, tables by area, layer or cell type, claims, analogies, published estimates, estimators,
        architectures, functions (makers, beliefs and questions), units or pages of the documentation.

    Returns
    -------
    Hits
        A tuple that prints as a table: what each is, and how to get it. A misspelt word is read as the one most like
        it, and the caption says so.

    Raises
    ------
    UnknownNameError
        If nothing answers.

    Examples
    --------
    >>> search("dendrite", kind="analogy")[0].name
    'dendritic computation'
    """
    asked: object = text
    if not isinstance(asked, str) or not asked.strip():
        raise KindError(f"search(): {shown(text)} came; expected words, such as 'mouse cortex neurons' or '20 W'")
    if kind is not None:
        one_of(kind, KINDS, "search(kind)")
    index, told = _index()
    read_as = index.respelled(text)
    answers = [(told[record.key], score) for record, score in index.ranked(read_as, most=True)]
    hits = [Hit(*hit, score) for hit, score in answers if kind is None or hit[0] == kind]
    if not hits and not terms(text):
        raise UnknownNameError(f"search({shown(text)}): no word to look for came; name a thing, such as 'synapses'")
    if not hits:
        known = {word for each in told.values() for word in each[1].replace("/", " ").replace("-", " ").split()}
        raise UnknownNameError(
            f"search({shown(text)}): nothing{f' of kind {kind!r}' if kind else ''} answers."
            f"{did_you_mean(text, known, 0.8)} Try fewer words."
        )
    return Hits(tuple(hits), text, read_as, index.unknown(read_as))


Told = tuple[Kind, str, str, str]


@functools.cache
def _index() -> tuple[Index, dict[str, Told]]:
    records, told = [], {}
    for record, hit in (*_findings(), *_tables(), *_shelves(), *_published(), *_functions(), *_units(), *_pages()):
        records.append(record)
        told[record.key] = hit
    return Index(records), told


def _findings() -> Iterator[tuple[Record, Told]]:
    for name, record in finding_records(findings()).items():
        finding = evidence.finding(name)
        what = with_unit(f"{finding.name}: {finding.written}", finding.unit)
        yield record, ("finding", name, what, f"bp.evidence({name!r})")


def _tables() -> Iterator[tuple[Record, Told]]:
    for grid in evidence.tables():
        axes = " and ".join(grid.axes)
        what = f"{grid.quantity} of {grid.region}, {SPECIES[grid.species]}, by {axes}"
        labels = " ".join(label for labels in grid.labels.values() for label in labels)
        told: Told = ("table", grid.id, what, f"bp.evidence.table({grid.id!r})")
        authors = " ".join(each.label for each in grid.citations)
        about = f"{what} {labels} {unit_words(grid.unit)} {grid.method} {authors}"
        yield Record(f"table {grid.id}", f"{grid.id} {axes}", about), told


def _shelves() -> Iterator[tuple[Record, Told]]:
    kinds: tuple[tuple[Kind, Any], ...] = (("claim", claims), ("analogy", analogies))
    for kind, shelf in kinds:
        for name, record in shelf.records().items():
            line = record.text.partition("\n")[0]
            yield _keyed(kind, record), (kind, name, line, f"bp.{shelf.__name__}({name!r})")


def _published() -> Iterator[tuple[Record, Told]]:
    for name, record in published.records().items():
        yield _keyed("published", record), ("published", name, f"published estimate {name}", f"bp.published({name!r})")


def _functions() -> Iterator[tuple[Record, Told]]:
    for family in estimators.FAMILIES:
        module = getattr(estimators, family)
        for name in module.__all__:
            yield from _function("estimator", name, getattr(module, name), f"bp.estimators.{family}.{name}")
    for name in dir(architectures):
        yield from _function("architecture", name, getattr(architectures, name), f"bp.architectures.{name}")
    for room in (distributions, makers):
        for name in room.__all__:
            yield from _function("function", name, getattr(room, name), f"bp.{name}")
    for name, method in inspect.getmembers(Quantity, inspect.isfunction):
        if not name.startswith("_"):
            yield from _function("function", f"Quantity.{name}", method, f"quantity.{name}(…)")


def _function(kind: Kind, name: str, made: Any, call: str) -> Iterator[tuple[Record, Told]]:
    text = inspect.getdoc(made)
    if callable(made) and text:
        told: Told = (kind, name, text.partition("\n")[0], call)
        yield Record(f"{kind} {name}", name.replace("_", " "), text.partition("Examples\n")[0]), told


def _units() -> Iterator[tuple[Record, Told]]:
    for unit in sorted(set(SPELLINGS.values())):
        words = unit_words(unit).replace("|", " ")
        spelled = " ".join(each for each, canonical in SPELLINGS.items() if canonical == unit)
        yield Record(f"unit {unit}", spelled, words), ("unit", unit, f"unit: {words}", f"bp.Unit({unit!r})")


def _pages() -> Iterator[tuple[Record, Told]]:
    for name, page in tomllib.loads(files(__package__).joinpath("pages.toml").read_text(encoding="utf-8")).items():
        told: Told = ("page", name, f"{page['title']}: {page['about']}", f"docs/{name}")
        yield Record(f"page {name}", page["title"], page["about"]), told


def _keyed(kind: Kind, record: Record) -> Record:
    return Record(f"{kind} {record.key}", record.name, record.text, record.values)
