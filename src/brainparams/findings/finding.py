"""One published or judged number, with its spread, its source and how it was checked."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from ..citations import Citation, resolve
from ..distributions import Distribution
from ..errors import SourceError, did_you_mean, shown
from ..render.blocks import Block, Grid, Length
from ..render.showing import Shown
from ..units.vocabulary import parse_terms
from ..units.words import LETTERS
from .spreads import SPREADS, Published, Spread, numeral, of_the_mean

__all__ = [
    "AFTER",
    "COMBINATIONS",
    "FIRST_EDITION",
    "ID",
    "JUDGED",
    "RULES_EDITION",
    "SPECIES",
    "STATUS",
    "Finding",
    "order_of",
    "unit_exponents",
]

SPECIES: Mapping[str, str] = MappingProxyType(
    {
        "Homo sapiens": "human",
        # primates
        "Macaca mulatta": "macaque",
        "Macaca spp.": "macaque",
        "Macaca fascicularis": "crab-eating-macaque",
        "Macaca radiata": "bonnet-macaque",
        "Papio cynocephalus": "baboon",
        "Cebus apella": "capuchin",
        "Saimiri sciureus": "squirrel-monkey",
        "Aotus trivirgatus": "owl-monkey",
        "Callithrix jacchus": "marmoset",
        "Otolemur garnettii": "galago",
        "Microcebus murinus": "lemur",
        "Pan troglodytes": "chimpanzee",
        "Gorilla gorilla": "gorilla",
        "Pongo pygmaeus": "orangutan",
        "Primates": "primates",
        # rodents
        "Mus musculus": "mouse",
        "Rattus norvegicus": "rat",
        "Cavia porcellus": "guinea-pig",
        "Hydrochoerus hydrochaeris": "capybara",
        "Dasyprocta primnolopha": "agouti",
        "Heterocephalus glaber": "naked-mole-rat",
        "Rodentia": "rodents",
        # other mammals
        "Oryctolagus cuniculus": "rabbit",
        "Felis catus": "cat",
        "Canis familiaris": "dog",
        "Mustela putorius furo": "ferret",
        "Mungos mungo": "mongoose",
        "Procyon lotor": "raccoon",
        "Panthera leo": "lion",
        "Ursus arctos": "brown-bear",
        "Sus scrofa domesticus": "pig",
        "Giraffa camelopardalis": "giraffe",
        "Loxodonta africana": "african-elephant",
        "Mammalia": "mammals",
        # birds
        "Corvus corax": "raven",
        "Corvus frugilegus": "rook",
        "Corvus monedula": "jackdaw",
        "Pica pica": "magpie",
        "Garrulus glandarius": "jay",
        "Parus major": "great-tit",
        "Taeniopygia guttata": "zebra-finch",
        "Regulus regulus": "goldcrest",
        "Ara ararauna": "macaw",
        "Nestor notabilis": "kea",
        "Psittacus erithacus": "grey-parrot",
        "Cacatua galerita": "sulphur-crested-cockatoo",
        "Cacatua goffiniana": "goffin-cockatoo",
        "Nymphicus hollandicus": "cockatiel",
        "Melopsittacus undulatus": "budgerigar",
        # fish
        "Danio rerio": "zebrafish",
        "Danio rerio, larva": "zebrafish-larva",
        # invertebrates
        "Drosophila melanogaster": "fly",
        "Calliphora vicina": "blowfly",
        "Apis mellifera": "honeybee",
        "Octopus vulgaris": "octopus",
        "Caenorhabditis elegans": "worm",
        "Caenorhabditis elegans, male": "worm-male",
        "any": "",  # a model, not an animal
    }
)
# How a number was checked: the word in the data, and what it means.
STATUS: Mapping[str, str] = MappingProxyType(
    {
        "seen": "the source itself or its abstract was read",
        "transcription": "a public transcription of the source's table was read",
        "secondary": "a page that reports the source was read",
        "memory": "nothing was read: the number is from memory",
        "derived": "worked out or judged here, from the sources named",
    }
)
# How a finding is made of others, the first taken with the rest from left to right.
COMBINATIONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"sum": operator.add, "difference": operator.sub, "product": operator.mul, "quotient": operator.truediv}
)
FIRST_EDITION = "2026.1"
RULES_EDITION = "2026.2"  # of the rules that make beliefs: a range keeps its published centre from here on
JUDGED = ("estimated", "assumed", "reported", "rumoured")  # grades that need a reason
OFF_CENTRE = 0.01  # of the published centre; a belief that leaves it further is refused
WHOLE = ("brain", "nervous-system", "parameters", "bits")
AFTER = ", after "  # between what a rival counts and whose count it is
GENERIC_WORDS = frozenset(
    {
        "cell",
        "cells",
        "density",
        "fibre",
        "neuron",
        "neurons",
        "parallel",
        "parameters",
        "per",
        "synapse",
        "synapses",
        "to",
        "volume",
    }
)


def order_of(edition: str) -> tuple[int, ...]:
    """Return what editions are sorted by.

    Examples
    --------
    >>> order_of("2026.9") < order_of("2026.10") < order_of("2027.1")
    True
    """
    return tuple(map(int, edition.split(".")))


def unit_exponents(unit: str) -> dict[str, int]:
    """Return the words of a unit with their powers.

    Examples
    --------
    >>> unit_exponents("synapse/mm**3")
    {'synapse': 1, 'mm': -3}
    """
    powers: Counter[str] = Counter()
    for name, power in parse_terms(unit, "unit"):
        powers[name] += power
    return {name: power for name, power in powers.items() if power}


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank: leave it out or fill it in")
    return value


def _readable_unit(value: str) -> str:
    unit_exponents(value)
    return value


Words = Annotated[str, AfterValidator(_not_blank)]
Edition = Annotated[str, Field(pattern=r"^20\d\d\.\d+$")]
ID = r"^[a-z0-9-]+(/[a-z0-9-]+)+(@20\d\d\.\d+)?$"
Identifier = Annotated[str, Field(pattern=ID)]


class Finding(BaseModel, Shown):
    """One number of the evidence, or a sum, difference, product or quotient of other findings.

    Parameters
    ----------
    id
        Species, region and quantity, joined by ``/``; a rival has the key of its source behind. A number that was
        replaced keeps its id with ``@`` and the last edition that it stood in.
    file
        File it was read from.
    quantity, species, region
        What was counted, in which animal (Latin name, or ``"any"`` for a model), where.
    unit
        Unit names joined by ``*`` and ``/``, such as ``synapse/neuron``.
    value, spread
        The number and its :class:`Spread`; absent in a finding made of others.
    n, method, locator
        Individuals, method, and place in the source.
    grade
        ``measured``, ``derived`` (arithmetic on measurements), ``estimated`` (judgement from evidence), ``assumed`` (a
        choice), ``reported`` (said by others than those who counted) or ``rumoured`` (by nobody who could know).
    status, checked
        How it was checked, as a word of :data:`STATUS` and in a sentence.
    sources
        Keys of references.
    note, because
        What a user must know; the reason for value and spread of an estimate.
    sum, difference, product, quotient
        Ids of the findings it is made of: all added, the rest taken from the first, all multiplied, the first divided
        by the rest.
    mixture
        Ids of rival findings, of which one is right, each with the weight of our belief in it.
    edition
        Edition of the evidence in which this number came in.
    superseded_by
        Id of the finding that has taken its place. It stays, marked, and is no rival by default.
    rules
        Edition of the rules that make a belief of it, where that is not the latest.

    Examples
    --------
    >>> import brainparams as bp
    >>> finding = bp.evidence.finding("human/brain/neurons")
    >>> finding.value, finding.unit, finding.grade
    (86060000000, 'neuron', 'measured')
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    id: Identifier
    file: Words
    quantity: Words
    species: Words
    region: Words
    unit: Annotated[str, AfterValidator(_readable_unit)]
    grade: Literal["measured", "derived", "estimated", "assumed", "reported", "rumoured"]
    status: Literal["seen", "transcription", "secondary", "memory", "derived"]  # the words of STATUS
    value: int | float | None = None
    spread: Spread | None = None
    n: Annotated[int, Field(gt=0)] | None = None
    method: Words | None = None
    locator: Words | None = None
    checked: Words | None = None
    sources: tuple[Words, ...] = ()
    note: Words | None = None
    because: Words | None = None
    sum: tuple[Identifier, ...] = ()
    difference: tuple[Identifier, ...] = ()
    product: tuple[Identifier, ...] = ()
    quotient: tuple[Identifier, ...] = ()
    mixture: tuple[tuple[Identifier, Annotated[float, Field(gt=0, lt=1)]], ...] = ()
    edition: Edition = FIRST_EDITION
    superseded_by: Identifier | None = None
    rules: Edition | None = None

    @field_validator("value", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        """Read a number written as text, whole numbers exactly: ``"86.06e9"`` is 86060000000."""
        if not isinstance(value, str):
            return value
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError("is not a number: write 16340000000 or '16.34e9'") from None
        if not number.is_finite() or abs(number.adjusted()) > 300:
            raise ValueError("is not a finite number of usual size")
        return int(number) if number == number.to_integral_value() else float(number)

    @field_validator("mixture", mode="before")
    @classmethod
    def _weighted(cls, value: object) -> object:
        """Take the weights by id, as a table has them."""
        return tuple(value.items()) if isinstance(value, Mapping) else value

    @field_validator("species")
    @classmethod
    def _known_species(cls, value: str) -> str:
        if value not in SPECIES:
            raise ValueError(f"is no species of the table SPECIES.{did_you_mean(value, SPECIES)}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.parts:
            self._check_graph()
        else:
            self._check_number()
        if "@" in self.id and self.superseded_by is None:
            raise ValueError(f"field 'superseded_by' is missing: {self.id!r} stands for an older edition")
        if (self.parts or self.grade in JUDGED) and self.because is None:
            raise ValueError(f"field 'because' is missing: grade {self.grade!r} needs the reason in words")
        try:
            _ = self.citations
        except SourceError as error:
            raise ValueError(str(error)) from None
        return self

    def _check_graph(self) -> None:
        ways = [way for way in (*COMBINATIONS, "mixture") if getattr(self, way)]
        if len(ways) > 1:
            raise ValueError(f"has {' and '.join(ways)}: keep one")
        if self.value is not None or self.spread is not None:
            raise ValueError(f"is a {ways[0]}, so value and spread follow from its parts: leave them out")
        grade = "estimated" if self.mixture else "derived"
        if self.grade != grade or self.status != "derived":
            if not self.mixture:
                raise ValueError(f"is a {ways[0]}: grade and status are 'derived'")
            raise ValueError("is a mixture, a judgement: grade is 'estimated' and status 'derived'")
        weights = math.fsum(weight for _, weight in self.mixture)
        if self.mixture and abs(weights - 1) > 1e-9:
            raise ValueError(f"is a mixture whose weights add up to {weights:g}: make it 1")
        if ways[0] in ("difference", "quotient", "mixture") and len(self.parts) < 2:
            raise ValueError(f"is a {ways[0]} of one finding: give two or more")

    def _check_number(self) -> None:
        for name in ("value", "spread", "method", "locator", "checked"):
            if getattr(self, name) is None:
                raise ValueError(f"field '{name}' is missing: add it")
        if not self.sources:
            raise ValueError('has no source: add sources = ["key of references.bib"]')
        if not isinstance(self.value, int | float) or self.value <= 0 or not math.isfinite(self.value):
            raise ValueError(f"value {shown(self.value)} is not above 0")
        spread = self.spread
        if spread and spread.low and spread.high and not spread.low <= self.value <= spread.high:
            raise ValueError(f"value {self.value:g} is outside {spread.low:g} to {spread.high:g}")
        if self.grade == "rumoured" and spread and spread.kind == "none":
            raise ValueError("is rumoured, so it needs a spread: how far off may it be?")
        self._check_centre(float(self.value))

    def _check_centre(self, centre: float) -> None:
        """Refuse a belief that has its published centre neither as median nor as mean."""
        belief = self.belief
        if self.rules or not isinstance(belief, Distribution):
            return
        median, mean = float(belief.ppf(0.5)), float(belief.mean)
        if min(abs(median - centre), abs(mean - centre)) > OFF_CENTRE * centre:
            raise ValueError(
                f"value {numeral(centre)} becomes a belief with median {median:.3g} and mean {mean:.3g}: a spread that "
                "keeps the published centre is needed, or a centre that is not an end of the range"
            )

    @property
    def parts(self) -> tuple[str, ...]:
        """Ids of the findings that this one is made of."""
        return self.sum or self.difference or self.product or self.quotient or tuple(part for part, _ in self.mixture)

    @property
    def combination(self) -> str | None:
        """How it is made of its parts, as a word of :data:`COMBINATIONS` or ``mixture``; None for a number."""
        return next((way for way in (*COMBINATIONS, "mixture") if getattr(self, way)), None)

    @property
    def identity(self) -> str:
        """What tells this number from every other one, in this edition and in later ones: id and edition."""
        rule = SPREADS[self.published.spread.kind] if self.published else None
        has_changed = self.rules is None and rule is not None and rule.former is not None
        moved = has_changed and self.belief != self._former_belief
        later = max(self.edition, RULES_EDITION, key=order_of) if moved else self.edition
        return f"{self.id.partition('@')[0]}@{later}"

    @property
    def name(self) -> str:
        """What is counted, in plain words: ``neurons, human whole brain``; a rival says after whom."""
        animal = SPECIES[self.species].replace("-", " ")
        counted = f"{self.quantity}, {f'{animal} {self.region}'.strip()}"
        key = self.id.rpartition("/")[2]
        source = next((each for each in self.citations if each.key == key), None)
        return f"{counted}{AFTER}{source.label}" if source else counted

    @property
    def symbol(self) -> str:
        """What formulas call it: the letter of its unit, with the word that tells it apart: ``N_cerebellum``."""
        letter = LETTERS.get(self.unit) or self.quantity[0].upper()
        _, place, *what = self.id.partition("@")[0].split("/")
        telling = [word for word in "-".join(what).split("-") if word not in GENERIC_WORDS]
        below = telling[-1] if telling else "" if place in WHOLE else place.split("-")[0]
        return f"{letter}_{below}" if below else letter

    def _told(self) -> list[tuple[str, str]]:
        """Return all that is known of the finding, with labels."""
        sources = [("source", citation.text()) for citation in self.citations]
        told = [("what", self.name), *((name, getattr(self, name)) for name in ("n", "method", "grade", "status"))]
        told += [("checked", self.checked), *sources]
        told += [(name, getattr(self, name)) for name in ("locator", "because", "note", "edition", "superseded_by")]
        return [(name, str(value)) for name, value in told if value is not None]

    def _blocks(self, length: Length) -> tuple[Block, ...]:
        return (Grid(f"{self.id}: {self.written} {self.unit}", (), tuple(self._told()), is_wrapped=True),)

    def __repr__(self) -> str:
        """Return all that is known of the finding, a line for each."""
        lines = [f"  {name}: {value}" for name, value in self._told()]
        return "\n".join([f"{self.id}: {self.written} {self.unit}", *lines])

    __str__ = __repr__

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The references of `sources`."""
        return tuple(resolve(source, f"finding {self.id!r}") for source in self.sources)

    @property
    def belief(self) -> Distribution | int | float | None:
        """The distribution that :data:`SPREADS` gives, the number itself where there is no spread, None for a graph."""
        if self.published is None:
            return None
        return self._former_belief if self.rules else SPREADS[self.published.spread.kind].belief(self.published)

    @property
    def belief_of_mean(self) -> Distribution | None:
        """What the individuals behind the number tell of their mean; None where their spread or number is unknown."""
        return of_the_mean(self.published) if self.published else None

    @property
    def published(self) -> Published | None:
        """Centre, spread and number of individuals; None for a graph."""
        if self.value is None or self.spread is None:
            return None
        return Published(self.value, self.spread, self.n)

    @property
    def _former_belief(self) -> Distribution | int | float | None:
        """The belief by the rules of the first edition."""
        if self.published is None:
            return None
        rule = SPREADS[self.published.spread.kind]
        return (rule.former or rule.belief)(self.published)

    @property
    def written(self) -> str:
        """The number with its spread as published; of a finding made of others, what it is made of."""
        if self.value is None or self.spread is None:
            weighted = [f"{part} ({weight:g})" for part, weight in self.mixture]
            return f"{self.combination} of {', '.join(weighted or self.parts)}"
        told = {name: numeral(number) for name, number in self.spread if isinstance(number, float)}
        return SPREADS[self.spread.kind].written.format(number=numeral(self.value), **told)

    @property
    def remark(self) -> str | None:
        """The note, with what the kind of spread adds to it."""
        added = SPREADS[self.spread.kind].remark(self.published) if self.spread and self.published else None
        return "; ".join(text for text in (self.note, added) if text) or None
