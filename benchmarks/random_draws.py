"""Random draws beside whole-array numpy on one thread: ratios of times and of peak memory, in one process."""

import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

import brainparams as bp
from brainparams import engines

TAILS = (0.05, 0.5, 0.95)
MU, SIGMA = np.log(1e3 * 1e4) / 2, np.log(1e4 / 1e3) / 2 / 1.6448536269514722


def unknown(belief, name):
    return bp.assumed(belief, "1", because="benchmark", name=name)


def product():
    """n is used twice: P = n s p f + n."""
    n = unknown(bp.Normal(mean=86.1e9, sd=8.1e9), "n")
    s = unknown(bp.LogNormal(MU, SIGMA), "s")
    return n * s * unknown(bp.Uniform(1.0, 2.0), "p") * unknown(bp.Beta(8.0, 2.0), "f") + n


def product_by_hand(draws):
    rng = np.random.default_rng(0)
    n, s = rng.normal(86.1e9, 8.1e9, draws), rng.lognormal(MU, SIGMA, draws)
    p, f = rng.uniform(1.0, 2.0, draws), rng.beta(8.0, 2.0, draws)
    return np.quantile(n * s * p * f + n, TAILS)


def operations(reused):
    """1,000 operations over 20 inputs: each on the result before and on an input, or on any result before."""
    rng = np.random.default_rng(0)
    symbols = "+/" if reused else "+-*/"  # of any result: one that stays positive and within floats
    return [
        (symbols[rng.integers(len(symbols))], int(rng.integers(20 + step if reused else 20))) for step in range(1000)
    ]


def chain(values, steps):
    values = list(values)
    for operation, other in steps:
        last, second = values[-1] if len(values) > 20 else values[0], values[other]
        found = {"+": last.__add__, "-": last.__sub__, "*": last.__mul__, "/": last.__truediv__}[operation](second)
        values.append(found)
    return values[-1]


def chain_freed(values, steps):
    last = values[0]
    for operation, other in steps:
        second = values[other]
        last = {"+": last.__add__, "-": last.__sub__, "*": last.__mul__, "/": last.__truediv__}[operation](second)
    return last


def inputs_by_hand(draws):
    rng = np.random.default_rng(0)
    return [rng.lognormal(0.01 * place, 0.1, draws) for place in range(20)]


def ours(node, draws, executor=None):
    found = engines.estimate(node, engine="random", draws=draws, executor=executor)
    return [found.quantile(p) for p in TAILS]


def seconds(*functions, repeat=5):
    """Return the shortest time of each, taken in turn."""
    best = [np.inf] * len(functions)
    for _ in range(repeat):
        for place, function in enumerate(functions):
            start = time.perf_counter()
            function()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def peak(function):
    tracemalloc.start()
    function()
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


def compare_product(draws):
    node = product().node
    with ThreadPoolExecutor(2) as threads:
        runs = [partial(ours, node, draws), partial(ours, node, draws, threads)]
        hand, one, two = seconds(partial(product_by_hand, draws), *runs)
        memory = [peak(run) / peak(partial(product_by_hand, draws)) for run in runs]
    print(
        f"T1, {draws:.0e} draws: by hand {hand:.3f} s; one worker {one / hand:.2f}, two threads {two / hand:.2f}; ",
        end="",
    )
    print(f"peak memory {memory[0]:.2f}, {memory[1]:.2f}")


def compare_operations(reused, by_hand, draws=10**5):
    steps = operations(reused)
    node = chain([unknown(bp.LogNormal(0.01 * place, 0.1), f"x{place}") for place in range(20)], steps).node
    hand, one = seconds(lambda: np.quantile(by_hand(inputs_by_hand(draws), steps), TAILS), partial(ours, node, draws))
    what = "on any result before" if reused else f"on an input, {by_hand.__name__}"
    print(f"T3, {what}: by hand {hand:.3f} s; one worker {one / hand:.2f}")


def main():
    for draws in (10**6, 10**7):
        compare_product(draws)
    with np.errstate(all="ignore"):
        compare_operations(False, chain)
        compare_operations(False, chain_freed)
        compare_operations(True, chain)


if __name__ == "__main__":
    main()
