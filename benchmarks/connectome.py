"""A hundred million edges: ours beside the same aggregation written by hand in polars' streaming engine.

Run it as ``python benchmarks/connectome.py [edges] [csv]``. Each runs in a process of its own, for its memory.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

NEURONS = 150_000
STEP = 5_000_000


def generate(path: Path, edges: int) -> None:
    generator = np.random.default_rng(0)
    schema = pa.schema([("body_pre", pa.int64()), ("body_post", pa.int64()), ("weight", pa.int32())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, edges, STEP):
            count = min(STEP, edges - start)
            ends = generator.integers(10_000, 10_000 + NEURONS, (2, count))
            weights = generator.geometric(0.2, count).astype("int32")
            writer.write_table(pa.table({"body_pre": ends[0], "body_post": ends[1], "weight": weights}))


def ours(path: str) -> list[int]:
    import brainparams as bp

    found = bp.connectome(path, weight="contacts")
    return [found.connections.value, found.total.value, found.tally.self_pairs, found.neurons.value]


def by_hand(path: str) -> list[int]:
    scan = pl.scan_csv if path.endswith(".csv") else pl.scan_parquet
    weight = pl.col("weight").cast(pl.Int64).sum()
    pairs = scan(path).group_by("body_pre", "body_post").agg(weight).collect(engine="streaming")
    degrees = [
        pairs.lazy()
        .group_by(pl.col(end).alias("neuron"))
        .agg(pl.len(), pl.col("weight").sum())
        .collect(engine="streaming")
        for end in ("body_pre", "body_post")
    ]
    selves = (pairs["body_pre"] == pairs["body_post"]).sum()
    return [pairs.height, pairs["weight"].sum(), selves, pl.concat(degrees)["neuron"].n_unique()]


def measured(way: str, path: Path) -> dict[str, object]:
    """Run one way in a process of its own."""
    run = subprocess.run([sys.executable, __file__, way, str(path)], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def main(edges: int, suffixes: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "edges.parquet")
        generate(path, edges)
        if "csv" in suffixes:
            pl.scan_parquet(path).sink_csv(path.with_suffix(".csv"))
        for file in [path, *([path.with_suffix(".csv")] if "csv" in suffixes else [])]:
            rows = {way: measured(way, file) for way in ("ours", "by_hand")}
            assert rows["ours"]["answer"] == rows["by_hand"]["answer"], rows
            for way, row in rows.items():
                print(
                    f"{file.suffix[1:]:8}{way:8}{row['seconds']:8.1f} s {row['cpu']:8.1f} s of CPU "
                    f"{row['gigabytes']:6.2f} GB  {row['answer']}",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["by_hand"]):
        start = time.perf_counter()
        answer = {"ours": ours, "by_hand": by_hand}[sys.argv[1]](sys.argv[2])
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
        print(json.dumps({"answer": answer, "seconds": seconds, "cpu": cpu, "gigabytes": used.ru_maxrss / 1e6}))
    else:
        main(int(float(sys.argv[1])) if sys.argv[1:] else 100_000_000, sys.argv[2:])
