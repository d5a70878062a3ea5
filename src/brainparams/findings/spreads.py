"""How far a published number may be off: the kinds of spread, and the distribution that each becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..distributions import (
    Distribution,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    StudentT,
    Uniform,
    from_percentiles,
)
from ..errors import shown

__all__ = ["SPREADS", "WIDEST_NORMAL", "Published", "Spread", "from_range", "numeral", "of_the_mean"]

WIDEST_NORMAL = 0.3  # beyond this sd/mean a normal would put noticeable weight below zero
WIDEST_UNIFORM = 3.0  # from this high/low on, the order of magnitude is what is uncertain
UPPER = 0.95  # where a widened normal has the quantile of Student's t: the end of a 90 % interval


def numeral(number: float) -> str:
    """Write a number with all its digits and no others.

    Examples
    --------
    >>> numeral(86_060_000_000), numeral(4.34), numeral(302)
    ('8.606e10', '4.34', '302')
    """
    _, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    if -3 <= power < 5:
        return f"{number:.15g}"
    mantissa = "".join(map(str, digits))
    return f"{mantissa[0]}{'.' if mantissa[1:] else ''}{mantissa[1:]}e{power}"


class Spread(BaseModel):
    """How far the number may be off, in one of the kinds of :data:`SPREADS`.

    A range ``of = "individuals"`` is the smallest and the largest of `n` of them; any other is what a source gives as
    the ends between which its number lies.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    kind: str
    value: Annotated[float, Field(gt=0)] | None = None
    low: Annotated[float, Field(gt=0)] | None = None
    high: Annotated[float, Field(gt=0)] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None
    of: Literal["individuals"] | None = None

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
        if self.of is not None and self.kind != "range":
            raise ValueError(f"of = {self.of!r} belongs to a range; {self.kind!r} says itself what it is of")
        return self


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "no number"


class Published(NamedTuple):
    """A number as it was published: its centre, its spread, and how many individuals stand behind it."""

    centre: float
    spread: Spread
    n: int | None = None

    @property
    def sd(self) -> float:
        """Standard deviation that the spread states, in the unit of the number."""
        return (self.spread.value or 0.0) * (self.centre if self.spread.kind == "cv" else 1.0)

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of a range or an interval."""
        return self.spread.low or 0.0, self.spread.high or 0.0


Belief = Callable[[Published], Distribution | float]


class SpreadRule(NamedTuple):
    """What a kind of spread means, the numbers it takes, how it is written, and the distribution it becomes.

    `former` is the distribution that it became up to edition 2026.1.
    """

    meaning: str
    numbers: tuple[str, ...]
    written: str
    belief: Belief
    remark: Callable[[Published], str | None] = lambda _: None
    former: Belief | None = None


def _from_sd(mean: float, sd: float) -> Distribution:
    return Normal(mean, sd) if sd / mean <= WIDEST_NORMAL else LogNormal.from_mean(mean, sd)


def from_range(low: float, high: float) -> Distribution:
    """Return the belief that a number is between two ends, and nothing more."""
    return LogUniform(low, high) if 0 < low * WIDEST_UNIFORM <= high else Uniform(low, high)


def _around(low: float, centre: float, high: float) -> Distribution:
    """Return the belief with this median and these ends that says least: half of it below the centre, half above."""
    if not low < centre < high:
        return from_range(low, high)
    half = LogUniform if 0 < low * WIDEST_UNIFORM <= high else Uniform
    return Mixture((half(low, centre), half(centre, high)))


def _from_range(published: Published) -> Distribution:
    """Return the belief about one more individual of n: 1 in n + 1 falls below the smallest, as many above."""
    (low, high), n = published.ends, published.n
    if not published.spread.of or n is None or n < 2:
        return _around(low, published.centre, high)
    return from_percentiles({1 / (n + 1): low, 0.5: published.centre, n / (n + 1): high})


def _from_interval(published: Published) -> Distribution:
    (low, high), level = published.ends, published.spread.level or 0.0
    return from_percentiles({(1 - level) / 2: low, 0.5: published.centre, (1 + level) / 2: high})


def _between_individuals(published: Published) -> Distribution:
    """Return a normal, never narrower at 90 % than Student's t of the mean; that is so from four individuals on."""
    n = published.n
    widening = max(1.0, _student(n) / math.sqrt(n)) if n and n > 1 else 1.0
    return _from_sd(published.centre, published.sd * widening)


def _standard_error(published: Published) -> Distribution:
    widening = _student(published.n) if published.n and published.n > 1 else 1.0
    return _from_sd(published.centre, published.sd * widening)


def _student(n: int) -> float:
    """Return the quantile of Student's t with n - 1 degrees of freedom by that of the normal, at 95 %."""
    return float(StudentT(0.0, 1.0, n - 1.0).ppf(UPPER)) / float(Normal(0.0, 1.0).ppf(UPPER))


def of_the_mean(published: Published) -> Distribution | None:
    """Return what n individuals tell of their mean: Student's t; None where the spread does not tell.

    References
    ----------
    Student (1908), The probable error of a mean, doi:10.1093/biomet/6.1.1
    """
    n, kind = published.n, published.spread.kind
    if n is None or n < 2:
        return None
    if kind in ("sd", "cv"):
        sd = published.sd
    elif published.spread.of:  # the standard deviation of the normal whose n individuals span such a range
        low, high = published.ends
        sd = (high - low) / (2 * float(Normal(0.0, 1.0).ppf(n / (n + 1))))
    else:
        return None
    return StudentT(published.centre, sd / math.sqrt(n), n - 1.0)


def _said_of_individuals(published: Published) -> str | None:
    if not published.n:
        return None
    return f"spread between {published.n} individuals: of one of them, not of their mean"


def _said_of_range(published: Published) -> str | None:
    if not published.spread.of:
        return None
    return _said_of_individuals(published) or "range between individuals: of one of them, not of their mean"


WIDE = f"lognormal of that mean where sd/mean is above {WIDEST_NORMAL:g}"

# The one place that says how a published spread becomes a distribution. Numbers named in `numbers` are there.
SPREADS: Mapping[str, SpreadRule] = MappingProxyType(
    {
        "sd": SpreadRule(
            f"standard deviation between individuals, so of one of them; normal, or {WIDE}. Of 2 or 3 individuals it "
            "is widened, so that its 90 % interval is no narrower than that of Student's t of their mean",
            ("value",),
            "{number} ± {value} (sd)",
            _between_individuals,
            _said_of_individuals,
            former=lambda published: _from_sd(published.centre, published.sd),
        ),
        "sem": SpreadRule(
            "standard error of the mean; as sd, but of the mean, and wider for few individuals: the 90 % interval is "
            "that of Student's t",
            ("value",),
            "{number} ± {value} (sem)",
            _standard_error,
            former=lambda published: _from_sd(published.centre, published.sd),
        ),
        "cv": SpreadRule(
            "coefficient of variation, sd divided by mean; then as sd",
            ("value",),
            "{number} (cv {value})",
            _between_individuals,
            _said_of_individuals,
            former=lambda published: _from_sd(published.centre, published.sd),
        ),
        "gsd": SpreadRule(
            "geometric standard deviation; lognormal with the value as median",
            ("value",),
            "{number} ×/÷ {value} (gsd)",
            lambda published: LogNormal.from_median(published.centre, published.spread.value or 1.0),
        ),
        "ci": SpreadRule(
            "equal-tailed interval of the given level with the value as median; the lognormal or the normal through "
            "all three, else a lognormal with a shift",
            ("low", "high", "level"),
            "{number} ({low} to {high}, level {level})",
            _from_interval,
            former=lambda published: LogNormal.from_interval(*published.ends, level=published.spread.level or 0.0),
        ),
        "range": SpreadRule(
            "ends with the value as median: half of the probability below it and half above, evenly, or evenly on the "
            "logarithm where high/low is 3 or more. Of n individuals the smallest and the largest: one more individual "
            "falls below the one with probability 1/(n + 1), above the other with the same",
            ("low", "high"),
            "{number} ({low} to {high})",
            _from_range,
            _said_of_range,
            former=lambda published: from_range(*published.ends),
        ),
        "none": SpreadRule(
            "the source gives no spread; the number is taken as it stands, and says so wherever it is used",
            (),
            "{number}, no spread",
            lambda published: published.centre,
            lambda _: "no spread published",
        ),
        "exact": SpreadRule(
            "a count that has no spread, such as the 302 neurons of the worm",
            (),
            "{number} exactly",
            lambda published: published.centre,
        ),
    }
)
