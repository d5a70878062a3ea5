"""Rows of a table become connections: names trimmed, weights numbers, kinds known; what cannot be read is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...errors import FileError, shown
from ...render.numbers import counted
from .dialects import CHEMICAL, ELECTRICAL, KINDS, MUSCLE, NEUROMUSCULAR, RECEIVED, Roles, kinds_of_codes
from .files import library
from .formats import LINE
from .meanings import Meaning
from .report import ReportRow

__all__ = [
    "CHEMICAL",
    "ELECTRICAL",
    "KIND",
    "NEUROMUSCULAR",
    "PLACE",
    "RECEIVED",
    "SOURCE",
    "TARGET",
    "WEIGHT",
    "Cleaned",
    "Limits",
    "Problem",
    "Survey",
    "connections",
    "without_background",
]

SOURCE, TARGET, WEIGHT, KIND, PLACE = "source", "target", "weight", "kind", "place"
MOST_TOLD = 5
LOOKED_FOR = 4  # pairs that are looked for the other way round
LOST = "numbers of neurons are whole: save them as text"
SUMS = ("total", "totals", "grand total", "sum")


class Problem(NamedTuple):
    """Cells of one column that cannot be read, and the mend."""

    column: str
    what: str
    mend: str


class Limits(NamedTuple):
    """The least and greatest source and target, and the greatest weight; None where weights are no whole numbers."""

    low: int
    high: int
    least: int
    most: int
    heaviest: int | None


class Survey(NamedTuple):
    """What rows add up to, kind by kind, before anything is merged; what was seen of them on the way.

    `turned` is how often one of the first pairs stands the other way round too, `limits` is None where the ends are
    names.
    """

    rows: tuple[ReportRow, ...]
    zeros: int
    turned: int
    limits: Limits | None


class Cleaned(NamedTuple):
    """Connections, and what a survey of them showed."""

    frame: Any
    survey: Survey
    told: tuple[str, ...] = ()
    held: Any = None

    @property
    def height(self) -> int:
        """How many rows there are."""
        return sum(row.rows for row in self.survey.rows)


def connections(
    frame: Any, roles: Roles, meaning: Meaning, kinds: str | Mapping[str, str] | None, file: str
) -> Cleaned:
    """Return a lazy frame with source, target, weight, kind, place, line and what else there is; blank rows are gone.

    Raises
    ------
    FileError
        For names or weights that are missing, weights that are no numbers, negative or no chance, and unknown kinds:
        with the first lines that have them.
    """
    pl = library("polars")
    is_text = LINE in frame.collect_schema()
    frame = frame if is_text else frame.with_row_index(LINE, offset=1)
    schema = frame.collect_schema()
    if kinds is None and roles.kind is None and roles.target.casefold() == MUSCLE:
        kinds = NEUROMUSCULAR
    used = [role for role in (roles.source, roles.target, roles.weight, roles.kind) if role is not None]
    texts = [name for name in schema if schema[name] == pl.String]
    frame = frame.with_columns(pl.col(name).str.strip_chars().replace("", None) for name in texts)
    if texts and is_text:
        frame = frame.filter(~pl.all_horizontal(pl.col(used).is_null()))
    weight, problems = _weight(pl, schema, roles, meaning)
    problems += [each for end in (roles.source, roles.target) for each in _faults_of_end(pl, schema, end)]
    kind, fault = _kind(pl, frame, roles, kinds)
    if fault is not None:
        known = (
            f"kinds are {', '.join(KINDS)}: say kind={{'…': 'chemical'}} for the codes of this file, '' for empty "
            f"cells, or columns={{'kind': None}} if it holds none"
        )
        problems.append((fault, Problem(roles.kind or KIND, "is no known kind", known)))
    source, target = _names(pl, schema, (roles.source, roles.target))
    survey = _surveyed(pl, frame, (source, target, weight, kind if fault is not None else None), problems, file)
    place = pl.col(roles.place) if roles.place else pl.lit(None, pl.String)
    canonical = [source.alias(SOURCE), target.alias(TARGET), weight.alias(WEIGHT), kind.alias(KIND), place.alias(PLACE)]
    taken = {SOURCE, TARGET, WEIGHT, KIND, PLACE, LINE, *used}
    taken -= {roles.kind} if fault is None and roles.kind != KIND else set()  # it told no kinds, and may tell else
    found = frame.select(*canonical, pl.col(LINE), *(pl.col(name) for name in schema if name not in taken))
    if meaning.name == "probability":
        _refuse_repeated(pl, found, file)
    if isinstance(kinds, str):
        survey = survey._replace(rows=tuple(row._replace(kind=kinds) for row in survey.rows))
    return Cleaned(found, survey)


def _faults_of_end(pl: Any, schema: Any, end: str) -> list[tuple[Any, Problem]]:
    """Return what can be wrong with the names at one end."""
    column = pl.col(end)
    problems = [(column.is_null(), Problem(end, "is empty", "give every connection a source and a target"))]
    if schema[end] == pl.String:
        fault = column.str.to_lowercase().is_in(SUMS)
        problems.append((fault, Problem(end, "is a sum", "leave out what is added up: it would count twice")))
        fault = column.str.contains(r"^\d\.\d+[eE]\+\d\d$")  # as a workbook shows a number of 18 digits
        problems.append((fault, Problem(end, "has lost digits", LOST)))
    if schema[end].is_float():
        fault = ~(column.is_finite() & (column == column.round()) & (column.abs() < 2**53))
        problems.append((fault, Problem(end, "has lost digits", LOST)))
    return problems


def _refuse_repeated(pl: Any, found: Any, file: str) -> None:
    """Raise if a pair has several chances: they do not add up, and how they combine only their maker knows."""
    repeated = found.group_by(SOURCE, TARGET, KIND).agg(pl.len().alias("rows"), pl.col(LINE).min()).sort(LINE)
    first = repeated.filter(pl.col("rows") > 1).head(1).collect(engine="streaming").rows(named=True)
    for row in first:
        raise FileError(
            f"connectome(): {file}: line {row[LINE]}: {row[SOURCE]} to {row[TARGET]} has {row['rows']} rows, and "
            f"probabilities do not add up; give each pair once, 1 - (1 - p1)(1 - p2) where they are independent chances"
        )


def without_background(frame: Any, roles: Roles) -> tuple[Any, list[str]]:
    """Return rows without those of an end 0, where ends are numbers of segments: 0 is what belongs to no neuron."""
    pl = library("polars")
    ends = [end for end in (roles.source, roles.target) if end.casefold().replace("_", " ").endswith("root id")]
    if not ends:
        return frame, []
    is_background = pl.any_horizontal(pl.col(end).cast(pl.String).str.strip_chars() == "0" for end in ends)
    count = frame.select(is_background.sum()).collect(engine="streaming").item()
    told = f"{counted(count, 'row has', 'rows have')} an end 0, which is the background and no neuron: left out"
    return (frame.filter(~is_background), [told]) if count else (frame, [])


def _names(pl: Any, schema: Any, ends: tuple[str, str]) -> list[Any]:
    """Return the names at both ends in one type: whole numbers, or texts where one end has others."""
    kinds = [pl.Int64 if schema[end].is_float() else schema[end] for end in ends]
    if kinds[0] == kinds[1]:
        return [pl.col(end).cast(kind) for end, kind in zip(ends, kinds, strict=True)]
    is_whole = all(kind.is_integer() and kind != pl.UInt64 for kind in kinds)
    return [
        pl.col(end).cast(kind).cast(pl.Int64 if is_whole else pl.String) for end, kind in zip(ends, kinds, strict=True)
    ]


def _weight(pl: Any, schema: Any, roles: Roles, meaning: Meaning) -> tuple[Any, list[tuple[Any, Problem]]]:
    """Return the weight as a number, and what can be wrong with it."""
    if roles.weight is None:
        return pl.lit(1, pl.Int64), []
    column = pl.col(roles.weight)
    number = column
    problems = [
        (column.is_null(), Problem(roles.weight, "is empty", "leave the row out, or write 0 for no connection"))
    ]
    if schema[roles.weight].is_integer():
        number = column.cast(pl.Int64, strict=False)  # a sum of 32-bit numbers would overflow
        mend = "write it as 1e20: a count of more than 9.2e18 has no digits to lose"
        problems.append((column.is_not_null() & number.is_null(), Problem(roles.weight, "is above 2**63", mend)))
    elif schema[roles.weight] == pl.String:
        number = column.cast(pl.Float64, strict=False)
        problems.append(
            (column.is_not_null() & number.is_null(), Problem(roles.weight, "is no number", "write 3 or 2.5"))
        )
    elif schema[roles.weight].is_float():
        number = column.cast(pl.Float64)  # a sum of 32-bit numbers would lose digits
    elif not schema[roles.weight].is_numeric():
        raise FileError(f"connectome(): the column {roles.weight!r} holds {schema[roles.weight]}; weights are numbers")
    problems.append((~number.cast(pl.Float64).is_finite(), Problem(roles.weight, "is not finite", "leave the row out")))
    problems.append((number < 0, Problem(roles.weight, "is below 0", f"a number of {meaning.name} is not negative")))
    if meaning.name == "probability":
        problems.append((number > 1, Problem(roles.weight, "is above 1", "a chance lies between 0 and 1")))
    return number, problems


def _kind(pl: Any, frame: Any, roles: Roles, kinds: str | Mapping[str, str] | None) -> tuple[Any, Any]:
    """Return the kind of each connection, and which rows have none that is known.

    A column that only looks like one of kinds, and holds no code of any, is none.
    """
    if isinstance(kinds, str):
        return pl.lit(kinds, pl.String), None
    if roles.kind is None:
        return pl.lit(CHEMICAL, pl.String), None
    column = pl.col(roles.kind).cast(pl.String).fill_null("")
    codes = frame.select(column.unique()).collect(engine="streaming").to_series().to_list()
    meant = kinds_of_codes(codes) | {str(code): kind for code, kind in (kinds or {}).items() if str(code) in codes}
    if not meant:
        return pl.lit(CHEMICAL, pl.String), None
    return column.replace_strict(meant, default=None, return_dtype=pl.String), ~column.is_in(list(meant))


def _surveyed(
    pl: Any, frame: Any, parts: tuple[Any, Any, Any, Any], problems: list[tuple[Any, Problem]], file: str
) -> Survey:
    """Go through all rows once: what they add up to by kind, and whatever is wrong, which is named by its lines."""
    source, target, weight, kind = parts
    weights = weight if weight.meta.root_names() else pl.len()  # a lone number stands once, not once a row
    sums = [
        pl.len().alias("rows"),
        (source == target).sum().alias("selves"),
        weights.sum().alias("weight"),
        weights.cast(pl.Float64).sum().alias("size"),
        (weight == 0).sum().alias("zeros"),
        _turned(pl, frame, source, target).sum().alias("turned"),
    ]
    ends = _ends(pl, frame, source, target, weight)
    faults = [fault.fill_null(value=False).sum().alias(str(place)) for place, (fault, _) in enumerate(problems)]
    grouped = (
        frame.select(pl.lit(CHEMICAL).alias(KIND), *sums, *ends, *faults)
        if kind is None
        else (frame.group_by(kind.alias(KIND)).agg(*sums, *ends, *faults).sort(KIND))
    )
    table = grouped.collect(engine="streaming")
    for place, (fault, problem) in enumerate(problems):
        count = table[str(place)].sum()
        if count:
            _raise(pl, frame.filter(fault), problem, count, file)
    if table["weight"].dtype.is_integer() and (table["size"] >= 2.0**63).any():
        raise FileError(f"connectome(): {file}: the weights add up to more than 2**63; write them as 1e20")
    rows = tuple(
        ReportRow(row["kind"], row["kind"], row["rows"], row["selves"] or 0, _whole_where_whole(row["weight"] or 0))
        for row in table.iter_rows(named=True)
    )
    return Survey(rows, int(table["zeros"].sum() or 0), int(table["turned"].sum() or 0), _limits(table))


def _turned(pl: Any, frame: Any, source: Any, target: Any) -> Any:
    """Return whether a row is one of the first pairs the other way round."""
    ends = frame.select(source.alias(SOURCE), target.alias(TARGET))
    first = ends.filter(pl.col(SOURCE) != pl.col(TARGET)).head(LOOKED_FOR).collect(engine="streaming")
    return pl.any_horizontal(
        pl.lit(value=False), *((source == pl.lit(to)) & (target == pl.lit(of)) for of, to in first.rows())
    )


def _ends(pl: Any, frame: Any, source: Any, target: Any, weight: Any) -> list[Any]:
    """Return the limits of ends that are numbers."""
    schema = frame.select(source.alias(SOURCE), target.alias(TARGET), weight.alias(WEIGHT)).collect_schema()
    if not (schema[SOURCE].is_integer() and schema[TARGET].is_integer()):
        return []
    heaviest = weight.max() if schema[WEIGHT].is_integer() else pl.lit(None)
    found = (source.min(), source.max(), target.min(), target.max(), heaviest)
    return [each.alias(name) for each, name in zip(found, Limits._fields, strict=True)]


def _limits(table: Any) -> Limits | None:
    if "low" not in table.columns or table["low"].null_count():
        return None
    high, most, heaviest = (table[name].max() for name in ("high", "most", "heaviest"))
    return Limits(table["low"].min(), high, table["least"].min(), most, heaviest) if max(high, most) < 2**63 else None


def _whole_where_whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _raise(pl: Any, wrong: Any, problem: Problem, count: int, file: str) -> None:
    rows = wrong.select(LINE, pl.col(problem.column)).head(MOST_TOLD).collect()
    lines = [f"{line}" + (f" ({shown(value)})" if value is not None else "") for line, value in rows.iter_rows()]
    more = f" and {count - len(lines):,} more" if count > len(lines) else ""
    raise FileError(
        f"connectome(): {file}, line {', '.join(lines)}{more}: column {problem.column!r} {problem.what}; {problem.mend}"
    )
