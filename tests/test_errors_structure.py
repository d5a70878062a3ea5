"""Bad input, continued: lists, arrays, names, graphs, correlations, draws and files; see `test_errors`.

The number in front of a case is the kind of bad input.
"""

import copy
import datetime
import functools
import json
import pickle
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import brainparams as bp
from test_errors import REFUSED, SYNAPSES, Refused, assumed, test_errors_is_refused_with_the_mend

LENGTHS = {"a": assumed("1 to 2 m", name="a"), "b": assumed("1 to 2 m", name="b"), "c": assumed("1 to 2 m", name="c")}
A, B, C = LENGTHS.values()
LAYERS = bp.assumed({"L1": "1 to 2 m", "L2": "2 to 3 m"}, because="for a test", axis="layer")


def dense(*widths):
    return bp.dense_parameters(list(widths), bias=True)


def mine(value, **others):
    return bp.measured(value, source="azevedo2009", finding="mine", **others)


def spearman(coefficients):
    return bp.correlate(coefficients, kind="spearman")


def gpt2(**changes):
    config = {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}
    return bp.from_config({"model_type": "gpt2", **config, **changes})


STRUCTURE = {
    # parts that belong together
    "35-weights-of-options": Refused(
        lambda: bp.choose({"x": "1 m", "y": "2 m"}, weights={"x": 0.5, "y": 0.48}, because="for a test"),
        bp.RangeError,
        ("choose()", "weights must sum to 1", "0.98", "0.5102"),
    ),
    "35-weights-of-a-mixture": Refused(
        lambda: bp.Mixture([bp.Normal(0, 1), bp.Normal(5, 1)], [0.5, 0.48]),
        bp.RangeError,
        ("Mixture(weights)", "sum to 1", "0.98", "Mixture.normalised"),
    ),
    "35-weights-of-values": Refused(
        lambda: bp.Discrete([1, 2], [0.5, 0.48]), bp.RangeError, ("Discrete(weights)", "0.98", "Discrete.normalised")
    ),
    "36-part-of-a-layer-in-a-configuration": Refused(
        lambda: gpt2(n_layer=12.5), bp.KindError, ("from_config()", "'n_layer'", "whole number", "12.5")
    ),
    "36-part-of-an-individual": Refused(
        lambda: bp.measured("1(1) m", source="azevedo2009", n=3.5), bp.RangeError, ("measured()", "n", ">= 2", "3.5")
    ),
    "37-too-many-layers": Refused(
        lambda: dense(*[2] * 10_001), bp.RangeError, ("dense_parameters()", "'widths'", "10,000", "10001")
    ),
    "37-too-many-layers-in-a-configuration": Refused(
        lambda: gpt2(n_layer=10**9), bp.RangeError, ("from_config()", "'n_layer'", "1,000,000,000", "10,000")
    ),
    "38-no-layer": Refused(dense, bp.RangeError, ("dense_parameters()", "'widths'", "between 2 and", "got 0")),
    "38-empty-array": Refused(
        lambda: bp.exact([], "m", axis="x"), bp.ShapeError, ("exact()", "'x'", "at least one element")
    ),
    "38-no-option": Refused(
        lambda: bp.choose({}, weights={}, because="for a test"), bp.ArgumentError, ("choose()", "at least two options")
    ),
    "38-no-observation": Refused(lambda: bp.Empirical([]), bp.RangeError, ("Empirical(data)", "at least one")),
    "38-nothing-to-compare": Refused(lambda: bp.compare([]), bp.ArgumentError, ("compare()", "empty", "at least one")),
    "38-no-pair": Refused(lambda: spearman({}), bp.CorrelationError, ("correlate()", "{(a, b): 0.7}", "{}")),
    "39-weights-of-another-length": Refused(
        lambda: bp.Discrete([1, 2, 3], [0.5, 0.5]), bp.ShapeError, ("Discrete(weights)", "3 weights", "got 2")
    ),
    "39-labels-of-another-number": Refused(
        lambda: bp.exact([1, 2, 3], "m", axis={"x": ["a", "b"]}),
        bp.ShapeError,
        ("exact()", "'x'", "3 elements", "2 labels"),
    ),
    "40-two-dimensions": Refused(
        lambda: bp.exact(np.ones((2, 2)), "m", axis="x"), bp.ShapeError, ("exact()", "(2, 2)", "'x'", "one axis per")
    ),
    "40-two-dimensions-of-observations": Refused(
        lambda: bp.Empirical([[1, 2], [3, 4]]), bp.ShapeError, ("Empirical(data)", "one row", "(2, 2)")
    ),
    "40-belief-of-an-array": Refused(
        lambda: assumed(bp.Normal([1, 2], [1, 1]), "m"), bp.ShapeError, ("assumed()", "(2,)", "axis='region'")
    ),
    # kinds
    "41-one-width": Refused(
        lambda: bp.dense_parameters(5, bias=True), bp.KindError, ("dense_parameters()", "'widths'", "[784, 300, 10]")
    ),
    "41-list-for-a-quantity": Refused(
        lambda: bp.synapse_count([86e9], SYNAPSES), bp.ShapeError, ("synapse_count()", "'neurons'", "axis='region'")
    ),
    "41-one-probability-for-several": Refused(
        lambda: A.quantiles(0.5),
        bp.KindError,
        ("quantiles()", "p is a list of probabilities", "[0.05, 0.5, 0.95]", "0.5"),
    ),
    "41-text-for-options": Refused(
        lambda: bp.choose("abc", weights=[1], because="x"), bp.KindError, ("choose()", "options", "dict", "'abc'")
    ),
    "41-no-function": Refused(lambda: bp.estimator(3), bp.KindError, ("estimator()", "'function'", "a function", "3")),
    "41-no-registry": Refused(
        lambda: bp.install_units("m"), bp.KindError, ("install_units()", "registry", "pint.UnitRegistry", "'m'")
    ),
    "42-hole-in-widths": Refused(lambda: dense(3, None, 5), bp.KindError, ("dense_parameters()", "widths[1]", "None")),
    "42-hole-in-an-array": Refused(
        lambda: bp.exact([1, None], "m", axis="x"), bp.KindError, ("exact(x='1')", "no value", "'86e9 neuron'")
    ),
    "42-hole-in-a-stack": Refused(
        lambda: bp.stacked({"p": "1 m", "q": None}, "x"), bp.KindError, ("stacked()", "'q'", "no value")
    ),
    "42-hole-in-parameters": Refused(lambda: bp.Normal([1, None], 1), bp.KindError, ("Normal(mean[1])", "None")),
    "42-hole-in-probabilities": Refused(
        lambda: A.quantiles([0.5, None]), bp.KindError, ("Quantity.quantiles()", "'p'", "[0.5, None]")
    ),
    "43-bool-as-a-level": Refused(lambda: A.interval(True), bp.KindError, ("interval()", "level", "0.90", "True")),
    "43-bool-as-an-exponent": Refused(lambda: A**True, bp.KindError, ("power", "exponent", "True")),
    "44-complex-probability": Refused(lambda: A.quantile(1j), bp.KindError, ("quantile()", "p", "0.90", "1j")),
    "46-array-of-texts": Refused(
        lambda: bp.exact(np.array(["a"]), "m", axis="x"), bp.KindError, ("exact()", "array of numbers", "<U1", "astype")
    ),
    "46-array-of-objects": Refused(
        lambda: bp.exact(np.array([object()]), "m", axis="x"), bp.KindError, ("exact(x='0')", "object", "'86e9 neuron'")
    ),
    "46-bytes": Refused(lambda: bp.exact(b"3 m"), bp.KindError, ("exact()", "b'3 m'", "bytes", "'86e9 neuron'")),
    **{
        f"47-{type(each).__name__}": Refused(
            lambda each=each: bp.exact(each, "s"), bp.KindError, ("exact()", "is a time", " s'")
        )
        for each in (
            datetime.timedelta(1),
            datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
            datetime.date(2020, 1, 1),
            datetime.time(1),
            np.timedelta64(1, "s"),
            np.datetime64("2020"),
        )
    },
    "47-array-of-times": Refused(
        lambda: bp.exact(np.array([1, 2], dtype="m8[s]"), "s", axis="x"),
        bp.KindError,
        ("exact()", "timedelta64[s]", "divide it by a unit of time"),
    ),
    "47-time-in-a-product": Refused(
        lambda: A * datetime.timedelta(1), bp.KindError, ("multiply", "is a time", "'3600 s'")
    ),
    "47-time-as-draws": Refused(
        lambda: A.to_numpy(np.timedelta64(1, "s")), bp.KindError, ("to_numpy()", "draws", "10_000")
    ),
    "48-set-of-widths": Refused(
        lambda: bp.dense_parameters({3, 2}, bias=True), bp.KindError, ("dense_parameters()", "'widths'", "{2, 3}")
    ),
    "48-set-of-quantities": Refused(lambda: bp.stacked({"1 m"}, "x"), bp.KindError, ("stacked()", "list", "{'1 m'}")),
    "48-set-of-estimates": Refused(lambda: bp.compare({"gpt-3"}), bp.KindError, ("compare()", "list", "{'gpt-3'}")),
    # arguments
    "49-method": Refused(lambda: A.interval(levl=0.9), bp.ArgumentError, ("Quantity.interval()", "'levl'", "'level'")),
    "49-inherited-method": Refused(
        lambda: LAYERS.items(axs="layer"), bp.ArgumentError, ("Quantity.items()", "'axs'", "'axis'")
    ),
    "49-belief": Refused(lambda: bp.Normal(mean=1, std=2), bp.ArgumentError, ("Normal()", "'std'", "'sd'")),
    "49-choice": Refused(
        lambda: bp.choose({"x": "1 m", "y": "2 m"}, weight=[0.5, 0.5], because="x"),
        bp.ArgumentError,
        ("choose()", "'weight'", "'weights'", "missing weights"),
    ),
    "49-shelf": Refused(
        lambda: bp.claims("petabyte", nam="x"), bp.ArgumentError, ("claims()", "'nam'", "It takes name")
    ),
    "50-choice": Refused(bp.choose, bp.ArgumentError, ("choose()", "missing options, weights, because='…'")),
    "50-interval": Refused(
        bp.Interval, bp.ArgumentError, ("Interval()", "missing low, high, level=0.9, unit='neuron'")
    ),
    "50-search": Refused(bp.search, bp.ArgumentError, ("search()", "missing text")),
    "50-range": Refused(lambda: bp.between(1), bp.ArgumentError, ("between()", "missing high")),
    "51-by-place-and-name": Refused(
        lambda: A.interval(0.9, level=0.8), bp.ArgumentError, ("Quantity.interval()", "'level'", "given twice")
    ),
    "51-replaced-twice": Refused(
        lambda: A.assuming({"a": "3 m", "A": "3 m"}), bp.ArgumentError, ("assuming()", "'a'", "twice", "once")
    ),
    "51-unit-twice": Refused(
        lambda: bp.exact("3 m", "mm"), bp.ArgumentError, ("exact()", "given twice", "m in '3 m'", "mm beside it")
    ),
    # names
    "52-label": Refused(lambda: LAYERS["L3"], bp.ShapeError, ("'L3'", "L1, L2")),
    "52-input": Refused(lambda: A.assuming({"q": "3 m"}), bp.UnknownNameError, ("assuming()", "'q'", "'a'")),
    "53-front-door": Refused(
        lambda: bp.synaptic_parameter,
        bp.errors.UnknownAttributeError,
        ("'synaptic_parameter'", "'synaptic_parameters'"),
    ),
    "53-family": Refused(
        lambda: bp.estimators.synapsis, bp.errors.UnknownAttributeError, ("bp.estimators", "'synapsis'", "'synapses'")
    ),
    "53-machine": Refused(
        lambda: bp.architectures.transfrmer,
        bp.errors.UnknownAttributeError,
        ("bp.architectures", "'transfrmer'", "'transformer'"),
    ),
    "53-annotation": Refused(
        lambda: bp.annotations.Neurns, bp.errors.UnknownAttributeError, ("bp.annotations", "'Neurns'", "'Neurons'")
    ),
    "53-error": Refused(
        lambda: bp.errors.UnitErr, bp.errors.UnknownAttributeError, ("bp.errors", "'UnitErr'", "'UnitError'")
    ),
    "53-method": Refused(lambda: A.medain, bp.errors.UnknownAttributeError, ("'medain'", "'median'")),
    "53-model": Refused(
        lambda: bp.from_config({"model_type": "gpt22"}), bp.FileError, ("from_config()", "'gpt22'", "'gpt2'")
    ),
    "53-edition": Refused(lambda: bp.evidence("human/brain/neurons@2020.1"), bp.UnknownNameError, ("2020.1", "2026.1")),
    "55-output-into-another-input": Refused(
        lambda: bp.synapse_count(bp.connection_count("5 synapse", "2 synapse/connection"), SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "[neuron]", "connection"),
    ),
    # one identity, one belief
    **{
        f"57-{name}": Refused(call, bp.CorrelationError, ("finding 'mine'", "2 m", "3 m", "one belief", "two inputs"))
        for name, call in {
            "sum": lambda: (mine("2 m") + mine("3 m")).value,
            "larger": lambda: bp.maximum(mine("2 m"), mine("3 m")).median(),
            "stack": lambda: bp.stacked([mine("2 m"), mine("3 m")], "x").median(),
            "comparison": lambda: bp.probability_greater(mine("2 m"), mine("3 m")),
            "choice": lambda: bp.choose(
                {"p": mine("2 m"), "q": mine("3 m")}, weights=[0.5, 0.5], because="for a test"
            ).median(),
        }.items()
    },
    "57-correlation": Refused(
        lambda: spearman({(mine("1 to 2 m"), mine("3 to 4 m")): 0.5}),
        bp.CorrelationError,
        ("finding 'mine'", "1.41", "3.46", "one belief"),
    ),
    # correlation
    "59-beyond-one": Refused(lambda: spearman({(A, B): 1.5}), bp.CorrelationError, ("'a' and 'b'", "[-1, 1]", "1.5")),
    "59-nan": Refused(lambda: spearman({(A, B): float("nan")}), bp.CorrelationError, ("'a' and 'b'", "[-1, 1]", "nan")),
    "59-with-itself": Refused(lambda: spearman({(A, A): 0.5}), bp.CorrelationError, ("'a'", "itself", "is 1")),
    "59-twice": Refused(
        lambda: spearman({(A, B): 0.5, (B, A): 0.4}), bp.CorrelationError, ("'b' and 'a'", "twice", "one coefficient")
    ),
    "59-text": Refused(lambda: spearman({(A, B): "x"}), bp.CorrelationError, ("'a' and 'b'", "is a number", "'x'")),
    "59-diagonal": Refused(
        lambda: bp.correlate(LAYERS, axis="layer", r=[[2, 0], [0, 1]]),
        bp.CorrelationError,
        ("r=", "ones on its diagonal"),
    ),
    "60-contradiction": Refused(
        lambda: spearman({(A, B): 0.9, (B, C): 0.9, (A, C): -0.9}),
        bp.CorrelationError,
        ("contradict", "smallest eigenvalue is -0.8", "'a'", "'b'", "'c'", "nearest valid matrix"),
    ),
    "60-asymmetry": Refused(
        lambda: bp.correlate(LAYERS, axis="layer", r=[[1, 0.9], [0.8, 1]]), bp.CorrelationError, ("symmetric", "0.8")
    ),
    "61-exact": Refused(
        lambda: spearman({(A, bp.exact("3 m")): 0.5}), bp.CorrelationError, ("'3' is exact", "standard deviation is 0")
    ),
    "61-computed": Refused(lambda: spearman({(A, A * 2): 0.5}), bp.CorrelationError, ("is computed", "one call")),
    "61-text": Refused(
        lambda: spearman({(A, "3 m"): 0.5}), bp.CorrelationError, ("takes inputs", "'3 m'", "bp.assumed")
    ),
    "62-no-kind": Refused(
        lambda: bp.correlate({(A, B): 0.5}), bp.CorrelationError, ("kind='normal-scores'", "kind='spearman'", "None")
    ),
    "62-another-kind": Refused(
        lambda: bp.correlate({(A, B): 0.5}, kind="kendall"), bp.CorrelationError, ("kind='spearman'", "'kendall'")
    ),
    # neighbours of numbers
    "20-signaling": Refused(lambda: assumed(Decimal("sNaN"), "m"), bp.RangeError, ("assumed()", "not a number")),
    "23-decimal": Refused(lambda: assumed(Decimal("1e400"), "m"), bp.RangeError, ("assumed()", "float range", "unit")),
    "23-decimal-of-any-size": Refused(
        lambda: assumed(Decimal("1e999999999"), "m"), bp.RangeError, ("assumed()", "beyond float range", "larger unit")
    ),
    "22-closer-to-zero-than-any-float": Refused(
        lambda: assumed(Decimal("1e-99999999"), "m"), bp.RangeError, ("assumed()", "closer to 0", "smaller unit")
    ),
    "23-fraction": Refused(
        lambda: assumed(Fraction(10**400, 3), "m"), bp.RangeError, ("assumed()", "beyond float range", "larger unit")
    ),
    "23-level": Refused(
        lambda: A.interval(10**400), bp.RangeError, ("interval()", "level", "float range", "400 digits")
    ),
    "23-probability": Refused(lambda: A.quantile(10**400), bp.RangeError, ("quantile()", "p", "float range")),
    "32-less-than-a-per-cent": Refused(
        lambda: assumed("1 to 10 @ 0.95% m"), bp.RangeError, ("assumed()", "0.95%", "did you mean 95%?")
    ),
    "4-unit-of-a-maker": Refused(lambda: assumed(302, "neurn"), bp.UnitError, ("assumed()", "'neurn'", "'neuron'")),
    "4-unit-to-convert-to": Refused(lambda: A.to("nm/neurn"), bp.UnitError, ("to()", "'neurn'", "'neuron'")),
    "9-revolutions": Refused(
        lambda: assumed("60 revolution/minute"), bp.UnitError, ("assumed()", "'revolution'", "2π", "write spike/s")
    ),
    "64-seed-of-a-record": Refused(lambda: A.save("x.json", seed=-1), bp.RangeError, ("save()", "seed", "mean 1?")),
}


@pytest.mark.parametrize("case", STRUCTURE.values(), ids=STRUCTURE)
def test_bad_structure_is_refused_with_the_mend(case):
    test_errors_is_refused_with_the_mend(case)


def test_every_kind_of_bad_input_has_a_case():
    others = {7, 19, 24, 26, 28, 45, 54, 56, 58, 65, 66, 67, 68}  # accepted, or about files: in this file, or beside
    assert {int(name.partition("-")[0]) for name in {**REFUSED, **STRUCTURE}} | others == set(range(1, 69))


# --- accepted ------------------------------------------------------------------------------------------------------


@bp.estimator
def doubled(neurons: bp.annotations.Neurons) -> bp.annotations.Neurons:
    """Return twice as many."""
    return neurons * bp.exact(2, "1")


def test_five_thousand_estimators_in_a_chain_are_no_matter():  # 56
    start = time.process_time()
    chain = functools.reduce(lambda quantity, _: doubled(quantity), range(1000), bp.exact("1 neuron"))
    sums = functools.reduce(lambda quantity, _: quantity + bp.exact("1 m"), range(5000), A)
    assert chain.value == 2**1000
    for same in (sums, copy.deepcopy(sums), pickle.loads(pickle.dumps(sums))):
        assert (same - sums).value == 0
    assert sums.explain("brief")
    assert time.process_time() - start < 10  # a second and a half here; linear in the length


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 m", "200 cm"), ("1 cm", "10 mm"), ("0.1 m", "10 cm"), ("0.3 um", "300 nm"), ("1 to 2 cm", "10 to 20 mm"),
        ("1.5(2) cm", "15(2) mm"), ("86e9 neuron", "86 billion neuron"), ("1000 bit", "1 kbit"), ("3 s", "0.05 minute"),
        ("20 degC", "293.15 K"), ("5 ×/÷ 2 mm", "0.5 ×/÷ 2 cm"),
    ],
)  # fmt: skip
def test_one_belief_in_two_units_is_one(one, other):  # 58
    assert (mine(one) - mine(other)).value == 0


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def put(tmp_path):
    def written(text):
        path = tmp_path / "x.json"
        path.write_text(text, "utf-8") if isinstance(text, str) else path.write_bytes(text)
        return path

    return written


FILES = {
    "65-cut": ("{", "line 1, column 2"),
    "65-trailing": ("{} x", "line 1, column 4"),
    "65-doubled": ('{"a": 1,\n"a": 2}', "line 2, column 1: the key 'a' stands twice"),
    "65-empty": ("", "line 1, column 1"),
    "65-list": ("[]", "not a saved quantity"),
    "65-nothing": ("null", "not a saved quantity"),
    "65-nan": ('{"a": NaN}', "line 1, column 7: NaN is not a number"),
    "65-huge": ('{"a": 1e400}', "beyond float range"),
    "65-letters": (b"\xff\xfe{}", "not a text in UTF-8"),
    "66-no-format": ('{"nodes": [], "citations": {}}', "'format'"),
    "66-newer": ('{"format": 9, "nodes": [], "citations": {}}', "reads 1 to 2; upgrade brainparams"),
    "66-never": ('{"format": 0, "nodes": [], "citations": {}}', "no version ever wrote that"),
    "66-text": ('{"format": "2", "nodes": [], "citations": {}}', "no version ever wrote that"),
    "67-deep": ("[" * 500 + "]" * 500, "deeper than 64 levels"),
    "67-large": ("[" + "1," * (6 * 2**20) + "1]", "larger than 10 MB"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_told_with_its_place(put, name):
    text, told = FILES[name]
    path = put(text)
    for function in (bp.load, bp.verify, lambda each: bp.diff(each, each)):
        with pytest.raises(bp.FileError) as caught:
            function(path)
        assert told in str(caught.value)
        assert "x.json" in str(caught.value)


def test_a_cycle_and_a_hundred_thousand_nodes_are_told(put, tmp_path):  # 54, 67
    content = json.loads(((A * B).named("area")).save(tmp_path / "y.json").read_text("utf-8"))
    cyclic = {**content, "nodes": [{**each, "parents": [2] * len(each["parents"])} if "parents" in each else each
                                   for each in content["nodes"]]}  # fmt: skip
    with pytest.raises(bp.FileError, match=r"its parents have to stand before it"):
        bp.load(put(json.dumps(cyclic)))
    plain = {"kind": "leaf", "uid": "x", "value": 1, "unit": "m", "group": "exact", "written": "1"}
    many = {**content, "nodes": [plain] * 100_001}
    with pytest.raises(bp.FileError, match=r"100,?000|10 MB"):
        bp.load(put(json.dumps(many, separators=(",", ":"))))


def test_an_edited_record_is_told(put, tmp_path):  # 68
    text = A.save(tmp_path / "y.json").read_text("utf-8")
    path = put(text.replace('"1 to 2"', '"1 to 3"'))
    with pytest.raises(bp.FileError, match=r"changed since it was saved: nodes\[0\] \(a\)"):
        bp.load(path)
    assert bp.verify(path).verdict == "differs"


@pytest.mark.parametrize(
    ("ask", "where"),
    [
        (lambda q: q.above("gpt-99"), "above()"),
        (lambda q: q.below("gpt3"), "below()"),
        (lambda q: bp.probability_greater(q, "gtp-3"), "probability_greater()"),
        (lambda q: bp.difference(q, "gpt-99"), "difference()"),
        (lambda q: q.solve("q", "gpt-99"), "solve()"),
        (lambda q: q.assuming(q="gpt-99"), "assuming(): q"),
        (lambda q: q.sweep(q=["gpt-99"]), "sweep(): q"),
        (lambda q: q.given_that(q, below="gpt-99"), "given_that()"),
        (lambda q: bp.choose({"a": "gpt-99", "b": q}, weights=[0.5, 0.5], because="test"), "choose(): 'a'"),
        (lambda q: bp.minimum(q, "gpt-99"), "minimum()"),
        (lambda q: q + "gpt-99", "add"),
    ],
)
def test_what_is_nearly_a_name_is_answered_with_the_nearest(ask, where):
    q = bp.assumed("1e11 to 1e12 parameter", because="test", name="q")
    with pytest.raises(bp.errors.UnknownNameError) as caught:
        ask(q)
    assert str(caught.value).startswith(f"{where}: 'g")
    assert "Did you mean 'gpt-" in str(caught.value)


def test_what_is_no_name_is_no_number_either():
    with pytest.raises(bp.errors.ParseError, match="expected a number at 'approx"):
        bp.assumed("1 to 2 m", because="test").above("approx. 5 m")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"weights": [0.7, 0.2]}, ("pool(weights=)", "0.9", "0.7778")),
        ({"weights": [-0.5, 1.5]}, ("pool(weights=)", "above 0")),
        ({"parts": ["1 m", "2 m"], "how": "mandel-paule"}, ("pool()", "'mandel-paule'", "spread", "how='mixture'")),
        ({"parts": ["1 m", "2 m"], "how": "dersimonian-laird"}, ("pool()", "'dersimonian-laird'", "spread")),
    ],
)
def test_pool_names_itself(ask, words):
    parts = [bp.assumed("1 to 2 m", because="test"), bp.assumed("2 to 3 m", because="test")]
    with pytest.raises(bp.errors.RangeError) as caught:
        bp.pool(**{"parts": parts, "how": "mixture", "because": "test"} | ask)
    assert [word for word in words if word not in str(caught.value)] == []
    assert "choose()" not in str(caught.value)
    assert "reconcile()" not in str(caught.value)


def test_what_is_below_the_range_of_floats_asks_for_a_smaller_unit():
    with pytest.warns(bp.errors.PrecisionWarning, match="use a smaller unit"):
        bp.assumed("1e-310 to 1e-309 m", because="test")
    with pytest.raises(bp.errors.RangeError, match=r"below float range.*smaller unit"):
        (bp.assumed("1e-300 to 1e-299 m", because="test") ** 2).median()
    tiny = bp.assumed("1e-160 to 1e-159 m", because="test")
    with pytest.raises(bp.errors.RangeError, match=r"below 1e-290.*smaller unit"):
        (tiny * bp.assumed(bp.Uniform(1e-145, 1e-144), "m", because="test")).median()
