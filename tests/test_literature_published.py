"""Published estimates: every one rebuilt, held against the printed digits, and explained where it differs."""

import html.parser
import json
import math
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.graph import Leaf, walk
from brainparams.literature import rebuilding
from brainparams.literature.estimates import PrintedNumber, agrees_to_the_digit
from brainparams.literature.formulas import FORMULAS
from checks import printed

HOUSE = Path(bp.__file__).parent
RAW = tomllib.loads((HOUSE / "literature" / "estimates.toml").read_text(encoding="utf-8"))
BY_ESTIMATE = pytest.mark.parametrize("name", RAW)
FIELDS = {
    "year", "author", "printed", "formula", "inputs", "evidence", "memory", "sources", "locator", "status", "checked",
    "note", "differs",
}  # fmt: skip
STATUS = {"seen", "secondary", "memory", "derived"}

# What the records say of themselves, worked out by hand: the inputs multiplied, in the unit that was printed.
BY_HAND = {
    "hinton-2014": 1e14, "hinton-2014-constraints": 1e14 / 1e9, "drachman-2005": 2e10 * 7000,
    "folklore-7000-synapses": 86e9 * 7000, "folklore-150-trillion": 86e9 * 1744, "logos-con-carne-2015": 1e11 * 7000,
    "persson-2021-weights": 85e9 * 7000, "persson-2021-storage": 85e9 * 7000 * 4 / 1e12,
    "persson-2021-operations": 85e9 * 7000, "bednar-2008": 7000, "izikeros-2023-connections": 86e9 * 1e4,
    "izikeros-2023-bias-per-connection": 2 * 86e9 * 1e4, "izikeros-2023-bias-per-neuron": 86e9 * 1e4 + 86e9,
    "izikeros-2023-thousand-layers": 999 * 1000 * 1000, "cotra-2020-parameters": 1e16 / 31.6,
    "whitten-2021-thousand-units": 86e9 * 1000, "temporal-convolution-brain": 86e9 * 9_234_582,
    "expressive-leaky-memory-brain": 86e9 * 8002, "moravec-1998-memory": 1e14, "kurzweil-2005-memory": 1e11 * 1e3 * 1e4,
    "bartol-2015-petabyte": 1.5e14 * 4.7 / 8, "pooletergeist-2023": 125e12 * 4.7 / 8 / 1e12,
    "landauer-1986": 2.0 / 1e-9 * (1 - math.exp(-1.2)), "wozniak-2010": 300 * 10 * 80 * 1000,
    "sandberg-bostrom-2008-memory-level-2": 1e7 * 3, "sandberg-bostrom-2008-memory-level-3": 1e13 * 5,
    "sandberg-bostrom-2008-memory-level-4": 1e15 * 8, "sandberg-bostrom-2008-memory-level-5": 1e15 * 10,
    "sandberg-bostrom-2008-memory-level-6": 1e16 * 1e2, "sandberg-bostrom-2008-memory-level-7": 1e16 * 1e3,
    "sandberg-bostrom-2008-memory-level-8": 1e16 * 1e3 * 10, "sandberg-bostrom-2008-memory-level-9": 1e16 * 1e3 * 100,
    "sandberg-bostrom-2008-memory-level-10": 1e25 * 31, "moravec-1988": 1e9 * 1e4, "moravec-1998": 1e6 * 100 * 10 * 1e5,
    "kurzweil-1999": 1e11 * 1e3 * 200, "sl4-2001": 1e11 * 1e4 * 100, "adams-2013": 1e9 * 1e3 * 100 * 10,
    "jacobfv-2021": 2e14 * 10, "cotra-2020-lifetime-raw": 1e15 * 32 * 365.25 * 86400,
    "wang-2003": sum(math.log10((1e11 - i) / (i + 1)) for i in range(1000)),
}  # fmt: skip
RANGES_BY_HAND = {
    "btscc-2026": (86e9 * 1e3, 86e9 * 1e4), "btscc-2026-gap": (50, 100),
    "h01-2024": (1e11 * 1.5e8 / 5.7e4, 1e11 * 1.5e8 / 5.7e4 * 100),
    "zanichelli-2025-storage": (1.7e14 * 8 + 8.6e10 * 4, 1.7e14 * 16 + 8.6e10 * 80),
    "ai-impacts-2015-teps": (1.8e14 * 0.1, 3.2e14 * 2), "carlsmith-2020-mechanistic": (1e14 * 0.1, 1e15 * 100),
    "carlsmith-2020-functional": (1e12, 1e20), "zanichelli-2025-events": (1.7e15 * 20, 1.7e15 * 51),
    "zanichelli-2025-steps": (1.7e14 * 5e4 + 8.6e10 * 4e4, 1.7e14 * 8e4 + 8.6e10 * 3.45e6),
}  # fmt: skip
WITHOUT_INPUTS = {
    "reber-2010", "hofman-2014", "kurzweil-2005", "carlsmith-2020", "byrnes-2023",
    *(f"sandberg-bostrom-2008-operations-level-{level}" for level in range(3, 11)),
}  # fmt: skip


# --- every record ------------------------------------------------------------------------------------------------


def test_the_list_has_not_shrunk():
    assert len(RAW) == 74
    assert set(bp.published.ids()) == set(RAW)
    assert len({(row.get("author"), str(row.get("printed")), row["note"]) for row in RAW.values()}) > 60


@BY_ESTIMATE
def test_a_record_is_complete(name):
    record = RAW[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert set(record) <= FIELDS
    assert record["status"] in STATUS
    for field in ("author", "locator", "checked", "note"):
        assert record[field] == " ".join(record[field].split()) != ""
    assert record["note"].endswith(".")
    assert ("formula" in record) or not (record.keys() & {"inputs", "evidence"})
    assert set(record.get("memory", ())) <= {"printed", "formula", *record.get("inputs", {})}
    assert record["status"] != "memory" or "printed" in record["memory"]


@BY_ESTIMATE
def test_no_mismatch_is_silent(name):
    estimate = bp.published(name)
    assert (estimate.agrees is False) == bool(estimate.differs)
    assert (estimate.agreement == "differs") == bool(estimate.differs)
    assert estimate.differs == "" or len(estimate.differs) > 30
    assert (estimate.quantity is None) == (name in WITHOUT_INPUTS)
    assert (estimate.agreement == "no inputs given") == (name in WITHOUT_INPUTS)
    if estimate.agrees:
        for each in estimate.numbers:
            digits = len(each.printed.partition("e")[0].replace(".", "").lstrip("0"))
            assert each.ours == pytest.approx(float(each.printed), rel=0.51 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(("name", "right"), BY_HAND.items())
def test_the_product_of_the_inputs(name, right):
    estimate = bp.published(name)
    unit = estimate.printed.unit if estimate.printed is not None else estimate.quantity.unit
    assert estimate.quantity.to(unit).median() == pytest.approx(right, rel=1e-6)


@pytest.mark.parametrize(("name", "right"), RANGES_BY_HAND.items())
def test_both_ends_of_a_range(name, right):
    estimate = bp.published(name)
    assert [each.ours for each in estimate.numbers] == pytest.approx(right, rel=1e-9)
    assert [estimate.quantity[end].to(estimate.printed.unit).value for end in ("low", "high")] == pytest.approx(right)


def test_every_estimate_is_held_against_something():
    held = {*BY_HAND, *RANGES_BY_HAND, *WITHOUT_INPUTS}
    rest = {name for name in RAW if name not in held}
    assert rest == {
        *(
            f"rethink-priorities-2022-{each}"
            for each in ("parameters", "brain", "lifetime", "training", "training-as-run")
        ),
        *(f"cotra-2020-{each}" for each in ("lifetime", "evolution", "genome")),
        *(f"cotra-2020-{each}-horizon" for each in ("short", "medium", "long")),
    }


@BY_ESTIMATE
def test_ours_explains_itself_with_its_source(name):
    estimate = bp.published(name)
    if estimate.quantity is None or estimate.agreement.startswith("no"):
        return
    keys = {each.key for each in estimate.quantity.citations()}
    assert keys & set(RAW[name]["sources"]) or name in {"izikeros-2023-thousand-layers", "bartol-2015-petabyte"}
    assert {each.key for each in estimate.sources} == set(RAW[name]["sources"])


def test_every_formula_is_in_use():
    claims = tomllib.loads((HOUSE / "literature" / "claims.toml").read_text(encoding="utf-8"))
    assert {row["formula"] for row in (*RAW.values(), *claims.values()) if "formula" in row} == set(FORMULAS)


def test_what_is_from_memory_says_so():
    marked = {name for name, row in RAW.items() if row.get("memory")}
    assert {"moravec-1988", "kurzweil-2005-memory", "carlsmith-2020-mechanistic", "cotra-2020-parameters"} <= marked
    for name in marked:
        estimate = bp.published(name)
        assert "from memory" in str(estimate)
        inputs = set(estimate.from_memory) - {"printed", "formula"}
        if inputs:
            assert "from memory" in estimate.quantity.explain()
    assert "from memory" not in str(bp.published("moravec-1998"))


# --- the printed digits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "printed", "agrees"),
    [
        (8.67e16, "8.67e16", True), (8.674e16, "8.67e16", True), (8.676e16, "8.67e16", False),
        (8.6e13, "1e14", False), (9.6e13, "1e14", True), (999_000_000, "1000000000", False),
        (999_000_000, "1e9", True), (73.4375, "74", False), (73.6, "74", True), (24.04, "24.0", True),
        (24.06, "24.0", False), (860_086_000_000_000, "860086000000000", True), (8432.395, "8432", True),
    ],
)  # fmt: skip
def test_agreement_is_to_as_many_digits_as_were_printed(ours, printed, agrees):
    assert agrees_to_the_digit(ours, printed) is agrees
    assert PrintedNumber("", printed, ours).agrees is agrees


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 999), st.integers(-3, 40))
def test_a_number_agrees_with_itself_and_not_with_one_a_digit_off(mantissa, exponent):
    printed = f"{mantissa}e{exponent}"
    assert agrees_to_the_digit(float(printed), printed)
    assert not agrees_to_the_digit(float(f"{mantissa + 1}e{exponent}"), printed) or mantissa in (9, 99, 999)
    assert not agrees_to_the_digit(2.0 * float(printed), printed)


def test_the_ratio_is_the_worst_of_several():
    assert bp.published("bartol-2015-petabyte").ratio == pytest.approx(0.088125)
    assert bp.published("btscc-2026").ratio == pytest.approx(8.6 / 5)
    assert bp.published("jacobfv-2021").ratio == pytest.approx(20)
    assert bp.published("reber-2010").ratio is None
    assert bp.published("rethink-priorities-2022-training").ratio == pytest.approx(10**1.37, rel=0.1)


# --- distributions -----------------------------------------------------------------------------------------------


def quantiles(name, ps):
    quantity = bp.published(name).quantity
    return [quantity.quantile(p) for p in ps]


def test_the_notebook_by_quantiles():
    # rethinkpriorities/future-assessment-model: printed from draws, to one decimal
    assert quantiles("rethink-priorities-2022-brain", (0.05, 0.5, 0.95)) == pytest.approx([12.3, 15.7, 24.0], abs=0.05)
    lifetime = quantiles("rethink-priorities-2022-lifetime", (0.05, 0.5, 0.95))
    assert lifetime == pytest.approx([21.3, 24.6, 33.0], abs=0.05)
    parameters = quantiles("rethink-priorities-2022-parameters", (0.05, 0.5, 0.95))
    assert [math.log10(each) for each in parameters] == pytest.approx([10.5, 14.15, 19.0], abs=0.06)


@pytest.mark.parametrize(
    ("name", "right"),
    [("training", [20.7, 23.1, 30.0, 39.1, 43.85]), ("training-as-run", [19.9, 22.7, 30.2, 38.8, 42.8])],
)
def test_an_input_used_twice_is_one_unknown(name, right):
    numbers = bp.published(f"rethink-priorities-2022-{name}").numbers
    assert [each.label for each in numbers] == ["1", "5", "50", "95", "99"]
    assert [each.ours for each in numbers] == pytest.approx(right, abs=0.06)


def test_the_anchors_lie_within_a_decade_of_what_was_printed():
    for name in ("lifetime", "evolution", "genome", "short-horizon", "medium-horizon", "long-horizon"):
        assert abs(math.log10(bp.published(f"cotra-2020-{name}").ratio)) < 0.9, name


# --- what the notes say ------------------------------------------------------------------------------------------


def test_the_numbers_of_the_notes():
    kurzweil = bp.published("kurzweil-1999").quantity
    assert kurzweil.assuming(firing_rate="2 spike/neuron/s").value == 2e14
    brain = bp.evidence("human/brain/synapses").median()
    assert 2.8 < 602e12 / brain < 3.5
    assert 4.0 < 1e4 / bp.evidence("human/brain/synapses-per-neuron").median() < 5.5
    assert 2.5e15 * 8 / 1e12 == 20_000  # Reber, bits for each of 1e12 connections
    assert pytest.approx(1.7e15, rel=0.01) == 1e15 * 8 / 4.7
    assert pytest.approx(3.8e17, rel=0.02) == 8.67e16 + 8.6e10 * 3.45e6
    per_second = bp.published("hinton-2014-constraints").quantity.assuming({"lifetime, human whole life": "80 year"})
    assert per_second.value == pytest.approx(4e4, rel=0.02)
    wiring = bp.wiring_information("1e11 neuron", "1000 connection/neuron")
    assert round(wiring.value) == 28_012


def test_a_longer_exposure_would_not_give_what_was_printed():
    longer = bp.published("landauer-1986").quantity.assuming(exposure="1.5e9 s")
    assert f"{longer.value:.1e}" == "1.6e+09"


# --- the object and its tables -----------------------------------------------------------------------------------


def inputs_of(name):
    return sorted(each.uid for each in walk([bp.published(name).quantity.node]) if isinstance(each, Leaf))


def test_an_estimate_is_made_once_and_its_inputs_are_the_same_in_every_process(tmp_path):
    assert bp.published("hinton-2014") is bp.published("hinton-2014")
    assert "finding:published/kurzweil-1999/firing_rate" in inputs_of("kurzweil-1999")
    program = f"import brainparams as bp; bp.published('adams-2013').quantity.save({str(tmp_path / 'x.json')!r})"
    printed(program)
    # shared inputs cancel: what another process made is the same estimate of the same unknowns
    both = bp.load(tmp_path / "x.json") / bp.published("adams-2013").quantity
    assert both.value == 1
    uids = [each.uid for each in walk([both.node]) if isinstance(each, Leaf) and "published" in each.uid]
    assert sorted(uids) == [each for each in inputs_of("adams-2013") if "published" in each]


@pytest.mark.parametrize("asked", ["", "  ", None, 3, ["hinton-2014"]])
def test_what_is_no_name_is_refused(asked):
    with pytest.raises(bp.KindError, match="such as 'hinton-2014'"):
        bp.published(asked)


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(bp.UnknownNameError, match=r"no estimate 'hinton2014'\. Did you mean 'hinton-2014'"):
        bp.published("hinton2014")
    assert "hinton-2014" in bp.published
    assert "hinton2014" not in bp.published
    with pytest.raises(bp.UnknownNameError, match="no published estimate is in 'mm'"):
        bp.published.table("mm")
    with pytest.raises(bp.UnitError):
        bp.published.table("parameeter")


def test_the_table_of_one_unit():
    table = bp.published.table("B")
    assert {"landauer-1986", "reber-2010", "moravec-1998-memory"} <= {each.id for each in table}
    assert "hinton-2014" not in {each.id for each in table}
    assert len(bp.published.table()) == len(RAW)


def test_the_caption_counts():
    caption = str(bp.published.table()).splitlines()[0]
    differ = sum(each.agrees is False for each in bp.published.table())
    assert f"{len(RAW)} published estimates" in caption
    assert f"{differ} differ, each with the reason" in caption
    assert f"{len(WITHOUT_INPUTS)} give no inputs" in caption


class Balanced(html.parser.HTMLParser):
    """Raises where a tag is closed that is not the last one open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "shown", [bp.published("cotra-2020-genome"), bp.published.table("parameter")], ids=["one", "all"]
)
def test_it_prints_in_three_notations(shown):
    parser = Balanced()
    parser.feed(shown._repr_html_())
    assert parser.open == []
    assert shown._repr_markdown_().count("\n|") > 3
    assert max(map(len, str(shown).splitlines())) <= 150


def test_the_page_holds_the_whole_table():
    """Write ``bp.published.table()._repr_markdown_()`` under "All of them" in docs/published.md where this fails."""
    page = (Path(__file__).parents[1] / "docs" / "published.md").read_text(encoding="utf-8")
    assert bp.published.table()._repr_markdown_() in page


def test_what_is_compiled_is_what_is_worked_out(monkeypatch):
    monkeypatch.setattr(rebuilding, "_compiled", dict)  # nothing is
    asked = ["hinton-2014", "logos-con-carne-2015", "cotra-2020-genome", "rethink-priorities-2022-brain"]
    fresh = [rebuilding.rebuilt(each, RAW[each]) for each in asked]
    kept = {each["id"]: each["ours"] for each in json.loads(rebuilding.document(fresh))["records"]}
    monkeypatch.setattr(rebuilding, "_compiled", lambda: kept)
    monkeypatch.setattr(rebuilding, "_ours", lambda quantity, labels, unit: [] if not labels else pytest.fail(labels))
    assert [rebuilding.rebuilt(each.id, RAW[each.id]).numbers for each in fresh] == [each.numbers for each in fresh]
    assert any(len(each.numbers) > 1 for each in fresh)
