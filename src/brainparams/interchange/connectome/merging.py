"""Rows of one pair added up: in memory where they fit, else in parts that lie on the disk meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from .cleaning import KIND, PLACE, SOURCE, TARGET, WEIGHT
from .files import Folder, library

__all__ = ["MOST_ROWS", "kept", "pairs"]

MOST_ROWS = 4_000_000
"""Rows that are merged in memory at once; a part on the disk has about half of them."""
BATCH = 500_000
THREADS = min(4, os.cpu_count() or 1)
_COLUMNS = (SOURCE, TARGET, WEIGHT)


def pairs(frame: Any, rows: int) -> Iterator[Any]:
    """Yield the pairs of source and target with their total weight and rows, each pair once, part after part.

    Parameters
    ----------
    frame
        Lazy frame of connections.
    rows
        How many rows it has.
    """
    pl = library("polars")
    schema = frame.collect_schema()
    if rows <= MOST_ROWS:
        yield _merged(pl, frame)
    elif schema[SOURCE].is_integer() and schema[TARGET].is_integer():
        yield from _by_parts_on_disk(pl, frame, 1 + 2 * rows // MOST_ROWS, schema[WEIGHT])
    else:
        parts = 1 + rows // MOST_ROWS
        for part in range(parts):
            yield _merged(pl, frame.filter(pl.col(SOURCE).hash(seed=0) % parts == part))


def kept(frame: Any, kinds: Sequence[str], rows: int, condition: Any) -> tuple[Any, Folder]:
    """Return the pairs of each kind that meet a condition, their rows added up, and the folder where they lie."""
    pl, folder = library("polars"), Folder()
    for kind in kinds:
        of_kind = frame.filter(pl.col(KIND) == kind) if len(kinds) > 1 else frame
        for place, merged in enumerate(pairs(of_kind, rows)):
            found = merged.filter(condition).select(_COLUMNS)
            labelled = found.with_columns(pl.lit(kind).alias(KIND), pl.lit(None, pl.String).alias(PLACE))
            labelled.write_parquet(folder.path / f"{kind} {place}.parquet")
    return pl.scan_parquet(folder.path / "*.parquet"), folder


def _merged(pl: Any, frame: Any) -> Any:
    merged = frame.group_by(SOURCE, TARGET).agg(pl.col(WEIGHT).sum(), pl.len().cast(pl.Int64).alias("rows"))
    return merged.collect(engine="streaming")


def _by_parts_on_disk(pl: Any, frame: Any, parts: int, weight: Any) -> Iterator[Any]:
    """Yield merged parts: all pairs of one source lie in one part, and a part is sorted in memory.

    A hash table of a hundred million pairs takes gigabytes; so are as many rows on the disk, but no memory.
    """
    with tempfile.TemporaryDirectory(prefix="brainparams-") as folder, ThreadPoolExecutor(THREADS) as pool:
        paths = [Path(folder, str(part)) for part in range(parts)]
        batches = frame.select(_COLUMNS).collect_batches(chunk_size=BATCH, maintain_order=False, engine="streaming")
        with ExitStack() as opened:
            files = [opened.enter_context(path.open("wb")) for path in paths]
            for rows, ends in _ahead(pool, lambda batch: _by_part(batch, parts), batches):
                for file, start, end in zip(files, ends, ends[1:], strict=False):
                    file.write(rows[start:end])
        yield from _ahead(pool, lambda path: _read(pl, path, weight), paths)


def _ahead(pool: ThreadPoolExecutor, work: Callable[[Any], Any], things: Iterable[Any]) -> Iterator[Any]:
    """Yield the work on things in their order, a few of them done ahead, so that little is held at a time."""
    waiting: deque[Future[Any]] = deque()
    for thing in things:
        waiting.append(pool.submit(work, thing))
        if len(waiting) > THREADS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _read(pl: Any, path: Path, weight: Any) -> Any:
    """Return one part merged, and delete its file."""
    rows = np.fromfile(path, dtype=np.int64).reshape(-1, 3)
    path.unlink()
    return _summed(pl, rows, weight) if len(rows) else pl.DataFrame(schema=dict.fromkeys((*_COLUMNS, "rows"), pl.Int64))


def _by_part(batch: Any, parts: int) -> tuple[Any, Any]:
    """Return the rows of a batch as three integers each, by the part of their source, and where the parts end.

    A float keeps its bits.
    """
    source, target, weight = (batch[name].to_numpy() for name in _COLUMNS)
    part = (source % parts).astype(np.uint16)  # short numbers are sorted by their digits
    order = np.argsort(part, kind="stable")
    bits = weight.view(np.int64) if weight.dtype == np.float64 else weight.astype(np.int64)
    rows = np.stack([source.astype(np.int64), target.astype(np.int64), bits], axis=1)[order]
    return rows, np.searchsorted(part[order], np.arange(parts + 1))


def _summed(pl: Any, rows: Any, weight: Any) -> Any:
    """Return one part with the rows of each pair added up."""
    source, target, bits = np.ascontiguousarray(rows.T)
    amounts = bits.view(np.float64) if weight.is_float() else bits
    low, floor = int(source.min()), int(target.min())
    width = (int(target.max()) - floor).bit_length()
    if (int(source.max()) - low).bit_length() + width > 63:
        order = np.lexsort((target, source))
        source, target, amounts = source[order], target[order], amounts[order]
        first = _starts((source[1:] != source[:-1]) | (target[1:] != target[:-1]))
        source, target = source[first], target[first]
    else:  # both names in one number, which sorts several times faster
        pair = ((source - low) << width) | (target - floor)
        order = np.argsort(pair)
        pair, amounts = pair[order], amounts[order]
        first = _starts(pair[1:] != pair[:-1])
        source, target = (pair[first] >> width) + low, (pair[first] & ((1 << width) - 1)) + floor
    counts = np.diff(np.append(first, len(amounts)))
    return pl.DataFrame({SOURCE: source, TARGET: target, WEIGHT: np.add.reduceat(amounts, first), "rows": counts})


def _starts(changes: Any) -> Any:
    """Return where runs of equal pairs start."""
    return np.flatnonzero(np.concatenate([[True], changes]))
