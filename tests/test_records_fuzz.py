"""Texts and files from strangers: only our own errors come out, soon, also from what is done with what was let in.

A short run belongs to the suite; ``FUZZ=2000000 pytest tests/test_records_fuzz.py`` is the long one.
"""

import json
import os
import time
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.errors import BrainparamsError, FileError
from brainparams.files import strict_json
from brainparams.graph.document import document, from_document
from brainparams.records import check
from golden_records import GOLDEN

COUNT = int(os.environ.get("FUZZ", "300"))
MANY = settings(
    max_examples=COUNT, deadline=None, derandomize="FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
SOON = 0.05  # s for a text of up to 256 characters; the first call, which loads modules, apart

PIECES = st.sampled_from([
    "1", "0", "-5", "86.06", "(8.12)", "e9", "e400", "1e-320", "+/-", "±", "×/÷", " to ", "@ 95%", "%", "neuron",
    "synapse", "/", "*", "**", "^", "2", "-1", "(", ")", " per ", "billion", "µm", "mm^3", "nan", "inf", ",", ".",
    "\x00", "\x1b[31m", "\u202e", "９", "٣", "[", "]",
    "{", "}", "'", '"', "\\", "__import__('os')", "9**9**9", "lambda",
    ";", "\n", "é", "😀", "\ud800",
])  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join), st.text(max_size=64), st.lists(PIECES, max_size=12).map(" ".join)
)


def soon(call, *arguments):
    """Return what a call gives, None for one of our errors; nothing else comes out, and it comes soon."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", bp.BrainparamsWarning)
            return call(*arguments)
    except BrainparamsError as error:
        told = str(error)
        return None if len(told) < 3000 else pytest.fail(told)
    finally:
        assert time.process_time() - start < 10 * SOON  # ten times over on a busy machine


bp.given("1 neuron").median()


@MANY
@given(TEXTS)
def test_a_text_is_a_quantity_or_one_of_our_errors(text):
    found = soon(bp.given, text[:256])
    if found is not None:
        assert isinstance(found.unit, str)
        soon(lambda: from_document(document(found)))
    soon(bp.Unit, text[:256])
    soon(bp.given, "1", text[:256])
    soon(bp.evidence.find, text[:256])
    soon(bp.evidence, text[:256])


def test_a_long_text_is_refused_at_once():
    for text in ("1" * 10**6, "(" * 10**5, "neuron*" * 10**5, "9**9**9", "1 " + "m" * 10**6):
        start = time.process_time()
        with pytest.raises(BrainparamsError):
            bp.given(text)
        assert time.process_time() - start < 10 * SOON


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["format", "nodes", "citations", "kind", "uid", "value", "unit", "parents", "model_type", "hidden_size", "x"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@MANY
@given(JSON)
def test_json_of_any_kind_is_read_or_refused(content):
    soon(from_document, content)
    text = json.dumps(content)
    soon(strict_json, text, "f()")
    soon(bp.from_config, text)
    if isinstance(content, dict):
        soon(bp.from_config, content)


@MANY
@given(TEXTS)
def test_a_text_is_json_or_refused(text):
    soon(strict_json, text, "f()")


WHOLE = {name: json.dumps(document(make())) for name, make in GOLDEN.items()}


@settings(MANY, max_examples=max(60, COUNT // 4))
@given(
    st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 10**6), TEXTS, st.integers(0, 30)), max_size=3)
)
def test_a_record_that_was_cut_up_is_refused_or_does_no_harm(name, cuts):
    text = WHOLE[name]
    for place, put, length in cuts:
        start = place % len(text)
        text = text[:start] + put + text[start + length :]
    try:
        node = from_document(strict_json(text, "f()").content)
    except BrainparamsError:
        return
    quantity = bp.Quantity(node)
    for use in (repr, lambda each: each.explain("brief"), lambda each: each.bibliography(), document):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", bp.BrainparamsWarning)
                use(quantity)
        except BrainparamsError:
            pass


MARKS = st.sampled_from([
    r"\bpNumber", r"\bpnumber{x}{", "}", "[5]{bp=x}", "<!-- bp:x -->", "<!-- /bp -->", "%", "\n", "86 billion",
    r"\input{numbers}", r"\input{/etc/passwd}", "<!-- bp numbers=../../x.json -->",
])  # fmt: skip


@settings(MANY, max_examples=max(60, COUNT // 4))
@given(st.lists(MARKS | TEXTS, max_size=12).map("".join))
def test_a_paper_of_any_text_is_checked_or_refused(tmp_path, text):
    for suffix in ("tex", "md"):
        path = tmp_path / f"paper.{suffix}"
        path.write_text(text, "utf-8", "replace")
        soon(check, path)


# --- one value of a saved record at a time ---------------------------------------------------------------------------

BEYOND = "@beyond@"
WRONG = [{}, [], None, "x", True, BEYOND]


def ways_of(content, way=()):
    yield way
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inner:
        yield from ways_of(value, (*way, key))


def with_value(content, way, value):
    if not way:
        return value
    copy = content.copy()
    copy[way[0]] = with_value(content[way[0]], way[1:], value)
    return copy


def saved(tmp_path):
    array = bp.stacked({"a": bp.assumed("1 to 2 m", because="t"), "b": "5(1) m"}, axis="k")
    return json.loads(array.save(tmp_path / "r.json").read_text())


def test_any_value_of_a_saved_record_may_be_wrong(tmp_path):
    content, path = saved(tmp_path), tmp_path / "wrong.json"
    for way in ways_of(content):
        for value in WRONG:
            text = json.dumps(with_value(content, way, value)).replace(f'"{BEYOND}"', "1e400")
            path.write_text(text)
            for call in (lambda: bp.load(path, edited=True), lambda: bp.load(path)):
                try:
                    call()
                except FileError:
                    pass
                else:
                    assert value is not BEYOND, way


@pytest.mark.parametrize("way", [("results", "quantiles", 4), ("results", "quantiles", 1, "standard_error")])
def test_results_of_a_wrong_kind_are_refused_in_their_place(tmp_path, way):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(with_value(saved(tmp_path), way, {})))
    for call in (bp.load, bp.verify, lambda path: bp.diff(path, path)):
        with pytest.raises(FileError, match=r"line 1, column \d+: results\.quantiles\[\d\]"):
            call(path)
