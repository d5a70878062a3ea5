"""Tables of connections: delimited text, workbooks, Parquet and Arrow files, and data frames of any library."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ....checks import stands_twice
from ....errors import FileError, shown
from ...delimited import COMMENTS, decoded, lines_of, separator_of, split
from ...workbooks import WORKBOOKS, sheet_of
from ..dialects import are_heads_of_edges, looks_like_heads
from ..files import Folder, library
from .format import LINE, Raw, reads

__all__ = ["first_rows", "grid", "is_binary", "is_number", "read"]

BINARIES = (".parquet", ".feather", ".arrow", ".ipc")
TEXTS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".edges", ".edgelist", "")
EAGER_TEXT = 64 * 2**20
SAMPLE = 64 * 2**10
FIRST = 200  # rows that show how a table is laid out
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@reads("edges", *TEXTS, *BINARIES, *WORKBOOKS)
def read(path: Path, sheet: str | None) -> Raw:
    """Return the rows of a table."""
    if is_binary(path):
        return Raw(binary(path))
    if _is_workbook(path):
        return Raw(workbook(path, sheet))
    frame, held = text(path, layout_of(path))
    return Raw(frame, held=held)


def is_binary(path: Path) -> bool:
    """Return whether a file holds columns with types of their own."""
    return path.suffix.casefold() in BINARIES


def _is_workbook(path: Path) -> bool:
    return path.suffix.casefold() in WORKBOOKS


def first_rows(path: Path, sheet: str | None) -> list[list[str]]:
    """Return the cells at the beginning of a text or of a workbook's sheet; none of a binary file."""
    if is_binary(path):
        return []
    if not _is_workbook(path):
        return layout_of(path).rows
    rows = [[_cell(each) or "" for each in row] for row in _sheet(path, sheet, FIRST)]
    return rows[_title_rows(rows) :]


class Layout(NamedTuple):
    """How a text is laid out: its separator (None for blanks), whether its first row is a head, and a sample."""

    separator: str | None
    has_header: bool
    skipped: int
    rows: list[list[str]]


def layout_of(path: Path) -> Layout:
    """Return how a delimited text is laid out, from its beginning."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith(b"%%MatrixMarket"):
        raise FileError(
            f"connectome(): {path.name}: is a Matrix Market file; give scipy.io.mmread of it, a sparse matrix"
        )
    if b"\0" in sample:
        raise FileError(f"connectome(): {path.name}: is no UTF-8 text; save it as CSV UTF-8, or name a known suffix")
    lines = [line.rstrip("\r\n") for line in lines_of(sample.decode("utf-8-sig", errors="replace"))]
    if len(sample) == SAMPLE and len(lines) > 1:
        lines.pop()  # cut in the middle
    skipped = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith(COMMENTS)), None)
    if skipped is None:
        raise FileError(f"connectome(): {path.name}: holds no rows; an edge list has a source and a target in each")
    separator = separator_of([line for line in lines[skipped:] if line.strip()])
    skipped += _title_rows([split(line, separator) for line in lines[skipped : skipped + FIRST]])
    rows = [split(line, separator) for line in lines[skipped:] if line.strip()][:FIRST]
    return Layout(separator, _is_header(rows), skipped, rows)


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows stand above the names of the columns: a title, a note; 0 where none are known as names."""
    for place, row in enumerate(rows):
        if are_heads_of_edges(row):
            return place
        if any(is_number(cell) for cell in row) and len(row) > 1:
            return 0
    return 0


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it holds no number, and known heads, or words above numbers."""
    first = rows[0]
    if any(is_number(cell) for cell in first):
        return False
    return looks_like_heads(first) or any(is_number(cell) for row in rows[1:] for cell in row)


def is_number(cell: str) -> bool:
    """Return whether a cell holds a plain number."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def text(path: Path, layout: Layout) -> tuple[Any, Any]:
    """Return the rows of a delimited text as a lazy frame of text columns, with the line of each, and what it lies in.

    A large one has the types that its beginning shows; it is read once, into a Parquet file that lives as long as the
    second of the two.
    """
    pl = library("polars")
    size = path.stat().st_size
    columns = [cell.strip() or f"column {place}" for place, cell in enumerate(layout.rows[0], start=1)]
    names = columns if layout.has_header else [f"column {place}" for place in range(1, len(columns) + 1)]
    _check_unique(names, path.name)
    first = layout.skipped + (2 if layout.has_header else 1)
    if layout.separator is None:
        if size > EAGER_TEXT:
            raise FileError(f"connectome(): {path.name}: blanks divide its columns, and it is large; save it as CSV")
        return _blank_separated(path, layout, names, first), None
    options = {
        "separator": layout.separator, "has_header": layout.has_header, "skip_rows": layout.skipped, "quote_char": '"',
        "row_index_name": LINE, "row_index_offset": first, "comment_prefix": None, "encoding": "utf8",
    }  # fmt: skip
    try:
        if size > EAGER_TEXT:
            return _as_parquet(pl, path, names, options)
        return _renamed(pl.read_csv(path, infer_schema=False, **options).lazy(), names, path), None
    except pl.exceptions.PolarsError as error:
        raise FileError(_malformed(path, layout, error)) from None


def _renamed(frame: Any, names: Sequence[str], path: Path) -> Any:
    """Return a frame with names for its columns, the lines apart: polars itself counts these only before 2.0."""
    own = [each for each in frame.collect_schema().names() if each != LINE]
    if len(own) != len(names):
        raise FileError(
            f"connectome(): {path.name}: its first line has {len(names)} cells, and its first row {len(own)}; put the "
            f"head in one line, and end every line with a line feed"
        )
    return frame.rename(dict(zip(own, names, strict=True)))


def _as_parquet(pl: Any, path: Path, names: Sequence[str], options: dict[str, Any]) -> tuple[Any, Any]:
    """Return a large text as a temporary Parquet file, and the folder that holds it."""
    folder = Folder()
    copy = folder.path / "rows.parquet"
    try:
        rows = _renamed(pl.scan_csv(path, infer_schema_length=10_000, glob=False, **options), names, path)
        rows.filter(~pl.all_horizontal(pl.exclude(LINE).is_null())).sink_parquet(
            copy, compression="uncompressed", statistics=False
        )
    except pl.exceptions.ComputeError:
        raise FileError(_first_misfit(pl, path, names, options)) from None
    return pl.scan_parquet(copy), folder


def _first_misfit(pl: Any, path: Path, names: Sequence[str], options: dict[str, Any]) -> str:
    """Say in which line a number is none, in a text whose beginning has numbers in that column."""
    schema = _renamed(
        pl.scan_csv(path, infer_schema_length=10_000, glob=False, **options), names, path
    ).collect_schema()
    texts = _renamed(pl.scan_csv(path, infer_schema=False, glob=False, **options), names, path)
    for name, kind in schema.items():
        if kind.is_numeric() and name != LINE:
            column = pl.col(name)
            wrong = texts.filter(column.is_not_null() & column.str.strip_chars().cast(kind, strict=False).is_null())
            found = wrong.select(LINE, column).head(1).collect(engine="streaming")
            if not found.is_empty():
                line, value = found.row(0)
                told = f"line {line}: column {name!r} is no number ({shown(value)}); write 3 or 2.5"
                return f"connectome(): {path.name}, {told}"
    return f"connectome(): {path.name}: is not a table that can be read"


def _malformed(path: Path, layout: Layout, error: Exception) -> str:
    """Say which line has another number of columns than the first."""
    width = len(layout.rows[0])
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=layout.separator or ",")
        for row in reader:
            if reader.line_num > layout.skipped and len(row) > width:
                return (
                    f"connectome(): {path.name}, line {reader.line_num}: has {len(row)} columns, and the first row has "
                    f"{width}; quote what holds a separator"
                )
    return f"connectome(): {path.name}: is not a table that can be read ({error}); save it as CSV UTF-8"


def _blank_separated(path: Path, layout: Layout, names: list[str], first: int) -> Any:
    """Return the rows of a text whose columns stand apart by blanks."""
    found = []
    for number, line in enumerate(lines_of(_text(path)), start=1):
        if number < first or not line.strip() or line.startswith(COMMENTS):
            continue
        cells = line.split()
        if len(cells) != len(names):
            raise FileError(
                f"connectome(): {path.name}, line {number}: has {len(cells)} columns, and the first has {len(names)}; "
                f"names that hold blanks need a CSV file"
            )
        found.append([number, *cells])
    pl = library("polars")
    schema = {LINE: pl.UInt32, **dict.fromkeys(names, pl.String)}
    return pl.DataFrame(found, schema=schema, orient="row").lazy()


def workbook(path: Path, sheet: str | None) -> Any:
    """Return the rows of a workbook's sheet as a lazy frame of text columns, with the line of each."""
    rows = [[_cell(each) for each in row] for row in _sheet(path, sheet)]
    texts = [[cell or "" for cell in row] for row in rows]
    above = _title_rows(texts[:FIRST])
    has_header = _is_header(texts[above : above + FIRST])
    heads = texts[above] if has_header else [""] * len(texts[above])
    names = [cell.strip() or f"column {place}" for place, cell in enumerate(heads, start=1)]
    _check_unique(names, path.name)
    pl = library("polars")
    first = above + has_header
    filled = [
        [line, *row] for line, row in enumerate(rows[first:], start=first + 1) if any(cell is not None for cell in row)
    ]
    return pl.DataFrame(filled, schema={LINE: pl.UInt32, **dict.fromkeys(names, pl.String)}, orient="row").lazy()


def _text(path: Path) -> str:
    return decoded(path.read_bytes(), f"connectome(): {path.name}")


def grid(path: Path, sheet: str | None) -> list[list[str | None]]:
    """Return all cells of a text or of a workbook's sheet."""
    if _is_workbook(path):
        return [[_cell(each) for each in row] for row in _sheet(path, sheet)]
    layout = layout_of(path)
    lines = list(io.StringIO(_text(path), newline=""))[layout.skipped :]
    if layout.separator is None:
        return [list(line.split()) for line in lines if line.strip()]
    return [list(row) for row in csv.reader(lines, delimiter=layout.separator) if row]


def _sheet(path: Path, sheet: str | None, most: int | None = None) -> list[list[Any]]:
    """Return the cells of one sheet, at most some rows."""
    where = f"connectome(): {path.name}"
    rows = sheet_of(path, where, sheet, most)
    if not any(cell is not None for row in rows for cell in row):
        raise FileError(f"{where}: its sheet is empty; name another with sheet=…")
    return rows


def _cell(value: Any) -> str | None:
    """Return a cell as text; a whole number that a workbook holds as a float has no point."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 2**53 else f"{value!r}"
    return str(value)


def binary(path: Path) -> Any:
    """Return a Parquet or Arrow file as a lazy frame; its types are its own."""
    pl = library("polars")
    try:
        frame = pl.scan_parquet(path) if path.suffix.casefold() == ".parquet" else pl.scan_ipc(path)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise FileError(
            f"connectome(): {path.name}: is no {path.suffix[1:]} file that can be read; "
            f"save the table again, or give CSV"
        ) from None
    return frame


def _check_unique(names: Sequence[str], file: str) -> None:
    """Refuse a table with two columns of one name."""
    twice = stands_twice(names)
    if twice is not None:
        raise FileError(f"connectome(): {file}, line 1: two columns are called {twice!r}; give each its own name")
