"""Rows of one pair added up: in memory where they fit, else in parts that lie on the disk meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .cleaning import KIND, PLACE, SOURCE, TARGET, WEIGHT, Limits
from .files import Folder, library

__all__ = ["MOST_ROWS", "kept", "pairs", "run_starts", "unordered"]

MOST_ROWS = 4_000_000
"""Rows that are merged in memory at once; a part on the disk has about a quarter of them."""
BATCH = 500_000
THREADS = min(4, os.cpu_count() or 1)
BITS = 62  # of a number that holds a whole row
_COLUMNS = (SOURCE, TARGET, WEIGHT)
_MERGED = (*_COLUMNS, "rows")


def pairs(frame: Any, rows: int, limits: Limits | None) -> Iterator[Any]:
    """Yield the pairs of source and target with their total weight and rows, each pair once, part after part.

    Parameters
    ----------
    frame
        Lazy frame of connections.
    rows
        How many rows it has.
    limits
        Between which numbers its neurons lie; None where they have names.
    """
    pl = library("polars")
    schema = frame.collect_schema()
    few = frame.select(_COLUMNS).collect(engine="streaming").lazy() if rows <= MOST_ROWS else None
    if limits is not None:
        types = {end: schema[end] for end in (SOURCE, TARGET)}
        for merged in _of_numbers(pl, frame if few is None else few, limits, rows):
            yield merged.cast(types)
    elif few is not None:
        yield _merged(pl, few)
    else:
        parts = 1 + rows // MOST_ROWS
        for part in range(parts):
            yield _merged(pl, frame.filter(pl.col(SOURCE).hash(seed=0) % parts == part))


def unordered(frame: Any, rows: int, limits: Limits | None) -> Iterator[Any]:
    """Yield the pairs with the lesser name as source, part after part; `forth` and `back` are the weights each way.

    Parameters
    ----------
    frame
        Lazy frame of connections whose weights are above 0.
    rows, limits
        As for `pairs`.
    """
    pl = library("polars")
    kind, marks = frame.collect_schema()[SOURCE], _marks(limits)
    is_number = marks is not None
    named = frame.select(pl.col(SOURCE, TARGET).cast(pl.Int64 if is_number else pl.String), WEIGHT)
    low, high = pl.min_horizontal(SOURCE, TARGET), pl.max_horizontal(SOURCE, TARGET)
    is_back, marked = pl.col(SOURCE) > pl.col(TARGET), pl.col(TARGET)
    if is_number:  # the last digit of the greater name says which way
        high, name, way = 2 * high + is_back, marked // 2, marked % 2 == 1
    else:
        high = pl.when(is_back).then(pl.lit("<")).otherwise(pl.lit(">")) + high
        name, way = marked.str.slice(1), marked.str.starts_with("<")
    sums = [pl.col(WEIGHT).filter(chosen).sum().alias(each) for each, chosen in (("forth", ~way), ("back", way))]
    for merged in pairs(named.select(low.alias(SOURCE), high.alias(TARGET), WEIGHT), rows, marks):
        yield (
            merged.group_by(SOURCE, name.alias("name"))
            .agg(sums)
            .rename({"name": TARGET})
            .cast({SOURCE: kind, TARGET: kind})
        )


def _marks(limits: Limits | None) -> Limits | None:
    """Return the limits of pairs whose greater name has a digit more; None where names are no such numbers."""
    if limits is None:
        return None
    low, high = min(limits.low, limits.least), max(limits.high, limits.most)
    return Limits(low, high, 2 * low, 2 * high + 1, limits.heaviest) if low >= 0 and high < 2 ** (BITS - 1) else None


def kept(frame: Any, kinds: Sequence[str], rows: int, limits: Limits | None, condition: Any) -> tuple[Any, Folder]:
    """Return the pairs of each kind that meet a condition, their rows added up, and the folder where they lie."""
    pl, folder = library("polars"), Folder()
    for kind in kinds:
        of_kind = frame.filter(pl.col(KIND) == kind) if len(kinds) > 1 else frame
        for place, merged in enumerate(pairs(of_kind, rows, limits)):
            found = merged.filter(condition).select(_COLUMNS)
            labelled = found.with_columns(pl.lit(kind).alias(KIND), pl.lit(None, pl.String).alias(PLACE))
            labelled.write_parquet(folder.path / f"{kind} {place}.parquet")
    return pl.scan_parquet(folder.path / "*.parquet"), folder


def _merged(pl: Any, frame: Any) -> Any:
    merged = frame.group_by(SOURCE, TARGET).agg(pl.col(WEIGHT).sum(), pl.len().cast(pl.Int64).alias("rows"))
    return merged.collect(engine="streaming")


# --- neurons that are numbers ------------------------------------------------------------------------------------


def _of_numbers(pl: Any, frame: Any, limits: Limits, rows: int) -> Iterator[Any]:
    """Yield merged parts: all pairs of one source lie in one part, and a part is sorted in memory.

    A hash table of a hundred million pairs takes gigabytes; so are as many rows on the disk, but no memory.
    """
    parts = 1 if rows <= MOST_ROWS else 1 + 4 * rows // MOST_ROWS
    layout = Packed.within(limits, parts) or Apart(parts, is_whole=limits.heaviest is not None)
    if parts == 1:
        table = frame.collect(engine="streaming")
        yield layout.summed(pl, layout.rows(*(table[name].to_numpy() for name in _COLUMNS)))
        return
    with tempfile.TemporaryDirectory(prefix="brainparams-") as folder, ThreadPoolExecutor(THREADS) as pool:
        paths = [Path(folder, str(part)) for part in range(parts)]
        batches = frame.select(_COLUMNS).collect_batches(chunk_size=BATCH, maintain_order=False, engine="streaming")

        def divided(batch: Any) -> tuple[Any, Any]:
            return layout.divided(*(batch[name].to_numpy() for name in _COLUMNS))

        def summed(path: Path) -> Any:
            held = np.fromfile(path, dtype=np.int64)
            path.unlink()
            return layout.summed(pl, held) if len(held) else pl.DataFrame(schema=dict.fromkeys(_MERGED, pl.Int64))

        with ExitStack() as opened:
            files = [opened.enter_context(path.open("wb")) for path in paths]
            for found, ends in _ahead(pool, divided, batches):
                for file, start, end in zip(files, ends, ends[1:], strict=False):
                    file.write(found[start:end])
        yield from _ahead(pool, summed, paths)


def _ahead(pool: ThreadPoolExecutor, work: Callable[[Any], Any], things: Iterable[Any]) -> Iterator[Any]:
    """Yield the work on things in their order, a few of them done ahead, so that little is held at a time."""
    waiting: deque[Future[Any]] = deque()
    for thing in things:
        waiting.append(pool.submit(work, thing))
        if len(waiting) > THREADS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class Packed(NamedTuple):
    """Rows of which each is one number: its part, then source, target and weight. Numbers sort fastest."""

    parts: int
    low: int
    least: int
    source_bits: int
    target_bits: int
    weight_bits: int

    @classmethod
    def within(cls, limits: Limits, parts: int) -> Packed | None:
        """Return how rows within these limits are packed; None where they need more bits than a number has."""
        if limits.heaviest is None:
            return None
        widths = (
            ((limits.high - limits.low) // parts).bit_length(),
            (limits.most - limits.least).bit_length(),
            limits.heaviest.bit_length(),
        )
        is_narrow = sum(widths) + (parts - 1).bit_length() <= BITS
        return cls(parts, limits.low, limits.least, *widths) if is_narrow else None

    def rows(self, source: Any, target: Any, weight: Any) -> Any:
        """Return rows as numbers."""
        place, part = np.divmod(source.astype(np.int64) - self.low, self.parts)
        pair = (((part << self.source_bits) | place) << self.target_bits) | (target.astype(np.int64) - self.least)
        return (pair << self.weight_bits) | weight

    def divided(self, source: Any, target: Any, weight: Any) -> tuple[Any, Any]:
        """Return rows by the part of their source, and where the parts end."""
        found = self.rows(source, target, weight)
        found.sort()
        starts = np.arange(self.parts + 1) << (self.source_bits + self.target_bits + self.weight_bits)
        return found, np.searchsorted(found, starts)

    def summed(self, pl: Any, rows: Any) -> Any:
        """Return one part with the rows of each pair added up."""
        rows.sort()
        pair = rows >> self.weight_bits
        first = run_starts(pair[1:] != pair[:-1])
        weights = np.add.reduceat(rows & ((1 << self.weight_bits) - 1), first)
        counts, pair = np.diff(np.append(first, len(rows))), pair[first]
        target = (pair & ((1 << self.target_bits) - 1)) + self.least
        pair >>= self.target_bits
        part, place = pair >> self.source_bits, pair & ((1 << self.source_bits) - 1)
        return pl.DataFrame(
            dict(zip(_MERGED, (place * self.parts + part + self.low, target, weights, counts), strict=True))
        )


class Apart(NamedTuple):
    """Rows of three numbers each, where one has not bits enough; a weight that is a float keeps its bits."""

    parts: int
    is_whole: bool

    def rows(self, source: Any, target: Any, weight: Any) -> Any:
        """Return rows as three numbers each."""
        bits = weight if self.is_whole else weight.astype(np.float64).view(np.int64)
        return np.stack([source.astype(np.int64), target.astype(np.int64), bits], axis=1)

    def divided(self, source: Any, target: Any, weight: Any) -> tuple[Any, Any]:
        """Return rows by the part of their source, and where the parts end."""
        part = (source % self.parts).astype(np.uint16)  # short numbers are sorted by their digits
        order = np.argsort(part, kind="stable")
        return self.rows(source, target, weight)[order], np.searchsorted(part[order], np.arange(self.parts + 1))

    def summed(self, pl: Any, rows: Any) -> Any:
        """Return one part with the rows of each pair added up."""
        source, target, bits = np.ascontiguousarray(rows.reshape(-1, 3).T)
        order = np.lexsort((target, source))
        source, target = source[order], target[order]
        first = run_starts((source[1:] != source[:-1]) | (target[1:] != target[:-1]))[: len(source)]
        weights = np.add.reduceat((bits if self.is_whole else bits.view(np.float64))[order], first)
        counts = np.diff(np.append(first, len(source)))
        return pl.DataFrame(dict(zip(_MERGED, (source[first], target[first], weights, counts), strict=True)))


def run_starts(changes: Any) -> Any:
    """Return where runs of equal things start; `changes` says of all but the first whether they are the next one."""
    return np.flatnonzero(np.concatenate([[True], changes]))
