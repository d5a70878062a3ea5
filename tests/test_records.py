"""Records on disk: what is saved comes back, old files are read for ever, and a stranger's file cannot harm."""

import contextlib
import copy
import hashlib
import json
import math
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.distributions import Distribution
from brainparams.errors import BrainparamsError, CorrelationError, FileError, KindError
from brainparams.graph.document import document, from_document
from brainparams.graph.schema import FORMAT
from brainparams.records import record as records
from brainparams.records.record import json_schema
from checks import LAW, lognormal, number
from golden_records import GOLDEN, KINDS

DATA = Path(__file__).parent / "data" / "records"


@pytest.fixture(scope="module")
def brain():
    return GOLDEN["brain"]()


# --- what is saved comes back ------------------------------------------------------------------------------------


def everything(brain):
    total = bp.exact(10**300 + 1, "m") * bp.exact(Fraction(1, 3), "1/m") * bp.exact(0.1, "1")
    for place, belief in enumerate(KINDS):
        total = total + number(belief, f"kind {place}") ** 2
    array = bp.assumed({"a": "1 to 2 m", "b": bp.Normal(mean=3.0, sd=0.1)}, "m", because="test", axis="r", name="<r>")
    along = bp.exact({"u": 2, "v": Fraction(1, 7)}, "1", axis="s")
    lengths = ((array * along).total("s")["a"] + (array.total("r") + along["v"] * bp.exact("5 mm"))) / bp.exact("1 m")
    stacked = bp.stacked([lengths, bp.maximum(lengths, bp.sqrt(total))], "q", ["é", "ö"]).total("q")
    return stacked * brain.with_caveat("rough", effect="unknown") + bp.evidence("human/brain/neurons") * bp.exact(
        "1 parameter/neuron"
    )


def test_saved_loaded_and_saved_again_is_the_same_to_the_byte(brain, tmp_path):
    for place, quantity in enumerate([everything(brain), brain, bp.exact(10**300, "neuron"), lognormal(1.0, 2.0)]):
        first = quantity.save(tmp_path / f"{place}.json")
        loaded = bp.load(first)
        second = loaded.save(tmp_path / f"{place} again.json")
        assert first.read_bytes() == second.read_bytes()
        assert loaded == quantity
        assert loaded.unit == quantity.unit
        assert loaded.explain() == quantity.explain()
        assert loaded.bibliography() == quantity.bibliography()


def test_saved_files_are_plain_and_finite_json(brain, tmp_path):
    content = json.loads(everything(brain).save(tmp_path / "all.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert set(content) == {
        "brainparams", "format", "citations", "nodes", "evidence", "settings", "results", "digests", "sha256",
    }  # fmt: skip
    assert content["brainparams"] == bp.__version__


def whole_document():
    neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", name="neurons")
    share = bp.assumed({"a": "1 to 2", "b": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r")
    total = (
        ((neurons * share).total("r") + neurons * share["a"] ** Fraction(1, 2)).to("neuron").named("all", symbol="A")
    )
    return document((total / bp.exact(Fraction(1, 3), "1") - bp.exact(7, "neuron")).with_caveat("x", effect="raises"))


WHOLE = whole_document()


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def changed(**changes):
    return {**copy.deepcopy(WHOLE), **changes}


BAD_TEXTS = {
    "empty": "",
    "not JSON": "neurons: 86e9",
    "truncated": json.dumps(WHOLE)[:-40],
    "a number": "5",
    "a list": "[]",
    "null": "null",
    "other JSON": '{"nodes": 5}',
    "duplicate keys": '{"format": 1, "format": 1, "citations": {}, "nodes": []}',
    "duplicate keys inside": '{"format": 1, "citations": {}, "nodes": [{"kind": "leaf", "kind": "leaf"}]}',
    "NaN": json.dumps(WHOLE).replace("86060000000.0", "NaN"),
    "infinity": json.dumps(WHOLE).replace("86060000000.0", "-Infinity"),
    "beyond float": json.dumps(WHOLE).replace("86060000000.0", "1e999"),
    "too many digits": json.dumps(WHOLE).replace('"value": 7', f'"value": {"7" * 6000}'),
    "a value beyond float": json.dumps(WHOLE).replace('"value": 7', f'"value": {"7" * 400}'),
    "deep": "[" * 100_000,
    "deep value": json.dumps(WHOLE).replace('"value": 7', '"value": ' + '{"array": [' * 900 + "1" + "]}" * 900),
    "not UTF-8": b"\xff\xfe{}",
    "null bytes": b"\x00" * 100,
    "divided by zero": json.dumps(WHOLE).replace('"fraction": "1/3"', '"fraction": "1/0"'),
    "wrong format": json.dumps(changed(format=3)),
    "format in words": json.dumps(changed(format="1")),
    "no nodes": json.dumps(changed(nodes=[])),
    "nodes as text": json.dumps(changed(nodes="leaf")),
    "unknown operation": json.dumps(WHOLE).replace('"multiply"', '"__import__"'),
    "unknown kind": json.dumps(WHOLE).replace('"kind": "step"', '"kind": "code"'),
    "unknown distribution": json.dumps(WHOLE).replace('"normal"', '"cauchy"'),
    "unknown unit": json.dumps(WHOLE).replace('"unit": "neuron"', '"unit": "neurone"'),
    "unknown group": json.dumps(WHOLE).replace('"group": "exact"', '"group": "certain"'),
    "unknown effect": json.dumps(WHOLE).replace('"raises"', '"doubles"'),
    "unknown citation": json.dumps(changed(citations={})),
    "parents ahead": json.dumps(WHOLE).replace('"parents": [0', '"parents": [99'),
    "parents behind": json.dumps(WHOLE).replace('"parents": [0', '"parents": [-1'),
    "negative sd": json.dumps(WHOLE).replace("8120000000.0", "-1.0"),
    "a wrong unit for the operation": json.dumps(WHOLE).replace('"operation": "multiply", "unit": "neuron"',
                                                                '"operation": "multiply", "unit": "m"'),
    "one argument too few": json.dumps(WHOLE).replace('"parents": [3, 6]', '"parents": [3]'),
    "a truth value": json.dumps(WHOLE).replace('"value": 7', '"value": true'),
    "no value": json.dumps(WHOLE).replace('"value": 7', '"value": null'),
    "text as value": json.dumps(WHOLE).replace('"value": 7', '"value": "7"'),
    "a name that is no text": json.dumps(WHOLE).replace('"name": "neurons"', '"name": 5'),
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BAD_TEXTS.items()])
def test_what_is_no_saved_quantity_is_refused(text, tmp_path):
    assert text != json.dumps(WHOLE)
    path = written(tmp_path / "bad.json", text)
    with pytest.raises(FileError, match=r"load\(") as caught:
        bp.load(path, edited=True)
    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 600


def test_a_file_too_large_to_be_one_is_not_read(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(FileError, match="larger than 10 MB"):
        bp.load(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(FileError, match=r"load\(.*save\(\)"):
            bp.load(path)


def test_what_could_not_be_loaded_is_not_saved(tmp_path, monkeypatch):
    quantity = lognormal(1.0, 2.0, "x") * bp.exact(3, "1")
    for name, limit in (("LARGEST", 100), ("MOST_NODES", 2)):
        with monkeypatch.context() as patch:
            patch.setattr(records, name, limit)
            with pytest.raises(FileError, match=r"save\('x.json'\): 3 steps and inputs"):
                quantity.save(tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_meaning_is_not_saved(tmp_path):
    one, other = lognormal(1.0, 2.0, "x"), lognormal(1.0, 2.0, "y")
    correlated, _ = bp.correlate({(one, other): 0.5}, kind="spearman")
    for quantity in (correlated * other, correlated * one):
        with pytest.raises(CorrelationError, match=r"use what (?:one call of )?bp\.correlate returned everywhere"):
            quantity.save(tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def places(content, path=()):
    yield path
    if isinstance(content, dict):
        for key, value in content.items():
            yield from places(value, (*path, key))
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from places(value, (*path, place))


PLACES = [path for path in places(WHOLE) if path]
ODD = st.one_of(
    st.sampled_from([None, True, False, -1, 0, 1, 2, 99, 2**70, 10**400, 0.5, -1e308, 1e-320, math.nan, math.inf, "",
                     "x", "neuron", "normal", "add", "total", [], {}, [[]], [0], [0, 0, 0], {"unit": "m"},
                     {"fraction": "0/1"},
                     {"fraction": "x/y"}, {"tuple": [1]}, {"array": []}, {"array": [1, {"array": [2]}]}, {"parts": []},
                     {"distribution": "stack", "parameters": {"parts": []}},
                     {"distribution": "normal", "parameters": {"mean": 0.0, "sd": 1.0}}]),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
)  # fmt: skip


def mutated(content, kind, path, odd):
    *way, last = path
    for step in way:
        content = content[step]
    if kind == "replace":
        content[last] = odd
    elif kind == "remove":
        del content[last]
    elif kind == "double" and isinstance(content, list):
        content.insert(last, copy.deepcopy(content[last]))
    elif kind == "swap" and isinstance(content, list):
        content[last], content[0] = content[0], content[last]


@settings(LAW, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["replace", "replace", "remove", "double", "swap"]), st.sampled_from(PLACES), ODD),
        min_size=1,
        max_size=3,
    )
)
def test_a_mutated_document_is_refused_or_is_a_quantity(tmp_path, mutations):
    content = copy.deepcopy(WHOLE)
    for kind, path, odd in mutations:
        try:
            mutated(content, kind, path, odd)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation took the place away
    path = written(tmp_path / "mutated.json", json.dumps(content))
    try:
        loaded = bp.load(path, edited=True)  # it has no hash
    except FileError:
        return
    # what was let in is as good as any quantity: it is stored again, told, and evaluated, or refused on purpose
    assert bp.load(loaded.save(tmp_path / "again.json")) == loaded
    assert isinstance(loaded.bibliography(), str)
    with contextlib.suppress(BrainparamsError):
        loaded.estimate(engine="random", draws=50)
    with contextlib.suppress(BrainparamsError):
        loaded.to_uncertainties()


@settings(LAW, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(json.dumps(WHOLE)) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_refused_or_is_a_quantity(tmp_path, place, byte, cut):
    text = json.dumps(WHOLE).encode()
    damaged = text[:place] if cut else text[:place] + bytes([byte]) + text[place + 1 :]
    path = written(tmp_path / "damaged.json", damaged)
    try:
        loaded = bp.load(path, edited=True)  # it has no hash
    except FileError:
        return
    assert isinstance(loaded, bp.Quantity)
    assert not cut


@pytest.mark.parametrize("content", [None, 5, "x", [], {}, {"format": 1, "nodes": [], "citations": {}}])
def test_documents_are_checked_before_anything_is_made(content):
    with pytest.raises(FileError):
        from_document(content)


def test_every_kind_of_belief_is_stored():
    exported = [getattr(bp, name) for name in bp.__all__]
    kinds = {each for each in exported if isinstance(each, type) and issubclass(each, Distribution)} - {Distribution}
    assert {type(belief) for belief in KINDS} == kinds


# --- every format ----------------------------------------------------------------------------------------------------

FILES = sorted(DATA.rglob("*.json"))


def test_there_is_a_golden_file_of_every_kind_in_every_format():
    assert {each.parent.name for each in FILES} == {f"format-{version}" for version in range(1, FORMAT + 1)}
    assert len(FILES) == FORMAT * len(GOLDEN)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_of_any_format_is_read(file, tmp_path):
    loaded, fresh = bp.load(file), GOLDEN[file.stem]()
    assert loaded.unit == fresh.unit
    assert loaded.axes == fresh.axes
    assert repr(loaded) == repr(fresh)
    assert loaded.bibliography() == fresh.bibliography()
    again = bp.load(loaded.save(tmp_path / "again.json"))
    assert again == loaded
    assert json.loads((tmp_path / "again.json").read_text("utf-8"))["format"] == FORMAT


@pytest.mark.parametrize("name", GOLDEN)
def test_a_file_of_the_present_format_is_what_is_saved_today(name, tmp_path):
    """Inputs of a golden file keep their identity, so that it is written again node by node."""
    file = DATA / f"format-{FORMAT}" / f"{name}.json"
    then = json.loads(file.read_text("utf-8"))
    now = json.loads(bp.load(file).save(tmp_path / "now.json").read_text("utf-8"))
    assert now["nodes"] == then["nodes"]
    assert now["citations"] == then["citations"]
    assert now["results"]["unit"] == then["results"]["unit"]
    for one, other in zip(*(each["results"].get("quantiles", []) for each in (now, then)), strict=True):
        assert one["value"] == pytest.approx(other["value"], rel=1e-3)


# --- the schema ------------------------------------------------------------------------------------------------------


def test_the_published_schema_is_the_one_that_is_checked():
    """A wheel brings it along; a checkout prints it with ``python -m brainparams.records``."""
    command = [sys.executable, "-m", "brainparams.records"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json_schema() == json.loads(run.stdout)


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_saved_fits_the_published_schema(name, tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    content = json.loads(GOLDEN[name]().save(tmp_path / "x.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.validate(content)
    for change in ({"spred": 1}, {"format": True}, {"format": "2"}, {"nodes": []}):
        assert not validator.is_valid({**content, **change})
    content["nodes"][0]["spred"] = 3
    assert not validator.is_valid(content)


# --- what was changed is told ----------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    def change(edit):
        path = lognormal(1.0, 40.0, "w", "m").save(tmp_path / "w.json")
        content = json.loads(path.read_text("utf-8"))
        edit(content)
        return written(tmp_path / "edited.json", json.dumps(content, indent=1))

    return change


def test_a_record_edited_by_hand_is_told_with_what_differs(saved):
    path = saved(lambda content: content["nodes"][0]["value"]["parameters"].update(mu=6.0))
    with pytest.raises(FileError, match=r"load\('edited.json'\): changed since it was saved: nodes\[0\] \(w\)"):
        bp.load(path)
    assert bp.load(path, edited=True).median() == pytest.approx(math.exp(6.0))
    path = saved(lambda content: content["results"].update(engine="sobol", reason="x"))
    with pytest.raises(FileError, match=r"changed since it was saved: results\."):
        bp.load(path)
    path = saved(lambda content: content.update(sha256="0" * 64))
    with pytest.raises(FileError, match="changed since it was saved: the hash itself"):
        bp.load(path)
    path = saved(lambda content: content["nodes"].insert(0, content["nodes"][0]))
    with pytest.raises(FileError, match="2 nodes in place of 1"):
        bp.load(path)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda c: c["nodes"][0].update(spred=3), r"line \d+, column \d+: nodes\[0\]\.spred is no key .*'spread'"),
        (lambda c: c.update(nodez=3), r"nodez is no key here. Did you mean 'nodes'"),
        (lambda c: c.update(format=True), "format True; this version reads 1 to 2"),
        (lambda c: c.update(format=2.0), "format 2.0"),
        (lambda c: c.update(format=99), "upgrade brainparams"),
        (lambda c: c["nodes"][0].update(name=5), r"nodes\[0\]\.name 5: Input should be a valid string"),
        (lambda c: c["nodes"][0].update(value=True), r"nodes\[0\]\.value True"),
        (lambda c: c["nodes"][0].pop("uid"), r"nodes\[0\]\.uid is missing"),
        (lambda c: c["nodes"][0].update(unit="metrr"), r"line 6, column \d+: nodes\[0\]: .*metrr"),
        (lambda c: c["nodes"].append({"kind": "step", "parents": [1]}), r"nodes\[1\] .*parents have to stand before"),
        (lambda c: c["nodes"].append({"kind": "step", "parents": [9], "name": "x"}), "parents have to stand before"),
        (lambda c: c.update(nodes=[], spred=1, format=2, sha256=5), r"is no key here.*; .*|.*; .*"),
    ],
)  # fmt: skip
def test_what_no_record_holds_is_told_with_its_place(saved, edit, told):
    with pytest.raises(FileError, match=rf"load\('edited.json'\): .*{told}") as caught:
        bp.load(saved(edit))
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": 2,\n "format": 2}', "line 2, column 2: the key 'format' stands twice in one object"),
        ('{"format": 2,\n "x": [1,\n NaN]}', "line 3, column 2: NaN is not a number"),
        ('{"format": 2, "x": 1e400}', "line 1, column 20: '1e400' is beyond float range"),
        ('{"format": 2} {}', "Extra data at line 1, column 15"),
        ('{"x": ' + "7" * 5000 + "}", "an integer of 5000 digits"),
        ("[" * 65 + "]" * 65, "nested deeper than 64 levels"),
    ],
)
def test_a_text_that_only_looks_like_json_is_told_with_its_place(tmp_path, text, told):
    with pytest.raises(FileError, match=re.escape(told)):
        bp.load(written(tmp_path / "x.json", text))


def test_a_finding_under_its_identity_says_what_the_evidence_says(tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    path = neurons.save(tmp_path / "n.json")
    text = path.read_text("utf-8")
    told = r"'human/brain/neurons@.*' is 8\.606e10 neuron.* in edition .*, and the file holds 1\.8606e11 neuron"
    with pytest.raises(FileError, match="changed since it was saved"):
        bp.load(written(tmp_path / "t.json", text.replace("86060000000.0", "186060000000.0")))
    with pytest.raises(FileError, match=told):
        bp.load(written(tmp_path / "t.json", text.replace("86060000000.0", "186060000000.0")), edited=True)
    assert (bp.load(path) - neurons).value == 0
    assert json.loads(text)["evidence"]["edition"] == bp.evidence.edition
    own = bp.measured("5 neuron", source="azevedo2009", finding="mine")  # an identity of a user's own stays that
    assert bp.load(own.save(tmp_path / "own.json")) == own


# --- results ---------------------------------------------------------------------------------------------------------


def results(quantity, path, **settings):
    return json.loads(quantity.save(path, **settings).read_text("utf-8"))["results"]


def test_results_are_those_of_the_estimate_with_their_errors(brain, tmp_path):
    x = lognormal(1.0, 9.0, "x")
    quantity = bp.exp(x) / (x + lognormal(1.0, 2.0, "y"))
    for options in ({}, {"engine": "random", "seed": 7, "draws": 5000}, {"engine": "sobol", "digits": 2}):
        told = results(quantity, tmp_path / "x.json", **options)
        found = quantity.estimate(**options)
        assert (told["engine"], told["draws"], told["seed"]) == (found.engine, found.draws, found.seed)
        assert told["versions"] == found.versions
        for each in told["quantiles"]:
            assert each["value"] == found.quantile(each["p"])
            assert each["standard_error"] == found.standard_error(each["p"])
    told = results(bp.exact(10**30, "neuron"), tmp_path / "x.json")
    assert told["value"] == 10**30
    told = results(bp.exact({"a": 1, "b": 10**17 + 1}, "m", axis="r"), tmp_path / "x.json")
    assert told["value"] == [1, 10**17 + 1]
    told = results(bp.exact(Fraction(1, 3), "m"), tmp_path / "x.json")
    assert told["value"] == 1 / 3
    assert "quantiles" not in told


def test_where_nothing_can_be_computed_the_reason_is_saved(tmp_path):
    quantity = bp.log(number(bp.Normal(0.0, 1.0), "x"))
    with pytest.raises(BrainparamsError) as caught:
        quantity.estimate()
    assert results(quantity, tmp_path / "x.json") == {"refused": str(caught.value)}
    assert bp.load(tmp_path / "x.json") == quantity


# --- written whole or not at all -------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_file(tmp_path):
    resource = pytest.importorskip("resource")
    path = lognormal(1.0, 2.0, "x").save(tmp_path / "keep.json")
    before = path.read_bytes()
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(FileError, match=r"save\('keep.json'\): .*what stood there before is as it was"):
            lognormal(1.0, 3.0, "x").save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


def save_for_ever(path):
    quantity = lognormal(1.0, 3.0, "x" * 5000)
    while True:
        quantity.save(path)


def test_a_killed_process_leaves_a_whole_file(tmp_path):
    path = tmp_path / "x.json"
    lognormal(1.0, 2.0, "x").save(path)
    for wait in (0.3, 0.31, 0.33):
        process = multiprocessing.get_context("fork").Process(target=save_for_ever, args=(path,))
        process.start()
        process.join(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert isinstance(bp.load(path), bp.Quantity)


@pytest.mark.parametrize("path", [None, 5, "", "  ", {"a": 1}, b"x.json", "a\0b"])
def test_what_is_no_path_is_told(path):
    for name, ask in (("load", bp.load), ("save", lognormal(1.0, 2.0).save)):
        with pytest.raises(KindError, match=rf"{name}\(.*needs the path of a file, such as 'brain.json'"):
            ask(path)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(FileError, match=r"save\('x.json'\): there is no folder '.*missing'"):
        lognormal(1.0, 2.0).save(tmp_path / "missing" / "x.json")
    with pytest.raises(FileError, match="is a folder"):
        lognormal(1.0, 2.0).save(tmp_path)
    with pytest.raises(FileError, match=r"'\\ud800', which is no character"):
        bp.exact("1 m", name="\ud800").save(tmp_path / "u.json")
    assert [*tmp_path.iterdir()] == []


def test_a_device_or_a_pipe_stays_what_it_is(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with a name here")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        with pytest.raises(FileError, match=rf"save\('{name}'\): .*{name}' is no file; give the path of a file"):
            bp.exact("3 m").save(tmp_path / name)
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "pipe"]


def test_a_link_stays_a_link_and_a_mode_stays(tmp_path):
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    lognormal(1.0, 2.0).save(target)
    target.chmod(0o640)
    link.symlink_to(target)
    lognormal(1.0, 3.0, "other").save(link)
    assert link.is_symlink()
    assert bp.load(target).interval(0.9).high == pytest.approx(3.0)
    assert target.stat().st_mode & 0o777 == 0o640


# --- run again -------------------------------------------------------------------------------------------------------


def rewritten(path, edit):
    """Change a record as its own author would: with the hashes that fit."""
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    content["digests"] = records.digests_of(content)
    content["sha256"] = records.content_hash(content)
    return written(path.with_name("again.json"), json.dumps(content))


@pytest.fixture
def drawn(tmp_path):
    x = lognormal(1.0, 9.0, "x")
    quantity = bp.exp(bp.sin(x)) / (x + lognormal(1.0, 2.0, "y")) + x
    return quantity.save(tmp_path / "drawn.json", engine="sobol", digits=2)


def test_what_is_run_again_is_identical(brain, drawn, tmp_path):
    for path in (brain.save(tmp_path / "brain.json"), drawn, GOLDEN["array"]().save(tmp_path / "a.json")):
        found = bp.verify(path)
        assert found.verdict == "identical"
        assert found.holds
        assert found.reasons == ()
        assert found.rows
        assert json.loads(json.dumps(found.to_json()))["verdict"] == "identical"
        assert "identical" in str(found)


def test_another_number_is_told_beside_the_one_of_today(drawn):
    def shift(content, by):
        for each in content["results"]["quantiles"]:
            each["value"] += by * each["standard_error"]

    near = bp.verify(rewritten(drawn, lambda content: shift(content, 1.0)))
    assert (near.verdict, near.holds) == ("within the error bar", True)
    far = bp.verify(rewritten(drawn, lambda content: shift(content, 50.0)))
    assert (far.verdict, far.holds) == ("differs", False)
    assert {each.name for each in far.rows if each.verdict == "differs"} >= {"0.05 quantile", "0.5 quantile"}
    assert "0.5 quantile" in str(far)


def test_an_error_bar_that_was_widened_covers_nothing(drawn):
    def widened(content):
        quantile = content["results"]["quantiles"][3]
        quantile["value"] *= 1.5
        quantile["standard_error"] = abs(quantile["value"])

    found = bp.verify(rewritten(drawn, widened))
    assert not found.holds
    assert [row.name for row in found.rows if row.verdict == "differs"] == ["standard error of 0.5 quantile"]
    narrowed = rewritten(drawn, lambda content: content["results"]["quantiles"][0].update(standard_error=0.0))
    assert [row.name for row in bp.verify(narrowed).rows if row.verdict == "differs"] == [
        "standard error of 0.025 quantile"
    ]
    assert bp.verify(drawn).verdict == "identical"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda content: content["citations"]["azevedo2009"].update(year=2019), "the year of reference 'azevedo2009'"),
        (
            lambda content: content["citations"]["azevedo2009"]["authors"].pop(),
            "the authors of reference 'azevedo2009'",
        ),
        (lambda content: content["nodes"][0].update(note="nothing"), "the note of finding 'human/brain/neurons@"),
        (
            lambda content: content["nodes"][0].update(spread="sd"),
            "the kind of spread of finding 'human/brain/neurons@",
        ),
    ],
)
def test_what_the_package_says_otherwise_is_a_reason(tmp_path, edit, told):
    path = bp.evidence("human/brain/neurons").save(tmp_path / "x.json")
    assert bp.verify(path).reasons == ()
    found = bp.verify(rewritten(path, edit))
    assert any(each.startswith(told) for each in found.reasons)
    own = bp.measured("5(1) m", source="azevedo2009").save(tmp_path / "own.json")
    edits_a_note = told.startswith(("the note", "the kind"))
    assert edits_a_note or any(each.startswith(told) for each in bp.verify(rewritten(own, edit)).reasons)


def test_why_numbers_differ_is_told(drawn, tmp_path):
    def older(content):
        content["results"]["versions"]["numpy"] = "1.0.0"
        content["results"]["quantiles"][3]["value"] *= 1 + 1e-13

    found = bp.verify(rewritten(drawn, older))
    assert found.verdict == "within the error bar"
    assert any(each.startswith("numpy was 1.0.0 and is") for each in found.reasons)
    found = bp.verify(rewritten(drawn, lambda content: content["settings"].update(engine="random", draws=3000)))
    assert "the engine was sobol and is random" in found.reasons
    found = bp.verify(rewritten(drawn, lambda content: content["evidence"].update(edition="2020.1+00000000")))
    assert any("edition 2020.1+00000000" in each for each in found.reasons)
    found = bp.verify(DATA / "format-1" / "brain.json")
    assert (found.verdict, found.holds) == ("no results", False)
    assert any("kept no results" in each for each in found.reasons)


def test_an_edited_record_does_not_hold_even_where_its_numbers_do(saved, tmp_path):
    found = bp.verify(saved(lambda content: content["nodes"][0].update(because="another reason")))
    assert not found.holds
    assert found.reasons == ("edited by hand: nodes[0] (w)",)
    path = bp.evidence("human/brain/neurons").save(tmp_path / "n.json")
    found = bp.verify(written(path, path.read_text("utf-8").replace("86060000000.0", "186060000000.0")))
    assert not found.holds
    assert any("the file holds 1.8606e11 neuron" in each for each in found.reasons)


def test_a_finding_with_a_newer_number_is_told(tmp_path, monkeypatch):
    neurons = bp.evidence("human/brain/neurons")
    path = neurons.save(tmp_path / "n.json")
    newer = bp.evidence.finding("human/brain/neurons").model_copy(update={"edition": "2031.1"})
    finding = type(bp.evidence).finding
    monkeypatch.setattr(
        type(bp.evidence), "finding", lambda self, name: newer if "@" not in name else finding(self, name)
    )
    found = bp.verify(path)
    assert any(each.endswith("since edition 2031.1") for each in found.reasons)


def test_what_cannot_be_read_cannot_be_run_again(tmp_path):
    with pytest.raises(FileError, match=r"verify\('x.json'\)"):
        bp.verify(written(tmp_path / "x.json", "{}"))
    with pytest.raises(FileError, match=r"verify\('none.json'\)"):
        bp.verify(tmp_path / "none.json")


def without_hash(content):
    del content["sha256"]


@pytest.mark.parametrize(
    "edit",
    [
        without_hash,
        lambda c: c.update(sha256=None),
        lambda c: (without_hash(c), c["nodes"][0].update(written="9", spread="a guess")),
        lambda c: (without_hash(c), c.pop("digests"), c.pop("results"), c.pop("settings"), c.pop("evidence")),
        lambda c: (without_hash(c), c.update(format=1)),
    ],
)
def test_a_record_without_its_hash_is_refused_unless_it_is_asked_for(saved, edit):
    path = saved(edit)
    for ask in (bp.load, lambda path: bp.diff(path, path)):
        with pytest.raises(FileError, match=r"edited.json'\): changed since it was saved: sha256 is missing"):
            ask(path)
    found = bp.verify(path)
    assert not found.holds
    assert any("sha256 is missing" in each for each in found.reasons)
    assert bp.load(path, edited=True).unit == bp.exact("1 m").unit


def test_a_part_that_contradicts_its_digest_is_named_where_the_hash_is_missing(saved):
    path = saved(lambda c: (without_hash(c), c["nodes"][0].update(because="another reason")))
    with pytest.raises(FileError, match=r"sha256 is missing, nodes\[0\] \(w\)"):
        bp.load(path)


def test_the_digest_of_a_finding_fits_what_the_file_says_of_it(tmp_path):
    path = bp.evidence("human/brain/neurons").save(tmp_path / "n.json")
    content = json.loads(path.read_text("utf-8"))
    (name,) = content["evidence"]["findings"]
    again = rewritten(path, lambda content: content["evidence"]["findings"].update({name: "0" * 8}))
    with pytest.raises(FileError, match="has another digest in 'evidence'"):
        bp.load(again)
    assert not bp.verify(again).holds


def test_results_that_no_run_gives_are_refused_in_their_place(tmp_path):
    array = bp.stacked({"a": bp.assumed("1 to 2 m", because="t"), "b": "5(1) m"}, axis="k").save(tmp_path / "a.json")
    alone = lognormal(1.0, 2.0, "x").save(tmp_path / "x.json")
    edits = [
        (array, lambda r: r["quantiles"][2]["standard_error"].append(0.0), r"results\.quantiles\[2\]"),
        (array, lambda r: r["mean"]["standard_error"].pop(), r"results\.mean"),
        (array, lambda r: r["quantiles"][1]["value"].__setitem__(0, 10**400), r"results\.quantiles\[1\]\.value"),
        (alone, lambda r: r["quantiles"][2].update(value=10**400), r"results\.quantiles\[2\]\.value"),
        (alone, lambda r: r["quantiles"][2].update(standard_error=[0.0, 0.0]), r"results\.quantiles\[2\]"),
        (alone, lambda r: r["quantiles"][2].update(standard_error=[0.0]), r"results\.quantiles\[2\]"),
        (alone, lambda r: r["sd"].update(standard_error=-1), r"results\.sd"),
        (alone, lambda r: r["quantiles"].append({**r["quantiles"][2], "value": 9.0}), "results"),
        (alone, lambda r: r["mean"].update(value={"fraction": f"{10**400}/1"}), r"results\.mean"),
        (alone, lambda r: r["quantiles"][2].update(p=10**400), r"results\.quantiles\[2\]\.p"),
    ]
    for path, edit, told in edits:
        again = rewritten(path, lambda content, edit=edit: edit(content["results"]))
        for ask in (bp.load, bp.verify, lambda path: bp.diff(path, path)):
            with pytest.raises(FileError, match=rf"again.json'\): line 1, column \d+: {told}"):
                ask(again)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_step_that_lost_a_parent_is_refused_or_can_be_told(name, tmp_path):
    path = GOLDEN[name]().save(tmp_path / "x.json")
    content = json.loads(path.read_text("utf-8"))
    for place, node in enumerate(content["nodes"]):
        for parent in range(len(node.get("parents", ()))):
            less = copy.deepcopy(content)
            del less["nodes"][place]["parents"][parent]
            try:
                loaded = bp.load(written(tmp_path / "less.json", json.dumps(less)), edited=True)
            except FileError:
                continue
            loaded.explain()
            with contextlib.suppress(BrainparamsError):
                loaded.estimate(engine="random", draws=50)


def test_a_choice_picks_what_is_there(tmp_path):
    chosen = bp.choose({"a": "1 m", "b": "2 m", "c": "5 m"}, weights={"a": 0.5, "b": 0.3, "c": 0.2}, because="t")
    content = json.loads(chosen.save(tmp_path / "c.json").read_text("utf-8"))
    (choice,) = [each for each in content["nodes"] if each.get("operation") == "choose"]
    for parent in range(4):
        less = copy.deepcopy(content)
        (lost,) = [each for each in less["nodes"] if each.get("operation") == "choose"]
        del lost["parents"][parent]
        with pytest.raises(FileError, match=rf"line \d+, column \d+: nodes\[{content['nodes'].index(choice)}\]"):
            bp.load(written(tmp_path / "less.json", json.dumps(less)), edited=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None), ({"value": 0}, None), ({"value": 2}, None),
        ({"value": 3}, "choose of 3 options, and another one is picked"),
        ({"value": -1}, "choose of 3 options, and another one is picked"),
        ({"value": 0.5}, "choose of 3 options, and another one is picked"),
        ({"value": {"distribution": "discrete", "parameters": {"values": [0, 3], "weights": [0.5, 0.5]}}}, "another"),
        ({"value": {"distribution": "normal", "parameters": {"mean": 1.0, "sd": 0.1}}}, "or by a discrete belief"),
        ({"unit": "neuron"}, "by a number without a unit"),
    ],
)  # fmt: skip
def test_what_selects_is_the_place_of_an_option(change, told):
    chosen = bp.choose({"a": "1 m", "b": "2 m", "c": "5 m"}, weights={"a": 0.5, "b": 0.3, "c": 0.2}, because="t")
    content = document(chosen)
    next(each for each in content["nodes"] if each.get("spread") == "weights of a choice").update(change)
    if told is None:
        assert document(from_document(content)) == content
    else:
        with pytest.raises(FileError, match=told):
            from_document(content)


# --- two records side by side ----------------------------------------------------------------------------------------


def brains(neurons="86e9 neuron", each="1e3 to 1e4 synapse/neuron", source="azevedo2009", step="synapses", caveat="x"):
    neurons = bp.measured(neurons, source=source, name="neurons")
    each = bp.assumed(each, because="test", name="per neuron")
    return (neurons * each).named(step).with_caveat(caveat, effect="lowers")


@pytest.fixture
def differing(tmp_path):
    def ask(one, other):
        return bp.diff(one.save(tmp_path / "one.json"), other.save(tmp_path / "other.json"))

    return ask


def test_the_same_record_does_not_differ(differing):
    same = brains()
    found = differing(same, same)
    assert found.same
    assert found.rows == ()
    assert "nothing differs" in str(found)
    assert differing(brains(), brains()).same  # inputs are matched by name, whatever their identity


def test_inputs_are_told_factor_by_factor(differing):
    found = differing(brains(), brains(neurons="172e9 neuron", each="1e4 to 1e5 synapse/neuron"))
    rows = {each.name: each for each in found.rows}
    assert set(rows) == {"neurons", "per neuron"}
    assert rows["neurons"].factor == pytest.approx(2, rel=1e-6)
    assert rows["per neuron"].factor == pytest.approx(10, rel=1e-6)
    assert rows["neurons"].before.startswith("8.6e10 neuron")
    assert found.to_json()["factor"] == pytest.approx(20, rel=1e-6)
    assert "goes up by a factor 20" in str(found)


def test_sources_steps_and_caveats_are_told(differing):
    found = differing(brains(), brains(source="herculanohouzel2005"))
    assert [(each.kind, each.name) for each in found.rows] == [("input", "neurons, sources")]
    found = differing(brains(), brains(step="all synapses"))
    assert {(each.kind, each.name) for each in found.rows} == {("step", "synapses"), ("step", "all synapses")}
    assert found.rows[0].before.replace("·", "×") == "neurons × per neuron"
    found = differing(brains(), brains(caveat="y"))
    assert [(each.kind, each.name, each.after) for each in found.rows] == [
        ("caveat", "x", ""),
        ("caveat", "y", "lowers"),
    ]


def test_beliefs_that_are_written_alike_are_told(differing, tmp_path):
    path = lognormal(1.0, 2.0, "x").save(tmp_path / "x.json")
    again = rewritten(path, lambda content: content["nodes"][0]["value"]["parameters"].update(mu=9.5))
    mu = json.loads(path.read_text("utf-8"))["nodes"][0]["value"]["parameters"]["mu"]
    (row,) = bp.diff(path, again).rows
    assert (row.kind, row.name) == ("input", "x")
    assert row.before != row.after
    assert row.factor == pytest.approx(math.exp(9.5 - mu), rel=1e-6)
    one, other = (
        bp.assumed({"a": "1 m", "b": b, "c": "1 to 3 m"}, axis="k", because="t", name="y") for b in ("2 m", "4 m")
    )
    (row,) = [each for each in differing(one, other).rows if each.name == "y"]
    assert (row.before, row.after) != (row.after, row.before)


def test_what_neither_record_says_is_no_row(differing):
    found = differing(bp.assumed("1 to 2 m", because="t", name="x"), bp.exact("3 neuron", name="y"))
    assert found.rows
    assert all(each.before or each.after for each in found.rows)


def test_another_formula_is_told(differing):
    one, other = brains(), brains()
    doubled = (other + other).named("twice")
    found = differing(one.named("twice"), doubled)
    assert ("step", "twice", "neurons × per neuron", "synapses + synapses") in [
        (each.kind, each.name, each.before, each.after) for each in found.rows
    ]
    assert differing(bp.exact("3 m"), bp.exact("3 neuron")).effect is None
    assert differing(GOLDEN["array"](), GOLDEN["array"]()).effect is None
    json.dumps(differing(bp.exact("3 m"), bp.exact("3 neuron")).to_json())


def cited(doi):
    return bp.Citation(key="doe2000", authors=("Doe J",), title="Counts", year=2000, doi=doi)


def test_a_correlation_is_told(differing):
    one, other = lognormal(1.0, 2.0, "x"), lognormal(1.0, 2.0, "y")

    def product(r):
        x, y = bp.correlate({(one, other): r}, kind="spearman")
        return x * y

    found = differing(product(0.8), product(0.2))
    assert [(each.name, each.before, each.after) for each in found.rows] == [
        (f"{name}, correlation", "x with y: 0.8 (Spearman)", "x with y: 0.2 (Spearman)") for name in ("x", "y")
    ]
    assert [each.after for each in differing(product(0.8), one * other).rows] == ["", ""]


def test_what_nothing_else_tells_is_told_by_the_results(differing):
    def along(one, other):
        array = bp.assumed({"a": "1 to 2 m", "b": "1 to 2 m", "c": "1 to 3 m"}, axis="k", because="t", name="x")
        r = [[1.0, one, other], [one, 1.0, 0.0], [other, 0.0, 1.0]]
        return bp.correlate(array, axis="k", r=r).total("k")

    found = differing(along(0.9, 0.0), along(0.0, 0.9))
    assert {each.kind for each in found.rows} == {"result"}
    assert "0.05 quantile" in [each.name for each in found.rows]


def test_labels_symbols_reasons_and_references_are_told(differing):
    arrays = (bp.exact({"a": 1, label: 2}, "m", axis="k", name="x") for label in "bc")
    (row,) = differing(*arrays).rows
    assert (row.before, row.after) == ("m, along k (a, b)", "m, along k (a, c)")
    for one, other, name in [
        (bp.exact("3 m", name="x", symbol="X"), bp.exact("3 m", name="x", symbol="Y"), "x, symbol"),
        (brains().named("n", because="one"), brains().named("n", because="two"), "n, reason"),
        (brains().named("n", source="azevedo2009"), brains().named("n", source="bartol2015"), "n, sources"),
        (brains(source=cited("10.1000/1")), brains(source=cited("10.1000/2")), "neurons, sources"),
    ]:
        assert [each.name for each in differing(one, other).rows] == [name]
    wider = differing(brains(), brains(each="1e3 to 1e4 @ 80% synapse/neuron"))
    assert "the median stays" in str(wider)


def test_settings_are_told(tmp_path):
    x = lognormal(1.0, 2.0, "x")
    found = bp.diff(x.save(tmp_path / "a.json"), x.save(tmp_path / "b.json", seed=7))
    assert [(each.kind, each.after) for each in found.rows] == [("settings", "engine auto, seed 7, digits 3")]


@pytest.mark.parametrize(
    "settings", [{"engine": "nonsense"}, {"engine": None}, {"draws": "a"}, {"seed": 1.5}, {"digits": "3"}], ids=str
)
def test_settings_that_no_engine_takes_are_told_as_everywhere(settings, tmp_path):
    x = bp.assumed("1 to 2 m", because="test")
    with pytest.raises(bp.errors.BrainparamsError, match=r"^save\(\)"):
        x.save(tmp_path / "x.json", **settings)
    assert not (tmp_path / "x.json").exists()


# --- files that were read ------------------------------------------------------------------------------------------


@pytest.fixture
def with_files(tmp_path):
    pytest.importorskip("polars")
    (tmp_path / "lengths.csv").write_text("region,value\na,1\nb,2\n", "utf-8")
    (tmp_path / "ring.csv").write_text("pre,post,n\na,b,2\nb,c,1\nc,a,4\n", "utf-8")
    lengths = bp.from_table(tmp_path / "lengths.csv", axis="region", value="value", unit="m", because="for a test")
    ring = bp.connectome(tmp_path / "ring.csv", weight="synapses")
    return (lengths.total("region") * ring.synapses).named("y").save(tmp_path / "y.json")


def test_a_record_names_the_files_it_was_read_from(with_files):
    files = {each["file"]["name"]: each["file"] for each in json.loads(with_files.read_text("utf-8"))["nodes"]
             if "file" in each}  # fmt: skip
    assert set(files) == {"lengths.csv", "ring.csv"}
    data = (with_files.parent / "ring.csv").read_bytes()
    assert files["ring.csv"] == {"name": "ring.csv", "size": 29, "sha256": hashlib.sha256(data).hexdigest()}
    again = bp.load(with_files).save(with_files.with_name("again.json"))
    assert again.read_bytes() == with_files.read_bytes()
    assert bp.verify(with_files).reasons == ()


def test_another_file_and_none_are_told(with_files):
    (with_files.parent / "lengths.csv").write_text("region,value\na,1\nb,3\n", "utf-8")
    (with_files.parent / "ring.csv").unlink()
    assert bp.verify(with_files).reasons == (
        "the file 'lengths.csv' beside the record is not the one from which it was read",
        "the file 'ring.csv', from which it was read, is not beside the record",
    )


def test_a_difference_names_the_file(with_files):
    path = with_files.parent / "lengths.csv"
    path.write_text("region,value\na,1\nb,3\n", "utf-8")
    lengths = bp.from_table(path, axis="region", value="value", unit="m", because="for a test")
    ring = bp.connectome(with_files.parent / "ring.csv", weight="synapses")
    other = (lengths.total("region") * ring.synapses).named("y").save(with_files.with_name("other.json"))
    found = bp.diff(with_files, other)
    assert "lengths.csv, sha256" in str(found).replace("\n", " ")
    assert found.to_json()["factor"] == pytest.approx(4 / 3)


def test_a_name_that_no_file_can_have_is_told(tmp_path):
    x, long = bp.exact("3 m"), "a" * 300
    array = bp.stacked({"a": "1 m", "b": "2 m"}, axis="k")
    for write in (
        lambda: x.save(tmp_path / long),
        lambda: x.report(tmp_path / f"{long}.html"),
        lambda: bp.numbers({"x": x}).write(tmp_path / f"{long}.tex"),
        lambda: array.to_csv(path=tmp_path / long),
        lambda: array.to_csv(path="\x00"),
        lambda: x.save(tmp_path / ("b" * 300) / "x.json"),
        lambda: bp.check("a" * 5000),
    ):
        with pytest.raises(BrainparamsError):
            write()
    assert (x.save(tmp_path / ("c" * 250))).exists()


def test_an_empty_text_says_as_little_as_none(brain):
    plain = document(brain)
    fields = {"step": ("name", "symbol", "because"), "leaf": ("name", "symbol", "because", "note", "locator")}
    empty = copy.deepcopy(plain)
    for node in empty["nodes"]:
        node.update({field: "" for field in fields.get(node["kind"], ()) if field not in node})
    assert empty != plain
    assert from_document(empty).key == from_document(plain).key
    assert document(from_document(empty)) == plain


@pytest.mark.parametrize("axes", [{"row": ["x", "y"]}, {"area": ["a", "b"]}])
def test_one_stack_under_two_sets_of_labels_comes_back(axes, tmp_path):
    """What is stacked is the same, and so is what is computed; each keeps its own labels."""
    u, v = lognormal(1.0, 4.0, "u"), lognormal(2.0, 9.0, "v")
    (axis, labels) = next(iter(axes.items()))
    one = bp.stacked({"a": u, "b": v}, axis="row")
    other = bp.stacked(dict(zip(labels, (u, v), strict=True)), axis=axis) * bp.exact(2, "1", because="twice")
    for quantity in (one.total("row") + other.total(axis), one.total("row") * other):
        again = bp.load(quantity.save(tmp_path / "two.json"))
        for same in (again, pickle.loads(pickle.dumps(quantity)), copy.deepcopy(quantity)):
            assert (same.node.key, same.axes) == (quantity.node.key, quantity.axes)
        assert document(again) == document(quantity)
