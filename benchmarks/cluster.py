"""Random draws of T1 on a cluster of two workers, against two threads here."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tasks import Row, by_random_draws, first_task, timed_once

BYTES = 8  # of a draw


def on_a_cluster(draws: int) -> Iterator[Row]:
    """Yield the times, and the memory of the largest process; the digits have to be the same."""
    from distributed import Client, LocalCluster

    task = first_task()
    found = []
    with ThreadPoolExecutor(2) as pool:
        here = timed_once(lambda: found.append(by_random_draws(task, draws, pool)), time.perf_counter)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        client.get_executor() as executor,
    ):
        there = timed_once(lambda: found.append(by_random_draws(task, draws, executor)), time.perf_counter)
        largest = max(largest_so_far(), *client.run(largest_so_far).values())
    assert found[0] == found[1], "the digits differ"
    yield Row(f"T1, {draws:.0e} draws, two dask workers, same digits", "two threads here", there, here, 1.3)
    yield Row(f"T1, {draws:.0e} draws, largest process", "all draws kept", largest, BYTES * draws, 0.2, "bytes")


def largest_so_far() -> int:
    """Return the most memory that this process has had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
