"""Machine models from Epoch AI's table of notable models, for users who have the file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..checks import one_of, stands_twice, strict, whole_number
from ..errors import FileError, RangeError, UnknownNameError, did_you_mean, shown
from ..files import FileRead, file_read
from ..graph.inputs import leaf
from ..quantity import Quantity
from ..render.blocks import Block, Length, Sentence
from ..render.tables import TextTable, rounded
from .trends import Trend, TrendPoint, decimal_year

__all__ = ["NotableModel", "NotableModels", "read_notable_models"]

COLUMNS = (
    "Model", "Organization", "Publication date", "Domain", "Parameters", "Training compute (FLOP)", "Confidence",
    "Model accessibility", "Link",
)  # fmt: skip
DATAPOINTS = ("Training dataset size (datapoints)", "Training dataset size (total)")
NUMBERS = ("Parameters", "Training compute (FLOP)", *DATAPOINTS)
# What a trend can be of: its column, its unit, and where a row keeps it.
GROWING = {
    "parameters": ("Parameters", "parameter", "parameter_count"),
    "training operations": ("Training compute (FLOP)", "operation", "operation_count"),
    "tokens": ("", "token", "token_count"),
}
SOURCE = "epoch2026"
CREDIT = "Data: Epoch AI (epoch.ai), licence CC BY 4.0"
MOST_SHOWN = 20
LARGEST_FILE = 50_000_000  # bytes; the table has under one million


@dataclass(frozen=True, slots=True, eq=False)
class NotableModel:
    """One row of the table; cells that were empty are None or empty texts.

    Attributes
    ----------
    name, organization, domain, confidence, accessibility, link : str
        As in the table; `confidence` is how sure Epoch AI is of the numbers.
    published : date or None
        Of publication.
    parameter_count, operation_count, token_count : float or int, or None
        Parameters, floating-point operations of training, and datapoints of training, as in the table.
    file : FileRead or None
        The table that it was read from.

    Examples
    --------
    >>> model = NotableModel("Tiny", "Nobody", "Language", "Confident", "", "", None, 1000, None)
    >>> model.parameters.value, model.training_operations is None
    (1000, True)
    """

    name: str
    organization: str
    domain: str
    confidence: str
    accessibility: str
    link: str
    published: date | None
    parameter_count: float | None
    operation_count: float | None
    token_count: float | None = None
    file: FileRead | None = None

    @property
    def parameters(self) -> Quantity | None:
        """The parameters as a quantity with its source; None where the table has no count."""
        return self._quantity(self.parameter_count, "parameter", "parameters")

    @property
    def training_operations(self) -> Quantity | None:
        """The operations of training as a quantity with its source; None where the table has none."""
        return self._quantity(self.operation_count, "operation", "training operations")

    def _quantity(self, number: float | None, unit: str, what: str) -> Quantity | None:
        if number is None:
            return None
        told: dict[str, Any] = {
            "source": SOURCE,
            "locator": "table of notable models",
            "name": f"{what}, {self.name}",
            "finding": f"{SOURCE}/{self.name}/{what}",
            "file": self.file,
        }
        if self.confidence == "Confident":
            return Quantity(leaf("measured", number, unit, **told))
        why = f"estimate by Epoch AI, confidence: {self.confidence or 'not given'}"
        return Quantity(leaf("assumed", number, unit, because=why, **told))


@strict
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class NotableModels(TextTable[NotableModel]):
    """The rows of the table, in its order; taken by position or by name.

    Attributes
    ----------
    rows : tuple of NotableModel
        All rows, those without a parameter count too.
    origin : str
        Name of the file.
    whole : tuple of NotableModel
        All rows of the file, where these are a part of them.
    columns : tuple of str
        The columns that the file has.

    Examples
    --------
    >>> tiny = NotableModel("Tiny", "Nobody", "Language", "Confident", "", "", None, 1000, None)
    >>> NotableModels((tiny,), "mine.csv")["Tiny"].parameter_count
    1000
    """

    rows: tuple[NotableModel, ...]
    origin: str
    whole: tuple[NotableModel, ...] = ()
    columns: tuple[str, ...] = COLUMNS

    def _part(self, rows: Sequence[NotableModel]) -> NotableModels:
        return NotableModels(tuple(rows), self.origin, self.whole or self.rows, self.columns)

    def __getitem__(self, key: int | str) -> NotableModel:
        """Return the row at a position, or the only one of a name."""
        if isinstance(key, int):
            return self.rows[key]
        found = [row for row in self.rows if row.name == key]
        if len(found) == 1:
            return found[0]
        plain = _letters(str(key))
        starting = {row.name for row in self.rows if plain and _letters(row.name).startswith(plain)}
        guess = did_you_mean(str(key), starting or {row.name for row in self.rows}, 0.0 if starting else 0.5)
        guess = guess if not found else " Take one by its position."
        raise UnknownNameError(f"notable models: {len(found) or 'no'} rows of {self.origin} are {shown(key)}.{guess}")

    def counted(self) -> NotableModels:
        """Return the rows that have a parameter count, largest first."""
        rows = [row for row in self.rows if row.parameter_count is not None]
        rows.sort(key=lambda row: (-(row.parameter_count or 0.0), row.name))
        return self._part(rows)

    def largest(self, count: int) -> NotableModels:
        """Return the rows with the largest parameter counts.

        Raises
        ------
        RangeError
            For a count below 1.
        """
        if type(count) is not int or count < 1:
            raise RangeError(f"largest(): {shown(count)} rows came; give a whole number of at least 1")
        return self._part(self.counted().rows[:count])

    def trend(
        self, what: str, *, after: int | str | date | None = None, before: int | str | date | None = None,
        frontier: int | None = None, domain: str | None = None,
    ) -> Trend:  # fmt: skip
        """Return how fast something grows with the date of publication: a straight line through logarithms.

        Parameters
        ----------
        what : {"parameters", "training operations", "tokens"}
            What grows. Tokens are the datapoints of language models.
        after, before : int, str or date, optional
            Models of this date or later, and before that one; a year means its first day.
        frontier : int, optional
            Only models that were among so many largest of their day, as Epoch AI does with ten.
        domain : str, optional
            Only models in whose domain the word stands, such as "Language".

        Returns
        -------
        Trend

        Raises
        ------
        ArgumentError
            For another word, or fewer than three models.
        FileError
            If the file lacks a column that is needed.
        RangeError
            For what is no date, or a frontier below 1.

        Examples
        --------
        >>> from datetime import date
        >>> rows = [
        ...     NotableModel(f"M{n}", "", "Text", "Confident", "", "", date(2015 + n, 6, 1), 10.0 ** (8 + n / 2), None)
        ...     for n in range(8)
        ... ]
        >>> trend = NotableModels(tuple(rows), "mine.csv").trend("parameters")
        >>> round(trend.doubling_time.to("year").median(), 2)
        0.6
        """
        column, unit, field = GROWING[one_of(what, GROWING, "trend(): 'what'")]
        lacking = [name for name in (*([column] if column else []), "Publication date") if name not in self.columns]
        if lacking:
            raise FileError(
                f"trend(): {self.origin} has no column {' or '.join(map(repr, lacking))}; it is needed here"
            )
        word = "Language" if what == "tokens" and domain is None else domain
        models = [
            TrendPoint(row.name, decimal_year(row.published), float(getattr(row, field)))
            for row in self.rows
            if row.published and getattr(row, field) is not None and (word is None or word in row.domain)
        ]
        models.sort(key=lambda point: point.year)
        file = next((row.file for row in self.rows), None)
        return Trend(what, unit, *_chosen(models, after, before, frontier, word), file)

    def _caption(self) -> str:
        whole = self.whole or self.rows
        total = len(whole)
        sized = sum(row.parameter_count is not None for row in whole)
        trained = sum(row.operation_count is not None for row in whole)
        part = "" if len(self.rows) == total else f"{len(self.rows)} of "
        return (
            f"{part}{total} models of {self.origin}: {sized} with a parameter count, {total - sized} without; "
            f"{trained} with training operations, {total - trained} without. {CREDIT}"
        )

    def _head(self) -> Sequence[str]:
        return "model", "organization", "published", "parameters", "training operations", "confidence"

    def _cells(self, row: NotableModel) -> Sequence[str]:
        counts = ["not given" if each is None else rounded(each) for each in (row.parameter_count, row.operation_count)]
        return row.name, row.organization, str(row.published or ""), *counts, row.confidence

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return the caption and the first rows."""
        more = len(self.rows) - MOST_SHOWN
        return self._grid(self.rows[:MOST_SHOWN]), *([Sentence(f"… and {more} more")] if more > 0 else [])


def _letters(name: str) -> str:
    return "".join(each for each in name.casefold() if each.isalnum())


@strict
def read_notable_models(path: str | Path) -> NotableModels:
    r"""Read Epoch AI's table of notable models from a CSV file.

    The table is at epoch.ai/data/notable-ai-models, under the licence CC BY 4.0; it does not come with the package.
    Every quantity that is made of it credits Epoch AI.

    Parameters
    ----------
    path : str or Path
        The file, with at least the column Model; of Organization, Publication date, Domain, Parameters, Training
        compute (FLOP), Training dataset size, Confidence, Model accessibility and Link those that are needed later.
        Other columns are passed over, and cells may be empty.

    Returns
    -------
    NotableModels
        All rows; its first line says how many have no parameter count.

    Raises
    ------
    FileError
        If the file cannot be read, a column is missing or stands twice, a row is cut short, or a cell that is not empty
        is no number or no date; with file, line and column.

    Examples
    --------
    >>> import brainparams as bp, pathlib, tempfile
    >>> columns = "Model,Organization,Publication date,Domain,Parameters,Training compute (FLOP),Confidence,"
    >>> text = columns + "Model accessibility,Link\nTiny,Nobody,2020-01-31,Language,1000.0,,Confident,,\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "models.csv"
    ...     _ = file.write_text(text)
    ...     models = bp.read_notable_models(file)
    >>> models["Tiny"].parameters.value, models["Tiny"].training_operations
    (1000, None)
    """
    file = Path(path)
    rows = tuple(_models(file))
    head = next(_records(file), (1, []))[1]
    return NotableModels(rows, file.name, columns=tuple(head))


def _models(file: Path) -> Iterator[NotableModel]:
    records = _records(file)
    _, head = next(records, (1, []))
    _check_columns(file, head)
    read = file_read(file)
    for line, cells in records:
        if len(cells) != len(head):
            raise FileError(
                f"{file.name}, line {line}: {len(cells)} cells came, and the head has {len(head)}; mend the row, or "
                f"quote a cell that holds a comma"
            )
        yield _model(dict(zip(head, cells, strict=True)), f"{file.name}, line {line}", read)


def _chosen(
    models: list[TrendPoint], after: Any, before: Any, frontier: Any, word: str | None
) -> tuple[tuple[TrendPoint, ...], str]:
    """Return the points of a trend, and which they are in words; the frontier is that of all models before, too."""
    first, last = (None if each is None else _day(each, name) for each, name in ((after, "after"), (before, "before")))
    said = [f"{word} models" if word else "models"]
    if frontier is not None:
        count = whole_number(frontier, "trend(): 'frontier'", example="10")
        models = [
            point for place, point in enumerate(models)
            if sum(other.value > point.value for other in models[:place]) < count
        ]  # fmt: skip
        said.append(f"among the {count} largest of their day")
    if first is not None:
        models = [point for point in models if point.year >= first]
        said.append(f"from {after}")
    if last is not None:
        models = [point for point in models if point.year < last]
        said.append(f"before {before}")
    return tuple(models), " ".join(said)


def _day(when: Any, name: str) -> float:
    where = f"trend(): {name!r}"
    if isinstance(when, date):
        return decimal_year(when)
    if isinstance(when, int) and not isinstance(when, bool) and 1900 <= when <= 3000:
        return float(when)
    try:
        return decimal_year(date.fromisoformat(when))
    except (TypeError, ValueError):
        raise RangeError(f"{where} is a year such as 2010 or a date such as '2010-01-31'; got {shown(when)}") from None


def _records(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not blank, with the number of its last line."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise FileError(f"{file.name}: larger than {LARGEST_FILE:,} bytes; expected the table of notable models")
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [" ".join(cell.split()) for cell in cells]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(f"read_notable_models(): {shown(str(file))} cannot be read: {reason}; check the path") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{file.name}: not a CSV file in UTF-8: {error}; download the table again") from None


def _check_columns(file: Path, head: Sequence[str]) -> None:
    for column in COLUMNS:
        guess = did_you_mean(column, [each for each in head if each not in COLUMNS])
        if column not in head and (column == "Model" or guess):
            raise FileError(
                f"{file.name}, line 1: no column {column!r}; expected at least Model, and of {', '.join(COLUMNS[1:])} "
                f"those that are needed.{guess}"
            )
    twice = stands_twice(column for column in head if column)
    if twice is not None:
        raise FileError(f"{file.name}, line 1: the column {twice!r} stands twice; keep one of them")


def _model(row: Mapping[str, str], place: str, file: FileRead) -> NotableModel:
    if not row["Model"]:
        raise FileError(f"{place}, column 'Model': the cell is empty; every model needs a name")
    numbers = {name: _count(row.get(name, ""), f"{place}, column {name!r}") for name in NUMBERS}
    return NotableModel(
        name=row["Model"],
        organization=row.get("Organization", ""),
        domain=row.get("Domain", ""),
        confidence=row.get("Confidence", ""),
        accessibility=row.get("Model accessibility", ""),
        link=row.get("Link", ""),
        published=_date(row.get("Publication date", ""), f"{place}, column 'Publication date'"),
        parameter_count=numbers["Parameters"],
        operation_count=numbers["Training compute (FLOP)"],
        token_count=next((numbers[name] for name in DATAPOINTS if numbers[name] is not None), None),
        file=file,
    )


def _count(text: str, place: str) -> float | None:
    """Return a count as an integer where it is one, and None for an empty cell."""
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise FileError(
            f"{place}: {shown(text)} is not a number; write such as 174600000000 or leave it empty"
        ) from None
    if not math.isfinite(number) or number <= 0:
        raise FileError(f"{place}: {shown(text)} is not a count; write a number above zero or leave the cell empty")
    return int(number) if number.is_integer() and number < 2**53 else number


def _date(text: str, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise FileError(f"{place}: {shown(text)} is not a date; write such as 2020-05-28 or leave it empty") from None
