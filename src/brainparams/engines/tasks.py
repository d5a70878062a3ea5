"""Tasks handed to an executor: few at a time, answered in order, and none lost with a worker."""

from __future__ import annotations

import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from ..errors import BrainparamsWarning, warn

__all__ = ["answers"]

FIRST_WINDOW = 16  # tasks handed over before the first answer is back
LAST_WINDOW = 256  # answers that wait for an earlier one are in memory
PATIENCE = 1.0  # seconds without a bar
LONGEST_WAIT = 120.0  # seconds; a task takes a few, and a cluster that lost one may never say so


def answers(function: Callable[[Any], Any], tasks: Sequence[Any], executor: Executor | None) -> Iterator[Any]:
    """Yield ``function(task)`` for each task, in order; a bar shows how far it is once a second has passed.

    Parameters
    ----------
    function : callable
        A function of its argument alone: what a lost worker had is computed again in this process.
    tasks : sequence
        Arguments.
    executor : concurrent.futures.Executor or None
        Where to compute; None is here.
    """
    found = map(function, tasks) if executor is None else _spread(function, tasks, executor)
    bar, start = None, time.monotonic()
    try:
        for done, answer in enumerate(found, start=1):
            if bar is not None:
                bar.update()
            elif time.monotonic() - start > PATIENCE and done < len(tasks):
                bar = _bar(done, len(tasks))
            yield answer
    finally:
        if bar is not None:
            bar.close()


def _spread(function: Callable[[Any], Any], tasks: Sequence[Any], executor: Executor) -> Iterator[Any]:
    upcoming = iter(tasks)
    waiting: deque[tuple[Future[Any] | Exception, Any]] = deque()
    window, lost = FIRST_WINDOW, None
    try:
        while True:
            while len(waiting) < window and (task := next(upcoming, None)) is not None:
                waiting.append((_submitted(executor, function, task), task))
            if not waiting:
                break
            window = _wider(window, waiting[-1][0])
            answer, fault = _answer(function, *waiting.popleft())
            lost = lost or fault
            yield answer
    finally:
        for future, _ in waiting:
            if isinstance(future, Future):
                future.cancel()
    if lost is not None:
        warn(
            f"estimate(): the executor failed ({type(lost).__name__}); what it lost was computed in this process, "
            f"with the same digits; start a new executor for the next estimate",
            BrainparamsWarning,
        )


def _submitted(executor: Executor, function: Callable[[Any], Any], task: Any) -> Future[Any] | Exception:
    try:
        return executor.submit(function, task)
    except Exception as fault:  # broken or shut down: each kind of executor has its own error for it
        return fault


def _wider(window: int, newest: Future[Any] | Exception) -> int:
    """Double the window where the newest task is done already, so that workers wait for work."""
    idle = isinstance(newest, Future) and newest.done()
    return min(2 * window, LAST_WINDOW) if idle else window


def _answer(function: Callable[[Any], Any], future: Future[Any] | Exception, task: Any) -> tuple[Any, Exception | None]:
    """Return the answer, and what went wrong on the way; a fault of the task itself is raised again here."""
    if isinstance(future, Exception):
        return function(task), future
    try:
        return future.result(LONGEST_WAIT), None
    except Exception as fault:
        return function(task), fault


def _bar(done: int, whole: int) -> Any:
    """Return a bar on a terminal or in a notebook, if tqdm is installed."""
    if not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
            from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    layout = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    return tqdm(initial=done, total=whole, desc="drawing", leave=False, file=sys.stderr, bar_format=layout)
