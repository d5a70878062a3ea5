"""Threads and processes: one first use, one answer, whoever asks first and however many ask."""

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import brainparams as bp
from checks import lognormal

ROUNDS = int(os.environ.get("ROUNDS", "8"))  # 1000 in the long job
FIRST_USE = """
import threading, brainparams as bp
start, seen, failed = threading.Barrier(16), [], []
def ask(number):
    start.wait()
    try:
        neurons = bp.evidence("human/brain/neurons")
        synapses = bp.given(f"{1000 + 0 * number} synapse/neuron")
        seen.append((neurons.median(), bp.synapse_count(neurons, synapses).median(), bp.Unit("km").text))
    except BaseException as error:
        failed.append(repr(error))
threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
[each.start() for each in threads]; [each.join() for each in threads]
assert not failed, failed
print(len(seen), len(set(seen)))
"""


def test_sixteen_threads_at_first_use():
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", FIRST_USE], capture_output=True, text=True, check=True
        )
        assert run.stdout.split() == ["16", "1"]


def answer(seed):
    neurons = bp.evidence("human/brain/neurons")
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="each", finding="mine")
    parameters = bp.synaptic_parameters(neurons, each, "1 parameter/synapse")
    drawn = (parameters / (each * each)).estimate(engine="random", seed=seed, draws=20_000)
    return parameters.median(), parameters.interval(0.9).high, drawn.median, (each - each).value


def test_eight_threads_give_the_answer_of_one():
    expected = answer(3)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(answer, [3] * 8 * ROUNDS)) == {expected}


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_other_processes_give_the_answer_of_this_one(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert set(pool.map(answer, [3] * 6)) == {answer(3)}


def test_one_quantity_is_asked_by_many_threads():
    for _ in range(ROUNDS):
        x = lognormal(1.0, 9.0, "x")
        quantity = bp.sqrt(x) / (x + lognormal(1.0, 2.0, "y"))
        start, seen = threading.Barrier(8), []

        def ask(quantity=quantity, start=start, seen=seen):
            start.wait()
            seen.append((quantity.median(), quantity.sd(), quantity.interval(0.9).low))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(seen) == 8
        assert len(set(seen)) == 1


def reads(path):
    return bp.load(path).median()


def test_processes_save_and_load_one_file(tmp_path: Path):
    path = lognormal(1.0, 4.0, "x").save(tmp_path / "x.json")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(reads, path) for _ in range(10)]
        for _ in range(10):
            lognormal(1.0, 4.0, "x").save(path)
        assert {round(each.result(), 9) for each in asked} == {2.0}
