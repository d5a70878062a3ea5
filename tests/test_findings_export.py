"""The evidence as a data set: what is written is what the package says, and others' tools read it."""

import csv
import hashlib
import json
import math

import pytest

import brainparams as bp
from brainparams.findings.__main__ import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("data") / "set"
    assert main(["export", str(place)]) == 0
    return place


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_hold_every_finding_and_reference(folder):
    found = {row["id"]: row for row in rows(folder, "findings")}
    assert set(bp.evidence.ids()) <= set(found)
    neurons = found["human/neocortex/neurons"]
    assert (neurons["value"], neurons["spread_kind"], neurons["spread_of"]) == ("21000000000", "range", "individuals")
    assert float(neurons["median"]) == pytest.approx(2.1e10)
    assert found["human/neocortex/synapses"]["parts"].startswith("human/neocortex/synapses/direct:0.25 ")
    assert found["human/neocortex/synapses/tang2001"]["low_90"] == ""
    assert {row["key"] for row in rows(folder, "references")} == set(bp.references())
    for row in rows(folder, "rivals")[:200]:
        ratio = float(found[row["rival"]]["median"]) / float(found[row["id"]]["median"])
        assert math.isclose(float(row["ratio"]), ratio, rel_tol=2e-3), row


def test_the_tables_by_layer_and_area_are_exported_cell_by_cell(folder):
    tables = {row["id"]: row for row in rows(folder, "tables")}
    assert set(tables) == {each.id for each in bp.evidence.tables()}
    cells = rows(folder, "cells")
    assert len(cells) == sum(len(tuple(each.cells())) for each in bp.evidence.tables())
    found = {row["labels"]: row for row in cells if row["table"] == "mouse/c2-barrel-column/neurons"}
    assert (found["L4|excitatory"]["value"], found["L4|excitatory"]["spread_value"]) == ("1656", "83")
    assert tables["mouse/c2-barrel-column/neurons"]["spread_kind"] == "sem"
    assert tables["rat/barrel-column/neurons"]["common_name"] == "rat"


def test_the_description_names_edition_licence_and_hashes(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["edition"] == bp.evidence.edition
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert bp.evidence.edition in (folder / "codebook.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (folder / "LICENSE.md").read_text(encoding="utf-8")


def test_the_same_evidence_is_written_to_the_same_bytes(folder, tmp_path):
    assert main(["export", str(tmp_path)]) == 0
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name


def test_the_frictionless_tool_finds_no_fault(folder):
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]
