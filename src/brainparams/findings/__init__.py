"""The object behind ``bp.evidence``: findings looked up, compared, and turned into quantities."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from ..checks import guarded, strict
from ..distributions import Distribution, LogNormal
from ..errors import ArgumentError, KindError, UnknownNameError, nearest, shown
from ..foreign import later
from ..graph import WITH_MEAN, Leaf
from ..makers import assumed, choose, measured
from ..quantity import Quantity, quantity
from ..render.numbers import rounded
from .beside import Beside, beside
from .catalogue import edition, findings
from .editions import addressed
from .finding import COMBINATIONS, JUDGED, SPECIES, Finding
from .finding_words import answering
from .table import Findings, Rivals
from .wording import forms, stem

if TYPE_CHECKING:
    from . import grids as areas
else:
    (areas,) = later("findings.grids")

__all__ = ["Evidence", "Finding", "Findings", "Rivals", "evidence"]

HOW_TO_LIST = "List them with bp.evidence.ids()."
COUNTING = re.compile(r"^(?:the )?(?:number|count|amount|total)s? of\s+|(?<=\w) (?:count|number)s?$")


@strict
class Evidence:
    """The evidence that comes with the package; call it with an id to get a quantity.

    Examples
    --------
    >>> evidence("human/brain/neurons").unit
    'neuron'
    >>> evidence.finding("human/brain/neurons").sources
    ('azevedo2009',)
    """

    def __init__(self) -> None:
        self._building = threading.RLock()  # a sum builds its parts while it is being built
        self._built: dict[str, Quantity] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _the_evidence, ()  # a copy is the evidence itself, and so are those of tables of findings

    def __repr__(self) -> str:
        return f"<evidence, edition {edition()}: {len(_standing())} findings; list them with bp.evidence.ids()>"

    @property
    def edition(self) -> str:
        """The edition of the whole evidence: a label, and the start of a digest of all findings and references.

        Examples
        --------
        >>> evidence.edition.partition("+")[0]
        '2026.2'
        """
        return edition()

    @guarded
    def __call__(self, finding_id: str, /, *, of: Literal["individual", "mean"] = "individual") -> Quantity:
        """Return the finding as a quantity; the same number is the same unknown every time.

        Parameters
        ----------
        finding_id
            Such as ``"human/brain/neurons"``; :meth:`ids` lists them. ``"human/brain/neurons@2026.1"`` is the number
            that stood there in that edition.
        of
            Whose number, where the spread is between individuals: of one of them, or of their ``"mean"``, which is
            known the better the more they are (Student's t).

        Returns
        -------
        Quantity
            In the finding's unit. A sum, difference, product or quotient is a graph over its parts.

        Raises
        ------
        UnknownNameError
            If there is no such finding, or no such edition of it.
        ArgumentError
            For the mean of a finding that states no spread between a known number of individuals.

        Examples
        --------
        >>> neurons = evidence("human/brain/neurons")
        >>> neurons is evidence("human/brain/neurons")
        True
        >>> neurons is evidence("human/brain/neurons@2026.1")
        True
        >>> low, high = evidence("human/brain/neurons", of="mean").interval(0.95)
        >>> f"{low:.3g} to {high:.3g}"
        '7.31e+10 to 9.9e+10'
        """
        finding = self.finding(finding_id)
        if of not in ("individual", "mean"):
            raise ArgumentError(f"evidence(of=): {shown(of)} came; expected 'individual' or 'mean'")
        if of == "mean":
            return _of_mean(finding)
        # a number is itself in every edition that holds it, but what is made of others follows them
        key = finding_id if finding.parts else finding.identity
        with self._building:
            if key not in self._built:
                made = self._graph(finding, finding_id.partition("@")[2]) if finding.parts else _leaf(finding)
                self._built[key] = _marked(made, finding)
            return self._built[key]

    def finding(self, finding_id: str, /) -> Finding:
        """Return the finding itself: value, spread, source, and how it was checked.

        Raises
        ------
        UnknownNameError
            If there is no such finding, or no such edition of it.

        Examples
        --------
        >>> evidence.finding("human/brain/neurons").n
        4
        """
        _require_text(finding_id, "evidence(finding_id)")
        known = findings()
        found = addressed(finding_id, known, edition().partition("+")[0])
        if found is not None:
            return found
        if "/" not in finding_id and (answers := list(answering(finding_id, known))[:3]):
            raise UnknownNameError(f"evidence: no finding {shown(finding_id)}.{_offered(answers)} {HOW_TO_LIST}")
        # The first part is nearly always typed right, so its own findings are the better guesses.
        kin = [each for each in known if each.partition("/")[0] == finding_id.partition("/")[0]]
        name = finding_id.partition("@")[0]
        guesses = nearest(name, kin) or nearest(name, known) or kin[:3]
        raise UnknownNameError(f"evidence: no finding {shown(finding_id)}.{_offered(guesses)} {HOW_TO_LIST}")

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all findings as they stand today, sorted; `id@edition` is one that was replaced.

        Examples
        --------
        >>> "human/brain/neurons" in evidence.ids()
        True
        """
        return tuple(sorted(_standing()))

    def find(
        self,
        text: str | None = None,
        /,
        *,
        species: str | None = None,
        quantity: str | None = None,
        region: str | None = None,
        method: str | None = None,
        status: str | None = None,
    ) -> Findings:
        """Return the findings that have all of the given words, as a table.

        Parameters
        ----------
        text
            Words of anything that a finding says, in any order and form, its authors, its unit in words, or its
            number: ``"mouse cortex neurons"``, ``"Nyengaard"``, ``"120 m/s"``, ``"86 billion"``.
        species
            Words of the Latin or common name, or the first part of the id.
        quantity, region, method
            Words of each. Parts of words do, and capitals make no difference anywhere.
        status
            How the number was checked: seen, transcription, secondary, memory or derived.

        Returns
        -------
        Findings
            A tuple of findings that prints as a table, the best answers to `text` first, else sorted by id.

        Raises
        ------
        UnknownNameError
            If no finding at all has such a word there.

        Examples
        --------
        >>> evidence.find("mouse cortex", quantity="neurons")[0].id
        'mouse/cortex/neurons'
        """
        asked = {"species": species, "quantity": quantity, "region": region, "method": method, "status": status}
        ordered = sorted(_standing()) if text is None else _answering(text)
        chosen = set(ordered)
        for what, words in asked.items():
            if words is not None:
                chosen &= _with_words(words, f"evidence.find({what}=)", TEXTS[what])
        told = [*([repr(text)] if text else []), *(f"{what} {words!r}" for what, words in asked.items() if words)]
        return Findings(tuple(findings()[each] for each in ordered if each in chosen), ", ".join(told), self)

    def rivals(self, finding_id: str, /) -> Rivals:
        """Return the finding and the others of the same species, quantity and region, with their ratio to it.

        Returns
        -------
        Rivals
            A tuple of findings, the one asked for first, that prints as a table.

        Raises
        ------
        UnknownNameError
            If there is no such finding.

        Examples
        --------
        >>> [each.id for each in evidence.rivals("human/cerebellum/neurons")]
        ['human/cerebellum/neurons', 'human/cerebellum/neurons/andersen1992'...]
        """
        own = self.finding(finding_id)
        same = (each for each in _standing().values() if _subject(each) == _subject(own) and each.id != own.id)
        rows = (own, *sorted(same, key=lambda each: (each.superseded_by is not None, each.id)))
        first = self._typical(own, own.unit)
        ratios = {each.id: self._typical(each, own.unit) / first for each in rows}
        return Rivals(rows, finding_id, self, ratios)

    def table(self, table_id: str, /, *, by: str | Sequence[str] | None = None) -> Quantity:
        """Return a published table by area, layer or cell type as one quantity, each cell an unknown of its own.

        Parameters
        ----------
        table_id
            Such as ``"mouse/c2-barrel-column/neurons"``; :meth:`tables` lists them.
        by
            The axes that stay, one or several; along the others cells are added up, where they add up to a whole.

        Returns
        -------
        Quantity
            The same unknowns every time. Cells are independent unless `bp.correlate` says otherwise.

        Raises
        ------
        UnknownNameError
            If there is no such table.
        ArgumentError
            If it has no such axis, or does not add up along another one, as densities of areas do not.

        Examples
        --------
        >>> neurons = evidence.table("mouse/c2-barrel-column/neurons", by="layer")
        >>> neurons["L4"]
        1800 neurons, 90 % interval 1660 to 1930 (equal-tailed; exact engine)
        >>> f"{neurons.total().median():.0f}"
        '6448'
        """
        _require_text(table_id, "evidence.table(table_id)")
        return areas.grid(table_id, None if by is None else (by,) if isinstance(by, str) else tuple(by))

    def tables(self) -> areas.Grids:
        """Return the tables by area, layer and cell type: their axes, cells, spread and source.

        Examples
        --------
        >>> "macaque/primary-visual-cortex/synapses-per-surface" in [each.id for each in evidence.tables()]
        True
        """
        return areas.Grids(tuple(areas.grids().values()))

    def beside(self, counts: Mapping[str, Any], /, *, species: str) -> Beside:
        """Return counts, such as those of a connectome, beside the findings of the same species.

        Parameters
        ----------
        counts
            Quantities by what they count: ``bp.connectome(…).counts()``.
        species
            Its Latin name, or the first part of its ids, such as "worm".

        Examples
        --------
        >>> evidence.beside({"gap junctions": "890 connection"}, species="worm")[0].ratio
        1.0
        """
        own = {name: quantity(value, f"beside(): {name!r}") for name, value in counts.items()}
        return beside(own, species, _standing().values(), self)

    def _typical(self, finding: Finding, unit: str) -> float:
        """Return the published value, or the median of what is made of others, in a unit."""
        if finding.value is not None and finding.unit == unit:
            return float(finding.value)
        return float(self(finding.id).to(unit).median())

    def _graph(self, finding: Finding, edition: str) -> Quantity:
        parts = [self(f"{part}@{edition}" if edition else part) for part in finding.parts]
        if finding.mixture:
            whole = _mixed(finding, parts)
        else:
            whole = functools.reduce(COMBINATIONS[str(finding.combination)], parts)
        because = "; ".join(filter(None, (finding.because, finding.note)))
        whole = whole.to(finding.unit)
        return whole.named(finding.name, symbol=finding.symbol, because=because, source=finding.citations)


def _mixed(finding: Finding, parts: Sequence[Quantity]) -> Quantity:
    """Return a choice between rival routes, each called by what tells it from the others."""
    labels = [_telling(findings()[part]) for part in finding.parts]
    return choose(
        dict(zip(labels, parts, strict=True)),
        weights={label: weight for label, (_, weight) in zip(labels, finding.mixture, strict=True)},
        because=finding.because or "",
        name=f"method for {finding.name}",
    )


def _telling(route: Finding) -> str:
    """Return what tells a route from its rivals: the second half of its region, or its source."""
    _, comma, method = route.region.partition(", ")
    sources = "; ".join(citation.label for citation in route.citations)
    return method if comma else sources or route.id.rpartition("/")[2]


def _leaf(finding: Finding) -> Quantity:
    """Return the quantity of a finding that is a number; its identity makes it the same unknown everywhere."""
    belief = finding.belief
    told: dict[str, Any] = {
        "source": finding.citations,
        "name": finding.name,
        "symbol": finding.symbol,
        "locator": finding.locator,
        "note": finding.remark if isinstance(belief, Distribution) else finding.note,
        "status": finding.status,
        "finding": finding.identity,
    }
    if finding.grade in JUDGED:
        made = assumed(belief, finding.unit, because=finding.because or "", **told)
    else:
        made = measured(belief, finding.unit, **told)
    assert isinstance(made.node, Leaf)
    return Quantity(replace(made.node, **_as_published(finding)))


def _as_published(finding: Finding) -> dict[str, Any]:
    """Return how the number and its spread were published, where the belief alone does not say it."""
    spread = finding.spread
    if spread is not None and spread.kind == "exact":
        return {"spread": "exact count"}
    if spread is not None and spread.kind == "range" and finding.rules is None:
        ends = f"smallest and largest of {finding.n or 'several'}" if spread.of else "range, half of it on either side"
        return {"written": finding.written, "spread": ends}
    if spread is not None and spread.kind in ("sd", "cv", "sem") and isinstance(finding.belief, LogNormal):
        middle = float(finding.belief.ppf(0.5))
        return {"written": finding.written, "spread": f"{WITH_MEAN}, median {rounded(middle)}"}
    return {}


def _of_mean(finding: Finding) -> Quantity:
    """Return the mean of the individuals that a finding counts, as an unknown of its own."""
    belief = finding.belief_of_mean
    if belief is None:
        raise ArgumentError(
            f"evidence({finding.id!r}, of='mean'): it states no spread between a known number of individuals; leave "
            f"of= out"
        )
    return measured(
        belief,
        finding.unit,
        source=finding.citations,
        name=f"mean {finding.name}",
        symbol=finding.symbol,
        locator=finding.locator,
        note=f"Student's t of the mean of {finding.n} individuals",
        status=finding.status,
        finding=f"{finding.identity}#mean",
    )


def _marked(made: Quantity, finding: Finding) -> Quantity:
    if finding.superseded_by is None:
        return made
    marked = made.with_caveat(f"{finding.id} is superseded by {finding.superseded_by}", effect="unknown")
    return marked.named(finding.name, symbol=finding.symbol)


def _standing() -> Mapping[str, Finding]:
    """Return the findings without those that another number has taken the id of."""
    return {each: finding for each, finding in findings().items() if "@" not in each}


def _subject(finding: Finding) -> tuple[str, str, str]:
    return finding.species, finding.quantity, finding.region


Texts = Callable[[Finding], tuple[str, ...]]
TEXTS: dict[str, Texts] = {
    "species": lambda each: (each.species, SPECIES[each.species], each.id.split("/")[0]),
    "quantity": lambda each: (each.quantity,),
    "region": lambda each: (each.region,),
    "method": lambda each: (each.method or "",),
    "status": lambda each: (each.status,),
}


_SAID: dict[Texts, tuple[Mapping[str, Finding], dict[str, tuple[str, ...]]]] = {}  # of the findings asked last


def _said(texts: Texts) -> Mapping[str, tuple[str, ...]]:
    """Return some texts of every finding, by id."""
    of, said = _SAID.get(texts, (None, {}))
    if of is not (found := findings()):
        said = {each.id: texts(each) for each in found.values()}
        _SAID[texts] = found, said
    return said


def _answering(text: str) -> list[str]:
    """Return the findings that answer words, best first; parts of words do where no whole word does."""
    _require_text(text, "evidence.find(text)")
    return list(answering(text, findings())) or sorted(_with_words(text, "evidence.find(text)", _everything))


def _everything(finding: Finding) -> tuple[str, ...]:
    return (finding.id, finding.name, *TEXTS["species"](finding), *finding.sources)


def _with_words(asked: str, where: str, texts: Texts) -> set[str]:
    """Return the ids of the findings that have every word; each word has to stand somewhere."""
    _require_text(asked, where)
    asked = COUNTING.sub("", asked.casefold())
    said = {key: each for key, each in _said(texts).items() if "@" not in key}
    named = {key for key, each in said.items() if {asked, stem(asked)} & {*map(str.casefold, each), *map(stem, each)}}
    if named and texts is TEXTS["species"]:  # a rat is not a naked mole-rat
        return named
    standing = {key: "\n".join(each).casefold() for key, each in said.items()}
    chosen = set(standing)
    for word in asked.split():
        having = {key for key, text in standing.items() if word in text} or _in_other_words(word, said, standing)
        if not having:
            raise UnknownNameError(_nothing(word, where, texts))
        chosen &= having
    return chosen


def _in_other_words(word: str, said: Mapping[str, Iterable[str]], standing: Mapping[str, str]) -> set[str]:
    """Return the ids where another form of a word stands, or what stands for it: mice are no mouse lemurs."""
    own, alike = stem(word), forms(word)
    same = {key for key, each in said.items() if alike.intersection(map(stem, each))}
    same |= {key for key, text in standing.items() if own in text}
    return same or {key for key, text in standing.items() if any(each in text for each in alike)}


def _nothing(word: str, where: str, texts: Texts) -> str:
    known = {word for each in _said(texts).values() for word in _words_of(each)}
    guesses = nearest(word, known, alike=0.65) or (sorted(known)[:5] if len(known) <= 5 else [])
    return f"{where}: no finding with {shown(word)}.{_offered(guesses)} Look through all: bp.evidence.find()."


def _words_of(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from text.replace("/", " ").split()


def _offered(guesses: list[str]) -> str:
    return f" The nearest are {', '.join(repr(guess) for guess in guesses)}." if guesses else ""


def _require_text(value: object, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where}: {shown(value)} came; expected text, such as 'human/brain/neurons'.")


def _the_evidence() -> Evidence:
    return evidence


evidence = Evidence()
