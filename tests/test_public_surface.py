"""Whatever is handed to whichever argument of whatever is public: an answer or one of our own errors, and soon."""

import copy
import inspect
import pickle
import time
import types
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import brainparams as bp
from brainparams.errors import BrainparamsError, BrainparamsWarning
from brainparams.graph.annotation import example

SOON = 2.0  # s of processor time
LONGEST = 1500  # characters of a message

WRONG = {
    "None": None, "empty text": "", "abc": "abc", "minus one": -1, "nan": float("nan"), "inf": float("inf"),
    "empty list": [], "empty dict": {}, "object": object(), "10**400": 10**400, "True": True,
    "empty array": np.array([]),
    "other unit": bp.assumed("3 K", because="for a test"), "function": lambda *_: 1, "complex": 1j, "bytes": b"abc",
    "set": {1, 2}, "list of None": [None], "dict of None": {"a": None}, "huge text": "a" * 10**5, "class": int,
    "timedelta": np.timedelta64(1, "s"), "null character": "a\0b", "half a pair": "\ud800", "big list": [1] * 5000,
}  # fmt: skip


def assumed(text: str, **others: Any) -> bp.Quantity:
    return bp.assumed(text, because="for a test", **others)


class Given:
    """Good arguments of one call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args, self.kwargs = args, kwargs


@cache
def world() -> types.SimpleNamespace:
    """Return what the good arguments are made of."""
    a, b = assumed("1 to 2 m", name="a"), assumed("3 to 5 m", name="b")
    regions = bp.assumed({"cortex": "1 to 2 m", "rest": "2 to 3 m"}, because="for a test", axis="region", name="parts")
    product = (a * b * assumed("2 to 3 m", name="c")).named("volume")
    wobbly = (a + a * b / assumed("2 to 3 m", name="c")).named("wobbly")
    return types.SimpleNamespace(
        a=a, b=b, regions=regions, product=product, wobbly=wobbly,
        total=(regions * bp.exact(2, "1")).total("region"),
    )  # fmt: skip


CONFIG = {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}
S = world()
FUNCTIONS = {
    "analogies": Given("power"), "claims": Given("petabyte"), "published": Given("hinton-2014"),
    "assumed": Given("1 m", because="x"), "exact": Given("1 m"), "given": Given("1 m"),
    "measured": Given("1(1) m", source="azevedo2009", n=3),
    "between": Given(1, 2, level=0.9), "from_counts": Given(3, 10), "from_percentiles": Given({0.05: 1, 0.95: 2}),
    "choose": Given({"one": "1 m", "two": "2 m"}, weights={"one": 0.5, "two": 0.5}, because="x"),
    "compare": Given({"a": S.a, "b": S.b}, reference="a"), "concatenated": Given([S.regions], axis="region"),
    "correlate": Given({(S.a, S.b): 0.5}, kind="spearman"), "shares": Given({"x": 3, "y": 4}, axis="kind", because="x"),
    "stacked": Given(["1 m", "2 m"], "region", ["x", "y"]), "difference": Given(S.a, S.b),
    "disagreement": Given(["1(1) m", "2(1) m"]),
    "pool": Given(["1(1) m", "2(1) m"], how="mixture", because="x"), "probability_greater": Given(S.a, S.b),
    "reconcile": Given("human/neocortex"), "routes": Given("human/brain/synapses"),
    "evidence": Given("human/brain/neurons"),
    "search": Given("neurons", kind=None), "numbers": Given({"a": S.a}), "regional_total": Given({"x": S.a,
    "y": S.b}, "total"),
    "from_config": Given(CONFIG, name="x"), "dense_parameters": Given([3, 2], bias=True),
    "neuron_model_parameters": Given("5 neuron", "expressive leaky memory neuron"), "neuron_models": Given(),
    "synapse_model_parameters": Given("5 synapse", "one weight a synapse"), "synapse_models": Given(),
    "references": Given(), "latex_preamble": Given(), "install_units": Given(None), "load": Given("none.json"),
    "verify": Given("none.json"), "diff": Given("none.json", "none.json"),
    "connectome": Given("none.csv", weight="synapses"),
    "from_table": Given([{"region": "a", "value": 1}], axis="region", value="value", unit="m", because="x"),
    "crossing": Given(None, "3 m"), "maximum": Given(S.a, S.b), "minimum": Given(S.a, S.b), "estimator": Given(print),
    **{name: Given("2 1") for name in ("arctan", "cos", "exp", "log", "log10", "log1p", "sin", "sqrt")},
}  # fmt: skip
CLASSES = {
    "Beta": Given(2, 3), "Citation": Given(key="a1999", authors=("A B",), title="x", year=1999),
    "Discrete": Given([1, 2], [0.5, 0.5]),
    "Empirical": Given([1, 2, 3]), "Estimate": None, "Gamma": Given(2, 3), "Interval": Given(1, 2, 0.9, bp.Unit("m")),
    "LogNormal": Given(0, 1), "LogUniform": Given(1, 2),
    "Mixture": Given([bp.Normal(0, 1), bp.Normal(1, 1)], [0.5, 0.5]),
    "Normal": Given(0, 1), "PERT": Given(1, 2, 3), "Quantity": None, "Route": Given("3(1) neuron"),
    "ShiftedLogNormal": Given(1, 0, 1), "StudentT": Given(0, 1, 5), "Triangular": Given(1, 2, 3),
    "Truncated": Given(bp.Normal(0, 1), 0, 3), "Uniform": Given(1, 2), "Unit": Given("m", low=0, high=3),
    "Distribution": None,
}  # fmt: skip
METHODS = {
    "above": Given(1.5), "below": Given(1.5), "assuming": Given({"a": "1.5 m"}), "bibliography": Given("text"),
    "cumulative": Given(),
    "derivation": Given(), "drivers": Given(), "estimate": Given(), "explain": Given("brief"), "explore": None,
    "fitting": Given(bp.Unit("m**3")),
    "given_that": Given({"a": "1.5 m"}), "interval": Given(0.9), "items": Given(), "largest": Given(1),
    "linearity": Given(),
    "mean": Given(), "mean_over": Given("region"), "median": Given(), "named": Given("x", symbol="x"),
    "parts": Given(), "plot": None,
    "quantile": Given(0.5), "quantiles": Given([0.5]), "reindex": Given(region=["cortex"]), "report": None,
    "save": None, "sd": Given(),
    "select": Given(region="cortex"), "share": Given(S.product), "shortest_interval": Given(0.9), "smallest": Given(1),
    "sobol_indices": Given(), "solve": Given("a", "20 m^3"), "sweep": Given({"a": ["1 m", "2 m"]}), "swings": Given(),
    "to": Given("mm^3"),
    "to_csv": None, "to_latex": Given(), "to_numpy": Given(10), "to_pandas": Given(), "to_pint": Given(),
    "to_polars": Given(),
    "to_uncertainties": Given(), "to_xarray": Given(), "total": Given("region"), "uncertainty_budget": Given(),
    "value_of_information": Given(), "with_caveat": Given("x", effect="raises"),
}  # fmt: skip


def calls() -> Iterator[tuple[str, Callable[..., Any], Given]]:
    """Yield everything public that takes arguments, with good ones."""
    for name in bp.__all__:
        found = getattr(bp, name)
        if isinstance(found, type):
            good = CLASSES[name]
            if good is not None:
                yield name, found, good
        elif inspect.isroutine(found) or name in ("analogies", "claims", "published", "evidence"):
            yield name, found, FUNCTIONS.get(name) or annotated(found)
    for quantity in ("product", "regions"):
        for name, good in METHODS.items():
            if good is not None:
                yield f"{quantity}.{name}", getattr(getattr(S, quantity), name), good


def annotated(function: Callable[..., Any]) -> Given:
    """Return good arguments of an estimator, by its annotations."""
    units = {
        name: bp.Unit(next(each for each in hint.__metadata__ if isinstance(each, bp.Unit)))
        for name, hint in inspect.get_annotations(inspect.unwrap(function), eval_str=True).items()
        if hasattr(hint, "__metadata__") and name != "return"
    }
    return Given(**{name: example(unit) for name, unit in units.items()})


INSIDE = {"where"}  # said by callers of ours, for messages
SLOW = {("reconcile", "robust", "True")}  # six seconds of likelihoods, by the word of the user
CALLS = {name: (function, good) for name, function, good in calls()}


def soon(call: Callable[[], Any], told: str) -> str | None:
    """Return what is wrong with how a call ends; None where nothing is."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BrainparamsWarning)
            found = call()
            if isinstance(found, bp.Quantity | bp.Estimate):
                repr(found)
    except BrainparamsError as error:
        if not 10 < len(str(error)) < LONGEST:
            return f"{told}: a message of {len(str(error))} characters: {str(error)[:200]}"
    except Exception as error:
        return f"{told}: {type(error).__name__}: {str(error)[:200]}"
    seconds = time.process_time() - start
    return f"{told}: {seconds:.1f} s" if seconds > SOON else None


def replaced(function: Callable[..., Any], good: Given, name: str, wrong: Any) -> Callable[[], Any]:
    bound = inspect.signature(function).bind_partial(*good.args, **good.kwargs)
    kind = inspect.signature(function).parameters[name].kind
    bound.arguments[name] = {kind.VAR_POSITIONAL: (wrong,), kind.VAR_KEYWORD: {"x": wrong}}.get(kind, wrong)
    return lambda: function(*bound.args, **bound.kwargs)


@pytest.mark.parametrize("name", CALLS)
def test_whatever_an_argument_is_the_answer_or_one_of_our_errors_comes_soon(name):
    function, good = CALLS[name]
    faults = [soon(lambda: function(*good.args, **good.kwargs), f"{name}()")]
    for parameter in set(inspect.signature(function).parameters) - INSIDE:
        for label, wrong in WRONG.items():
            if (name, parameter, label) in SLOW:
                continue
            faults.append(soon(replaced(function, good, parameter, wrong), f"{name}({parameter}={label})"))
    assert [each for each in faults if each] == []


@pytest.mark.parametrize("name", CALLS)
def test_an_argument_that_there_is_not_is_told(name):
    function, good = CALLS[name]
    takes_any = any(each.kind is each.VAR_KEYWORD for each in inspect.signature(function).parameters.values())
    with pytest.raises(BrainparamsError, match=None if takes_any else "nonesuch"):
        function(*good.args, **good.kwargs, nonesuch=1)
    with pytest.raises(BrainparamsError):
        function(*range(40))


@pytest.mark.parametrize(
    "shown",
    [
        lambda: bp.evidence, lambda: bp.published, lambda: bp.claims, lambda: bp.analogies,
        lambda: bp.evidence.find("mouse cortex"), lambda: bp.evidence.rivals("human/cerebellum/neurons"),
        lambda: bp.evidence.finding("human/brain/neurons"), lambda: bp.claims("petabyte"),
        lambda: bp.published("hinton-2014"), lambda: bp.disagreement("human/neocortex/synapses"),
    ],
)  # fmt: skip
def test_what_is_looked_up_is_copied_and_sent_to_other_processes(shown):
    for other in (copy.copy(shown()), copy.deepcopy(shown()), pickle.loads(pickle.dumps(shown()))):
        assert repr(other) == repr(shown())
    if callable(shown()):
        assert pickle.loads(pickle.dumps(shown())) is copy.deepcopy(shown()) is shown()
