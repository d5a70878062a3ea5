"""Looking things up: tables that answer who says so and who disagrees, editions, and graphs over other findings."""

import json
import math
import re
import textwrap
from collections.abc import Sequence

import pytest

import brainparams as bp
from brainparams import findings as room
from brainparams.errors import KindError, UnknownNameError
from brainparams.findings import Evidence, evidence
from brainparams.findings.catalogue import edition, findings, packaged_texts, read_findings
from brainparams.findings.editions import order_of
from brainparams.findings.finding import STATUS

TABLE = """
    ["{id}"]
    quantity = "{quantity}"
    species = "Mus musculus"
    region = "cortex"
    value = {value}
    unit = "{unit}"
    spread = {spread}
    method = "counted"
    grade = "measured"
    sources = ["azevedo2009"]
    locator = "p. 1"
    status = "{status}"
    checked = "for the test"
"""


def table(name, value=10.0, quantity="neurons", unit="neuron", spread='{ kind = "none" }', status="seen", more=""):
    fields = {"id": name, "value": value, "quantity": quantity, "unit": unit, "spread": spread, "status": status}
    return textwrap.dedent(TABLE.format(**fields)) + more + "\n"


def graph(name, way, parts, unit):
    text = f"""
        ["{name}"]
        quantity = "{name.split("/")[-1]}"
        species = "Mus musculus"
        region = "cortex"
        unit = "{unit}"
        grade = "derived"
        status = "derived"
        {way} = {json.dumps(parts)}
        because = "for the test"
    """
    return textwrap.dedent(text)


@pytest.fixture
def base(monkeypatch):
    """Return a function that makes the evidence of some TOML texts."""

    def made(*texts, latest="2026.1"):
        found = read_findings({"mine.toml": "".join(texts)})
        monkeypatch.setattr(room, "findings", lambda: found)
        monkeypatch.setattr(room, "edition", lambda: f"{latest}+00000000")
        return Evidence()

    return made


# names and ids


def test_names_are_plain_words():
    assert evidence.finding("human/brain/neurons").name == "neurons, human whole brain"
    assert evidence.finding("synapse/parameters/static").name == "parameters per synapse, static synapse"


def test_unknown_id_offers_the_nearest_and_the_list():
    with pytest.raises(UnknownNameError, match=r"'human/brain/neurons'.*bp\.evidence\.ids\(\)"):
        evidence("human/brian/neurons")
    with pytest.raises(UnknownNameError, match="'worm/nervous-system/neurons'"):
        evidence.finding("worm/brain/neurons")
    with pytest.raises(UnknownNameError) as caught:
        evidence("x" * 100_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("wrong", [None, 5, "", "  ", ("human",)])
def test_an_id_is_text(wrong):
    for function in (evidence, evidence.finding, evidence.rivals):
        with pytest.raises(KindError, match="expected text"):
            function(wrong)


def test_repr_says_edition_and_how_to_list():
    assert "bp.evidence.ids()" in repr(evidence)
    assert evidence.edition in repr(evidence)


# finding


def test_find_by_common_name_latin_name_and_part_of_id():
    human = evidence.find(species="human")
    assert human == evidence.find(species="HOMO SAPIENS") == evidence.find(species="sapiens")
    assert {finding.id.split("/")[0] for finding in human} == {"human"}
    assert evidence.find(species="synapse")
    assert [each.id for each in evidence.find()] == list(evidence.ids())


def test_find_takes_words_in_any_order():
    asked = ("synapses per neuron", "neuron synapses per", "Per  SYNAPSES neuron")
    found = [evidence.find(quantity=words) for words in asked]
    assert found[0] == found[1] == found[2]
    assert {each.quantity for each in found[0]} >= {"synapses per neuron"}
    assert len(found[0]) < len(evidence.find(quantity="synapses"))


def test_free_text_goes_through_id_names_and_sources():
    assert "mouse/cortex/neurons" in [each.id for each in evidence.find("mouse cortex neurons")]
    assert "mouse/cortex/neurons" in [each.id for each in evidence.find("neurons musculus cortex")]
    assert all("azevedo2009" in each.sources for each in evidence.find("azevedo2009"))
    assert evidence.find("granule", species="human")
    assert set(evidence.find("granule")) >= set(evidence.find("granule", species="human"))


def test_find_by_method_and_by_how_it_was_checked():
    assert {each.status for each in evidence.find(status="transcription")} == {"transcription"}
    assert all("stereology" in each.method for each in evidence.find(method="stereology"))
    together = evidence.find(status="seen", method="isotropic fractionator", species="human")
    assert "human/brain/neurons" in [each.id for each in together]


def test_find_narrows_down():
    found = evidence.find(species="mouse", quantity="Neurons", region="cerebellum")
    assert "mouse/cerebellum/neurons" in [finding.id for finding in found]
    assert all("cerebellum" in each.region for each in found)
    nothing = evidence.find(species="worm", region="cerebellum")
    assert len(nothing) == 0
    assert "0 findings for species 'worm', region 'cerebellum'" in str(nothing)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"species": "humen"}, "'human'"),
        ({"region": "cerebelum"}, "'cerebellum'"),
        ({"quantity": "neurouns"}, "'neurons'"),
        ({"species": "unicorn"}, "bp.evidence.find()"),
        ({"status": "believed"}, "evidence.find(status=)"),
    ],
)
def test_find_refuses_what_matches_nothing(asked, says):
    with pytest.raises(UnknownNameError) as caught:
        evidence.find(**asked)
    assert says in str(caught.value)


def test_free_text_names_the_word_that_stands_nowhere():
    with pytest.raises(UnknownNameError, match=r"evidence\.find\(text\): no finding with 'granuel'.*'granule'"):
        evidence.find("human granuel")


@pytest.mark.parametrize("wrong", ["", 3, ["mouse"]])
def test_words_are_text(wrong):
    with pytest.raises(KindError, match=r"find\(text\)"):
        evidence.find(wrong)
    with pytest.raises(KindError, match=r"find\(region=\)"):
        evidence.find(region=wrong)


# how it prints


def test_one_line_says_how_many_who_says_so_and_who_disagrees():
    shown = str(bp.evidence.rivals("human/cerebellum/neurons"))
    head, columns, first, second = shown.splitlines()[:4]
    assert head.startswith("neurons, human cerebellum: human/cerebellum/neurons and 1 rival, largest ÷ smallest 1.46")
    assert columns.split() == ["id", "value", "ratio", "unit", "n", "method", "checked", "source"]
    assert "6.903e10 ± 6.65e9 (sd)" in first
    assert "Azevedo et al. 2009" in first
    assert re.search(r"andersen1992 +1\.011e11 \(cv 0\.13\) +1\.46 +neuron +5 ", second)
    assert "Andersen et al. 1992" in second


def test_columns_stand_under_each_other_in_text_and_markdown():
    found = evidence.find(species="worm")
    _, head, *rows = str(found).splitlines()
    assert len(rows) == len(found)
    for column in ("value", "unit", "checked", "source"):
        place = head.index(column)
        assert all(row[place - 2 : place].isspace() for row in rows)
        assert not any(row[place].isspace() for row in rows if len(row) > place)
    lines = found._repr_markdown_().splitlines()
    assert len({line.count(" | ") for line in lines[2:]}) == 1
    assert len(lines) == len(found) + 4
    assert repr(found) == str(found)


def test_what_is_made_of_others_shows_its_median_and_its_interval():
    row = next(line for line in str(evidence.rivals("human/brain/synapses")).splitlines() if "sum of" in line)
    low, high = evidence("human/brain/synapses").interval(0.90)
    told = re.search(r"([\d.e]+) \(([\d.e]+) to ([\d.e]+), 90 %\)", row)
    assert float(told[2]) == pytest.approx(low, rel=0.05)
    assert float(told[3]) == pytest.approx(high, rel=0.05)


def test_a_long_method_is_cut_and_the_finding_keeps_it(base):
    long = base(table("a/b/c").replace('"counted"', f'"{"counted by hand " * 20}"'))
    assert max(map(len, str(long.find()).splitlines())) < 200
    assert len(long.find()[0].method) > 200


def test_a_table_is_a_sequence():
    found = evidence.find(species="worm")
    assert found[0] is next(iter(found))
    assert found[-1].id == max(each.id for each in found)
    assert isinstance(found[:2], Sequence)
    assert found[0] in found


# rivals


def test_rivals_have_the_same_subject_and_see_each_other():
    own, *rivals = evidence.rivals("human/cerebellum/purkinje-cells")
    assert own.id == "human/cerebellum/purkinje-cells"
    assert {"andersen1992", "nairn1989"} <= {rival.id.removeprefix(f"{own.id}/") for rival in rivals}
    assert {rival.unit for rival in rivals} == {"neuron"}
    for rival in rivals:
        again = evidence.rivals(rival.id)
        assert again[0] == rival
        assert set(again) == {own, *rivals}


def test_a_ratio_is_to_the_finding_asked_for():
    rivals = evidence.rivals("human/cerebellum/purkinje-cells")
    for each in rivals:
        assert rivals.ratios[each.id] == pytest.approx(each.value / rivals[0].value)


def test_a_finding_alone_says_so(base):
    alone = base(table("a/b/c")).rivals("a/b/c")
    assert str(alone).splitlines()[0] == "neurons, mouse cortex: no rival of a/b/c"


def test_rivals_in_another_unit_are_compared_in_that_of_the_first(base):
    made = base(table("a/b/c", 2.0, "volume", "mm**3"), table("a/b/d", 0.004, "volume", "cm**3"))
    assert made.rivals("a/b/c").ratios["a/b/d"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"species": "mice", "quantity": "number of neurons"}, "mouse/brain/neurons"),
        ({"species": "rats", "quantity": "neurons"}, "rat/brain/neurons"),
        ({"species": "people", "quantity": "neurons", "region": "ctx"}, "human/cortex/neurons"),
        ({"species": "monkeys", "region": "whole brain", "quantity": "neuron count"}, "macaque/brain/neurons"),
    ],
)
def test_filters_take_plurals_synonyms_and_the_number_of(asked, first):
    found = [each.id for each in bp.evidence.find(**asked)]
    assert first in found
    assert not any("lemur" in each or "mole-rat" in each for each in found)
    if asked["species"] == "monkeys":
        assert "squirrel-monkey/brain/neurons" in found


def test_nothing_absurd_is_offered_for_a_filter():
    with pytest.raises(bp.UnknownNameError, match=r"no finding with 'unicorn'\. Look") as caught:
        bp.evidence.find(species="unicorn")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("llama 3", "bp.evidence('model/llama-3-70b/parameters')"),
        ("10 Mbit/s", "bp.evidence('human/optic-nerve/bit-rate')"),
    ],
)
def test_numbers_in_names_and_in_larger_units_are_found(asked, first):
    assert bp.search(asked)[0].call == first


def test_a_search_says_which_words_nothing_has():
    assert "nothing has 'unicorn'" in str(bp.search("unicorn neurons"))
    assert bp.search("mouse cortex neurons").unknown == ()
    calls = {each.call for each in bp.search("synaptic density of mice")}
    assert "bp.evidence('mouse/cortex/synapse-density')" in calls
    assert all("gpt-3" not in each.call for each in bp.search("GPT 4"))


def test_one_count_that_several_findings_tell_is_one_study():
    found = bp.disagreement("human/brain/neurons")
    assert [each.label for each in found] == ["Azevedo et al. 2009", "Lent et al. 2012", "Williams & Herrup 1988"]
    assert [each.label for each in bp.routes("human/brain/neurons")] == ["Azevedo et al. 2009", "Lent et al. 2012"]


def test_what_is_superseded_is_shown_marked_and_last_and_is_no_study(base):
    old = table("a/b/c/old", 5.0, more='superseded_by = "a/b/c"')
    made = base(table("a/b/c"), old, table("a/b/c/zeta", 12.0), table("a/b/c/unseen", status="memory"))
    rivals = made.rivals("a/b/c")
    assert [each.id for each in rivals] == ["a/b/c", "a/b/c/unseen", "a/b/c/zeta", "a/b/c/old"]
    assert "superseded by a/b/c" in str(rivals).splitlines()[-1]
    assert [each.id for each in rivals.studies] == ["a/b/c", "a/b/c/zeta"]


def test_a_superseded_number_tells_it_in_every_derivation(base):
    made = base(table("a/b/c"), table("a/b/c/old", 5.0, more='superseded_by = "a/b/c"'))
    assert "a/b/c/old is superseded by a/b/c" in (made("a/b/c/old") * bp.exact(2, "1", because="test")).explain()
    assert "superseded" not in made("a/b/c").explain()


# editions


def test_the_edition_is_a_label_and_a_digest_of_the_content(monkeypatch):
    assert re.fullmatch(r"20\d\d\.\d+\+[0-9a-f]{8}", evidence.edition)
    assert evidence.edition.partition("+")[0] == packaged_texts()["EDITION"].strip()
    texts = packaged_texts()
    changed = {**texts, "references.bib": texts["references.bib"] + " "}
    monkeypatch.setattr("brainparams.findings.catalogue.packaged_texts", lambda: changed)
    assert edition.__wrapped__() != evidence.edition
    assert edition.__wrapped__().partition("+")[0] == evidence.edition.partition("+")[0]


def test_no_finding_is_of_an_edition_to_come():
    latest = order_of(evidence.edition.partition("+")[0])
    assert all(order_of(each.edition) <= latest for each in findings().values())


@pytest.fixture
def changed(base):
    """The evidence in edition 2027.2, in which one number was replaced twice and one came in late."""
    return base(
        table("a/b/n", 30.0, more='edition = "2027.2"'),
        table("a/b/n@2027.1", 20.0, more='edition = "2026.3"\nsuperseded_by = "a/b/n"'),
        table("a/b/n@2026.2", 10.0, more='superseded_by = "a/b/n"'),
        table("a/b/same", 7.0),
        table("a/b/late", 1.0, more='edition = "2027.1"'),
        graph("a/b/double", "sum", ["a/b/n", "a/b/same"], "neuron"),
        latest="2027.2",
    )


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("a/b/n", 30.0),
        ("a/b/n@2027.2", 30.0),
        ("a/b/n@2027.1", 20.0),
        ("a/b/n@2026.12", 20.0),
        ("a/b/n@2026.3", 20.0),
        ("a/b/n@2026.2", 10.0),
        ("a/b/n@2026.1", 10.0),
        ("a/b/same@2026.1", 7.0),
        ("a/b/late@2027.1", 1.0),
        ("a/b/double", 37.0),
        ("a/b/double@2027.1", 27.0),
        ("a/b/double@2026.1", 17.0),
    ],
)
def test_an_older_edition_stays_addressable(changed, asked, value):
    assert changed(asked).value == value


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("a/b/late@2026.1", "came into the evidence with edition 2027.1"),
        ("a/b/n@2028.1", "this is edition 2027.2"),
        ("a/b/n@soon", "'soon' is no edition; write one such as a/b/n@2027.2"),
        ("a/b/n@", "'' is no edition"),
        ("a/b/m@2026.1", "The nearest are 'a/b/n'"),
    ],
)
def test_an_edition_that_did_not_hold_it_is_refused(changed, asked, says):
    with pytest.raises(UnknownNameError) as caught:
        changed(asked)
    assert says in str(caught.value)


def test_the_same_number_is_the_same_unknown_in_every_edition_and_a_new_one_is_another(base):
    spread = '{ kind = "sd", value = 1.0 }'
    old = base(table("a/b/n", 10.0, spread=spread))
    before = old("a/b/n")
    assert before is old("a/b/n@2026.1")
    new = base(
        table("a/b/n", 12.0, spread=spread, more='edition = "2027.1"'),
        table("a/b/n@2026.1", 10.0, spread=spread, more='superseded_by = "a/b/n"'),
        latest="2027.1",
    )
    assert (new("a/b/n@2026.1") - before).sd() == 0
    assert (new("a/b/n") - before).sd() == pytest.approx(2**0.5)


def test_a_saved_result_records_the_edition_of_its_numbers():
    saved = bp.evidence("human/brain/neurons").node.uid
    assert saved == "finding:human/brain/neurons@2026.1"


# graphs


def test_quotient_and_difference_are_graphs_over_their_parts(base):
    made = base(
        table("a/b/power", 20.0, "power", "W"),
        table("a/b/synapses", 4.0, "synapses", "synapse"),
        table("a/b/rate", 2.5, "rate", "spike/neuron/s"),
        table("a/b/rest", 5.0, "rest", "W"),
        graph("a/b/left", "difference", ["a/b/power", "a/b/rest"], "W"),
        graph("a/b/each", "quotient", ["a/b/power", "a/b/synapses", "a/b/rate"], "J*neuron/spike/synapse"),
    )
    assert made("a/b/left").value == 15
    assert made("a/b/each").median() == pytest.approx(2.0)
    assert made("a/b/each").unit == "J*neuron/spike/synapse"
    assert "difference of 2 findings" in str(made.find("left"))


def test_a_part_keeps_its_identity_in_a_quotient(base):
    made = base(
        table("a/b/whole", 20.0, "whole", spread='{ kind = "sd", value = 2.0 }'),
        table("a/b/count", 4.0, "count", "1"),
        graph("a/b/each", "quotient", ["a/b/whole", "a/b/count"], "neuron"),
    )
    assert (made("a/b/each") / made("a/b/whole")).value == pytest.approx(0.25)


def test_a_part_in_another_unit_of_the_dimension_is_converted(base):
    made = base(
        table("a/b/one", 1.0, "volume", "cm**3"),
        table("a/b/two", 500.0, "volume", "mm**3"),
        graph("a/b/both", "sum", ["a/b/one", "a/b/two"], "mm**3"),
    )
    assert made("a/b/both").value == 1500
    assert made("a/b/both").unit == "mm**3"


def test_every_status_in_use_has_a_meaning():
    assert {each.status for each in findings().values()} <= set(STATUS)


# --- tables by area, layer and cell type --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "total"),
    [
        ("macaque/primary-visual-cortex/neurons-per-surface", 201_900),
        ("macaque/primary-visual-cortex/synapses-per-surface", 478_500_000),
        ("macaque/primary-visual-cortex/layer-thickness", 1.5923),
        ("mouse/c2-barrel-column/neurons", 6448),
        ("human/ca1/layer-thickness", 2.7),
    ],
)
def test_a_published_table_adds_up_to_the_published_whole(table, total):
    assert float(bp.evidence.table(table).total().mean()) == pytest.approx(total, rel=1e-9)


def test_every_table_is_whole_and_has_its_source():
    tables = bp.evidence.tables()
    assert len(tables) >= 11
    assert "by area, layer or cell type" in str(tables)
    for row in tables:
        made = bp.evidence.table(row.id)
        assert made.axes == row.labels
        assert {citation.key for citation in made.citations()} == set(row.sources)
        assert row.checked in made.node.note


def test_a_table_is_the_same_unknowns_every_time(tmp_path):
    one = bp.evidence.table("mouse/c2-barrel-column/neurons")
    assert (one - bp.evidence.table("mouse/c2-barrel-column/neurons")).total().value == 0
    assert (bp.load(one.total().save(tmp_path / "t.json")) - one.total()).value == 0
    by_layer = bp.evidence.table("mouse/c2-barrel-column/neurons", by="layer")
    assert by_layer["L4"].sd() == pytest.approx(math.hypot(83, 9))
    assert set(by_layer.axes) == {"layer"}


def test_what_does_not_add_up_is_not_added():
    with pytest.raises(bp.errors.ArgumentError, match=r"does not add up along 'area'; take one with \.select"):
        bp.evidence.table("mouse/isocortex/interneuron-density", by="type")
    with pytest.raises(bp.errors.ArgumentError, match="has no axis 'area'; it has layer, type"):
        bp.evidence.table("mouse/c2-barrel-column/neurons", by="area")
    with pytest.raises(bp.errors.UnknownNameError, match="near are mouse/c2-barrel-column/neurons"):
        bp.evidence.table("mouse/c2-barrel-column/neuron")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("unit = ", "unitt = "), "'unit' is missing"),
        (('sources = ["lefort2009"]', 'sources = ["nobody1900"]'), "nobody1900"),
        (("excitatory = [546, 49], ", ""), "no number for L2, excitatory"),
        (("[546, 49]", "[546]"), "expected 2 numbers"),
        (('adds_up = ["layer", "type"]', 'adds_up = ["area"]'), "'area', which is no axis"),
        (("Mus musculus", "Mus minor"), "no species"),
    ],
)
def test_a_faulty_table_is_refused_with_its_file_and_id(change, words):
    from brainparams.findings.catalogue import packaged_texts
    from brainparams.findings.grids import read_grids

    text = packaged_texts()["tables/mouse.toml"].partition('\n["mouse/isocortex')[0]
    assert change[0] in text
    with pytest.raises((bp.errors.FileError, bp.errors.UnknownNameError), match=words):
        read_grids({"mouse.toml": text.replace(*change)})


def test_a_published_mean_stands_beside_a_median_that_is_off_it():
    assert repr(evidence("human/ca1/neurons")).endswith("exact engine; mean 1.6e7, as published)")
    assert "as published" not in repr(evidence("human/brain/neurons"))  # a normal has both in one


def test_no_centre_is_lost():
    """The median of every finding is its printed centre, or the line that shows it names the mean, which is."""
    for name in evidence.ids():
        finding = evidence.finding(name)
        if finding.value is None:
            continue
        belief = evidence(name)
        if float(belief.median()) != pytest.approx(float(finding.value), rel=0.01):
            assert float(belief.mean()) == pytest.approx(float(finding.value), rel=1e-6), name
            assert "as published" in repr(belief), name
