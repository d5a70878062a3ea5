"""One published or judged number, with its spread, its source and how it was checked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from ..citations import Citation, resolve
from ..derivation import SYMBOLS
from ..distributions import Distribution, LogNormal, LogUniform, Normal, Uniform
from ..errors import SourceError, did_you_mean, shown
from ..units.vocabulary import parse_terms

__all__ = ["SPECIES", "SPREADS", "Finding", "Spread", "unit_exponents"]

SPECIES: Mapping[str, str] = MappingProxyType(
    {
        "Homo sapiens": "human",
        "Macaca mulatta": "macaque",
        "Macaca spp.": "macaque",
        "Mus musculus": "mouse",
        "Rattus norvegicus": "rat",
        "Drosophila melanogaster": "fly",
        "Caenorhabditis elegans": "worm",
        "any": "",  # a model, not an animal
    }
)
WHOLE = ("brain", "nervous-system", "parameters", "bits")
GENERIC_WORDS = frozenset(
    {"cell", "cells", "density", "fibre", "neuron", "neurons", "parallel", "per", "synapse", "synapses", "to", "volume"}
)
WIDEST_NORMAL = 0.3  # beyond this sd/mean a normal would put noticeable weight below zero
WIDEST_UNIFORM = 3.0  # from this high/low on, the order of magnitude is what is uncertain


class Spread(BaseModel):
    """How far the number may be off, in one of the kinds of :data:`SPREADS`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    kind: str
    value: Annotated[float, Field(gt=0)] | None = None
    low: Annotated[float, Field(gt=0)] | None = None
    high: Annotated[float, Field(gt=0)] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _numbers_fit_the_kind(self) -> Self:
        if self.kind not in SPREADS:
            raise ValueError(f"kind {shown(self.kind)} is unknown; the kinds are {', '.join(SPREADS)}")
        needed = set(SPREADS[self.kind].numbers)
        given = {name for name in ("value", "low", "high", "level") if getattr(self, name) is not None}
        if needed != given:
            raise ValueError(f"kind {self.kind!r} takes {_listed(needed)}, but {_listed(given)} came")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}: exchange them")
        if self.kind == "gsd" and self.value is not None and self.value <= 1:
            raise ValueError(f"a geometric standard deviation is above 1, {self.value:g} came")
        return self


class SpreadRule(NamedTuple):
    """What a kind of spread means, the numbers it takes, and the distribution it becomes."""

    meaning: str
    numbers: tuple[str, ...]
    belief: Callable[[float, Spread], Distribution | float]
    remark: str | None = None


def _from_sd(mean: float, sd: float) -> Distribution:
    return Normal(mean, sd) if sd / mean <= WIDEST_NORMAL else LogNormal.from_mean(mean, sd)


def _from_range(low: float, high: float) -> Distribution:
    return LogUniform(low, high) if high / low >= WIDEST_UNIFORM else Uniform(low, high)


# The one place that says how a published spread becomes a distribution. Numbers named in `numbers` are there.
SPREADS: Mapping[str, SpreadRule] = MappingProxyType(
    {
        "sd": SpreadRule(
            "standard deviation; normal, or lognormal of that mean where sd/mean is above 0.3",
            ("value",),
            lambda value, spread: _from_sd(value, spread.value or 0.0),
        ),
        "sem": SpreadRule(
            "standard error of the mean; as sd, so it tells how well the mean is known",
            ("value",),
            lambda value, spread: _from_sd(value, spread.value or 0.0),
        ),
        "cv": SpreadRule(
            "coefficient of variation, sd divided by mean; then as sd",
            ("value",),
            lambda value, spread: _from_sd(value, (spread.value or 0.0) * value),
        ),
        "gsd": SpreadRule(
            "geometric standard deviation; lognormal with the value as median",
            ("value",),
            lambda value, spread: LogNormal.from_median(value, spread.value or 1.0),
        ),
        "ci": SpreadRule(
            "equal-tailed interval of the given level; lognormal through both ends, the value is not used",
            ("low", "high", "level"),
            lambda _, spread: LogNormal.from_interval(spread.low or 0.0, spread.high or 0.0, level=spread.level or 0.0),
        ),
        "range": SpreadRule(
            "smallest and largest published value, nothing known inside; loguniform where high/low is 3 or more, "
            "else uniform; the value is not used",
            ("low", "high"),
            lambda _, spread: _from_range(spread.low or 0.0, spread.high or 0.0),
        ),
        "none": SpreadRule(
            "the source gives no spread; the number is used as if it were exact",
            (),
            lambda value, _: value,
            remark="no spread published",
        ),
        "exact": SpreadRule(
            "a count that has no spread, such as the 302 neurons of the worm", (), lambda value, _: value
        ),
    }
)


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


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "no number"


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank: leave it out or fill it in")
    return value


def _readable_unit(value: str) -> str:
    unit_exponents(value)
    return value


Words = Annotated[str, AfterValidator(_not_blank)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)+$")]


class Finding(BaseModel):
    """One number of the evidence, or a sum or product of other findings.

    Parameters
    ----------
    id
        Species, region and quantity, joined by ``/``; a rival has the key of its source behind.
    file
        File it was read from.
    quantity, species, region
        What was counted, in which animal (Latin name, or ``"any"`` for a model), where.
    unit
        Unit names joined by ``*`` and ``/``, such as ``synapse/neuron``.
    value, spread
        The number and its :class:`Spread`; absent in a sum or product.
    n, method, locator
        Individuals, method, and place in the source.
    grade
        ``measured``, ``derived`` (arithmetic on measurements), ``estimated`` (judgement from evidence) or
        ``assumed`` (a choice).
    status, checked
        How it was checked, as a word and in a sentence. ``seen``: the source itself or its abstract was read;
        ``transcription``: a public transcription of its table; ``secondary``: a page that reports it;
        ``memory``: nothing was read; ``derived``: worked out here.
    sources
        Keys of references.
    note, because
        What a user must know; the reason for value and spread of an estimate.
    sum, product
        Ids of the findings that are added or multiplied.

    Examples
    --------
    >>> import brainparams as bp
    >>> finding = bp.evidence.finding("human/brain/neurons")
    >>> finding.value, finding.unit, finding.grade
    (86060000000, 'neuron', 'measured')
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    id: Identifier
    file: Words
    quantity: Words
    species: Words
    region: Words
    unit: Annotated[str, AfterValidator(_readable_unit)]
    grade: Literal["measured", "derived", "estimated", "assumed"]
    status: Literal["seen", "transcription", "secondary", "memory", "derived"]
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
    product: tuple[Identifier, ...] = ()

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
        if (self.parts or self.grade in ("estimated", "assumed")) and self.because is None:
            raise ValueError(f"field 'because' is missing: grade {self.grade!r} needs the reason in words")
        try:
            _ = self.citations
        except SourceError as error:
            raise ValueError(str(error)) from None
        return self

    def _check_graph(self) -> None:
        if self.sum and self.product:
            raise ValueError("has both sum and product: keep one")
        if self.value is not None or self.spread is not None:
            raise ValueError("is a sum or product, so value and spread follow from its parts: leave them out")
        if self.grade != "derived" or self.status != "derived":
            raise ValueError("is a sum or product: grade and status are 'derived'")

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

    @property
    def parts(self) -> tuple[str, ...]:
        """Ids of the findings that this one adds or multiplies."""
        return self.sum or self.product

    @property
    def name(self) -> str:
        """What is counted, in plain words: ``neurons, human whole brain``."""
        return f"{self.quantity}, {f'{SPECIES[self.species]} {self.region}'.strip()}"

    @property
    def symbol(self) -> str:
        """What formulas call it: the letter of its unit, with the word that tells it apart: ``N_cerebellum``."""
        letter = SYMBOLS.get(self.unit) or self.quantity[0].upper()
        _, place, *what = self.id.split("/")
        telling = [word for word in "-".join(what).split("-") if word not in GENERIC_WORDS]
        below = telling[-1] if telling else "" if place in WHOLE else place.split("-")[0]
        return f"{letter}_{below}" if below else letter

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The references of `sources`."""
        return tuple(resolve(source, f"finding {self.id!r}") for source in self.sources)

    @property
    def belief(self) -> Distribution | int | float | None:
        """The distribution that :data:`SPREADS` gives, the number itself where there is no spread, None for a graph."""
        if self.value is None or self.spread is None:
            return None
        return SPREADS[self.spread.kind].belief(self.value, self.spread)

    @property
    def remark(self) -> str | None:
        """The note, with what the kind of spread adds to it."""
        added = SPREADS[self.spread.kind].remark if self.spread else None
        return "; ".join(text for text in (self.note, added) if text) or None
