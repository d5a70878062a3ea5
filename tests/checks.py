"""What the tests of several rooms ask: how many examples a law takes, inputs in one line, and a process of its own."""

import os
import subprocess
import sys

from hypothesis import settings

import brainparams as bp

LAW = settings(derandomize=True, deadline=None, max_examples=100)
PROBABILITIES = [1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.025, 0.05, 0.1, 0.25]
PROBABILITIES += [0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 0.999, 1 - 1e-6, 1 - 1e-10]


def number(belief, name=None, unit="1", **options):
    """Return an assumed quantity of any belief."""
    return bp.assumed(belief, unit, because="test", name=name, **options)


def lognormal(low, high, name=None, unit="1", **options):
    """Return an assumed quantity between two 5 and 95 % quantiles."""
    return number(f"{low!r} to {high!r}", name, unit, **options)


def printed(program, *arguments, **environment):
    """Return what a program prints in a fresh process in which warnings are errors; it has to end well."""
    command = [sys.executable, "-W", "error", "-c", program, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout
