"""Ctrl-C ends whatever an engine is doing."""

import os
import signal
import subprocess
import sys
import time

import pytest

START = """
import brainparams as bp
def pure(belief, k): return bp.assumed(belief, "1", because="a test", name=f"x{k}")
"""
WORK = {
    "random": """
q = pure(bp.Beta(2, 3), 0) * pure(bp.Gamma(2, 3), 1)
print("now", flush=True)
q.estimate(engine="random", draws=10**10)
""",
    "sobol": """
xs = [pure(bp.StudentT(3, 1, 4), k) for k in range(40)]
q = sum((a * b for a, b in zip(xs, xs[1:])), xs[0])
print("now", flush=True)
while True:
    q.estimate(engine="sobol", digits=6, budget=1e6)
    q = q + 1
""",
    "convolution": """
(pure(bp.StudentT(3, 1, 4), 0) + pure(bp.Gamma(2, 3), 1)).estimate(engine="convolution")  # what it needs is imported
print("now", flush=True)
k = 0
while True:
    k += 2
    (pure(bp.StudentT(3, 1, 4 + k), k) + pure(bp.Gamma(2 + k, 3), k + 1)).estimate(engine="convolution")
""",
}


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("engine", WORK)
def test_an_interrupt_is_seen_at_once(engine):
    code = START + WORK[engine]
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout.readline().strip() == b"now"
        time.sleep(0.7)
        assert child.poll() is None, child.stderr.read()
        child.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, told = child.communicate(timeout=60)
    assert b"KeyboardInterrupt" in told
    assert time.monotonic() - start < 10.0  # a second, on a machine that does nothing else
