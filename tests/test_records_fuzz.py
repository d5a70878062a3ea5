"""Texts and files from strangers: only our own errors come out, soon, also from what is done with what was let in.

The first inputs of ``tests/fuzz.py`` belong to the suite; all ten million of them are a job of their own.
"""

import json
import time
import warnings

import pytest

import brainparams as bp
import fuzz
from brainparams.errors import BrainparamsError, FileError

SOON = 0.05  # s for a text of up to 256 characters; the first call, which loads modules, apart

bp.given("1 neuron").median()


def test_a_long_text_is_refused_at_once():
    for text in ("1" * 10**6, "(" * 10**5, "neuron*" * 10**5, "9**9**9", "1 " + "m" * 10**6):
        start = time.process_time()
        with pytest.raises(BrainparamsError):
            bp.given(text)
        assert time.process_time() - start < 10 * SOON


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


# --- the long job ----------------------------------------------------------------------------------------------------


def test_the_first_inputs_of_the_long_job_do_no_harm(tmp_path):
    counts = {name: fuzz.Count() for name in fuzz.SHARES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bp.BrainparamsWarning)
        assert fuzz.run(range(2000), fuzz.Inputs(tmp_path), counts) == []
    assert all(count.read for name, count in counts.items() if name != "json")
