"""What a text is about: words by stem and synonym, numbers with their units; and how well a record answers words."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from ..errors import nearest
from ..units.vocabulary import NUMBER_WORDS

__all__ = ["Index", "Number", "Record", "Word", "forms", "stem", "stems", "terms"]

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
NUMBER = re.compile(
    r"(?<![\w.-])(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*"
    rf"({'|'.join(NUMBER_WORDS)}|[kmbt](?![\w/]))?\s*"
    r"([A-Za-zµΩ%][\w*/^µΩ-]*)?",
    re.IGNORECASE,
)
MULTIPLES: Mapping[str, int] = MappingProxyType({**NUMBER_WORDS, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12})
ENDINGS = (
    "izations", "isations", "ization", "isation", "ations", "ically", "ation", "ators", "ings", "ical", "ness", "ator",
    "ions", "ity", "ing", "ied", "ies", "ian", "ics", "ion", "ous", "ive", "ary", "ic", "al", "es", "ed", "er", "ly",
    "s", "e", "y",
)  # fmt: skip
PLURAL = re.compile(r"s(?=/|$)")
SHORTEST_STEM = 4
SHORTEST_MANY = 4  # letters of a plural, such as GPUs
SHORTEST_MISSPELT, ALIKE = 4, 0.85  # letters of a word that may be misspelt, and how like the right one it is
NEAR = 0.006  # two numbers are the same for a reader within this ratio
IN_NAME, STARTS_NAME, IN_TEXT, STARTS_TEXT = 8.0, 4.0, 2.0, 1.0
OTHER_WORD = 0.25  # of the marks, for a word that stands for the one that was asked for
NAMED_BY_THE_QUESTION = 0.5  # more, where every word of a name was asked for
Stems = frozenset[str]
WHOLE = frozenset({"whol"})
QUESTION = re.compile(r"^\s*(?:how|what|which|who|where|do|does|is|are)\b", re.IGNORECASE)
ASKING = re.compile(
    r"\b(?:how (?:many|much|large|big|heavy)|what(?! if)|which|who|where|do|does|did|is|are|was|were|have|has|had|"
    r"there|uses?|used|it|its)\b|\?",
    re.IGNORECASE,
)
INITIAL = re.compile(r"\b[A-Z]\.\s*(?=[a-z])")  # of a genus: C. elegans
EMPTY = frozenset({"a", "an", "and", "by", "for", "from", "in", "is", "of", "on", "or", "per", "the", "to", "with"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was asked for: its value, and the unit behind it, as it was written."""

    value: float
    unit: str = ""
    within: float = field(default=NEAR, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for: its stem, and what stands for it in other words."""

    own: str
    alike: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """Something that words can find.

    Attributes
    ----------
    key : str
        What tells it from others.
    name, text : str
        What it is called, and everything that is said of it.
    values : tuple of Number
        Its numbers.
    """

    key: str
    name: str
    text: str
    values: tuple[Number, ...] = ()


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the part of a word that its forms share.

    Examples
    --------
    >>> stem("Dendrites"), stem("dendritic"), stem("GPU")
    ('dendrit', 'dendrit', 'gpu')
    """
    word = word.casefold()
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return stem(word[: -len(ending)]) if ending in ("s", "es") else word[: -len(ending)]
    return word[:-1] if len(word) >= SHORTEST_MANY and word.endswith("s") and not word.endswith("ss") else word


def stems(text: str) -> Iterator[str]:
    """Yield the stems of a text, hyphenated words also in parts."""
    for match in WORD.finditer(text):
        whole = match[0]
        yield stem(whole)
        if "-" in whole:
            yield from map(stem, whole.split("-"))


def terms(asked: str) -> list[Word | Number]:
    """Return what was asked for: numbers, and words with what stands for them.

    Examples
    --------
    >>> terms("120 m/s")
    [Number(value=120.0, unit='m/s', within=0.006)]
    >>> terms("86 billion")
    [Number(value=86000000000.0, unit='', within=0.006)]
    """
    found: list[Word | Number] = []
    rest, place = [], 0
    asked = INITIAL.sub("", asked)
    if QUESTION.match(asked) and any(WORD.findall(ASKING.sub(" ", asked))):
        asked = ASKING.sub(" ", asked)
    for match in NUMBER.finditer(asked):
        unit = match[3] or ""
        if unit and not _looks_like_unit(unit):
            unit = ""
        value = float(match[1].replace(",", "")) * MULTIPLES.get((match[2] or "").casefold(), 1)
        found.append(Number(value, unit, _rounding(match[1])))
        end = match.end() if unit or not match[3] else match.start(3)
        rest.append(asked[place : match.start()])
        place = end
    rest.append(asked[place:])
    plain, alike = " ".join(rest), synonyms()
    for phrase, group in alike.items():
        if " " in phrase and phrase in plain.casefold():
            found.append(Word(phrase, group))
            plain = re.sub(rf"{re.escape(phrase)}\w*", " ", plain.casefold())
    for word in WORD.findall(plain):
        if word.casefold() not in EMPTY:
            own = stem(word)
            found.append(Word(own, alike.get(own, frozenset())))
    return found


def forms(word: str) -> frozenset[str]:
    """Return the stem of a word, and of the words that stand for it.

    Examples
    --------
    >>> sorted(forms("mice"))
    ['mice', 'mous', 'murin']
    """
    own = stem(word)
    return synonyms().get(own, frozenset()) | {own}


def _rounding(written: str) -> float:
    """Return how far, as a ratio, a number may lie that is rounded to the digits written."""
    digits = written.replace(",", "").casefold().partition("e")[0]
    last = 10.0 ** -len(digits.partition(".")[2])
    return max(NEAR, 0.5 * last / float(digits)) if float(digits) else NEAR


def _looks_like_unit(text: str) -> bool:
    return "/" in text or (len(text) <= 3 and not text.isnumeric())


@functools.cache
def synonyms() -> Mapping[str, frozenset[str]]:
    """Return the words that stand for each other, by stem; phrases stand by their own text.

    The file ``synonyms.txt`` has a line for each row of them.
    """
    text = resources.files(__package__).joinpath("synonyms.txt").read_text(encoding="utf-8")
    found: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            row = [each.strip().casefold() for each in line.split(",")]
            group = frozenset(each if " " in each else stem(each) for each in row)
            for each in group:
                found[each] = found.get(each, frozenset()) | group
    return MappingProxyType(found)


class Index:
    """Records made ready for many questions.

    Examples
    --------
    >>> cells = [Record("a", "dendrites", "branches of a nerve cell"), Record("b", "axon", "one, beside dendrites")]
    >>> [record.key for record, _ in Index(cells).ranked("dendritic")]
    ['a', 'b']
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._rows = [_row(each) for each in records]

    @functools.cached_property
    def _vocabulary(self) -> list[str]:
        words = {word for row in self._rows for word in WORD.findall(row.whole)}
        return sorted(words | {word for phrase in synonyms() for word in WORD.findall(phrase)})

    def respelled(self, asked: str) -> str:
        """Return a question in which a word that no record has stands as the word most like it that one has.

        Examples
        --------
        >>> Index([Record("a", "hippocampus", "a region")]).respelled("hipocampus of mice")
        'hippocampus of mice'
        """

        def spelled(match: re.Match[str]) -> str:
            word = match[0]
            if len(word) < SHORTEST_MISSPELT or word.casefold() in EMPTY or self._knows(word):
                return word
            return next(iter(nearest(word, self._vocabulary, 1, ALIKE)), word)

        return asked if self._knows(asked) else WORD.sub(spelled, asked)

    def unknown(self, asked: str) -> tuple[str, ...]:
        """Return the words of a question that no record has.

        Examples
        --------
        >>> Index([Record("a", "hippocampus", "a region")]).unknown("hippocampus of unicorns")
        ('unicorns',)
        """
        return tuple(word for word in WORD.findall(asked) if not word.isnumeric() and not self._knows(word))

    def _knows(self, asked: str) -> bool:
        return all(any(_hit(term, row) for row in self._rows) for term in terms(asked))

    def ranked(self, asked: str, *, most: bool = False) -> list[tuple[Record, float]]:
        """Return the records that answer every word and number, best first, with their score.

        A word counts more in a name than in a text, more in full than as a beginning, and more the fewer records have
        it. Where no record answers every word, `most` takes those that answer as many as any does, half at least.
        """
        wanted = terms(asked)
        scores, answered = [0.0] * len(self._rows), [0] * len(self._rows)
        for term in wanted:
            hits = [_hit(term, each) for each in self._rows]
            rarity = math.log(1 + len(hits) / max(1, sum(hit > 0 for hit in hits)))
            scores = [score + hit * rarity for score, hit in zip(scores, hits, strict=True)]
            answered = [count + (hit > 0) for count, hit in zip(answered, hits, strict=True)]
        needed = min(len(wanted), max(answered, default=0)) if most else len(wanted)
        if not wanted or 2 * needed < len(wanted) or not needed:
            return []
        rows = zip(self._rows, scores, answered, strict=True)
        own = [term.own for term in wanted if isinstance(term, Word)]
        best = [(row.record, score * _named_by(own, row.name)) for row, score, count in rows if count >= needed]
        return sorted(best, key=lambda pair: (-round(pair[1], 9), len(pair[0].key), pair[0].key))


def _named_by(words: Sequence[str], name: Stems) -> float:
    """Return what a record counts for whose name says little beside what was asked for."""
    told = name - WHOLE  # of a brain; what no part is named of is the whole of it
    return 1.0 + NAMED_BY_THE_QUESTION * len(told.intersection(words)) / max(1, len(told))


class _Row(NamedTuple):
    """A record, the stems of its name and of its text, both in one text each where they begin behind a blank."""

    record: Record
    name: Stems
    text: Stems
    whole: str
    name_stems: str
    text_stems: str


def _row(record: Record) -> _Row:
    name, text = frozenset(stems(record.name)), frozenset(stems(record.text))
    whole = f" {record.name} {record.text} ".casefold()
    return _Row(record, name, text, whole, " ".join(["", *name]), " ".join(["", *text]))


def _hit(term: Word | Number, row: _Row) -> float:
    if isinstance(term, Number):
        named = IN_NAME if not term.unit and f"{term.value:g}" in row.name else 0.0  # the 4 of GPT-4, the 5 of layer 5
        return max((_same(term, each) for each in row.record.values), default=named) or named
    others = max((_word_hit(word, row) for word in term.alike), default=0.0)
    return max(_word_hit(term.own, row), OTHER_WORD * others)


def _word_hit(word: str, row: _Row) -> float:
    if " " in word:
        return IN_TEXT if word in row.whole else 0.0
    if word in row.name:
        return IN_NAME
    if word in row.text:
        return IN_TEXT
    if len(word) < SHORTEST_STEM - 1:
        return 0.0
    if f" {word}" in row.name_stems:
        return STARTS_NAME
    return STARTS_TEXT if f" {word}" in row.text_stems else 0.0


def _same(asked: Number, known: Number) -> float:
    """Return how well a number is what was asked for: full marks in the same unit, some without a unit."""
    if not known.value or abs(known.value - asked.value) > asked.within * abs(asked.value):
        return 0.0
    if not asked.unit:
        return IN_TEXT
    return IN_NAME if _singular(asked.unit) in map(_singular, known.unit.split("|")) else 0.0


def _singular(unit: str) -> str:
    return PLURAL.sub("", unit.casefold())
