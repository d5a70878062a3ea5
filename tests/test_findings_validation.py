"""The validator names every fault, the compiled documents say what the texts say, and the page is written from them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import brainparams as bp
from brainparams.citations import read_references, references
from brainparams.findings.__main__ import main
from brainparams.findings.catalogue import edition, findings, folder, packaged_texts, read_findings, tables_of
from brainparams.findings.page import page
from brainparams.findings.validation import documents, evidence_faults, reference_faults
from checks import printed

GOOD = """
["human/brain/test-neurons"]
quantity = "neurons"
species = "Homo sapiens"
region = "whole brain"
value = "86.06e9"
unit = "neuron"
spread = { kind = "sd", value = 8.12e9 }
method = "isotropic fractionator"
grade = "measured"
sources = ["azevedo2009"]
locator = "abstract"
status = "seen"
checked = "abstract read"
"""
ENTRY = """@article{smith1999,
  author = {Smith, John},
  title = {On cells},
  journal = {J Cells},
  year = {1999},
  doi = {10.1000/cells},
}
"""


# every fault, with its place


def test_all_faults_are_named_with_file_and_line():
    texts = packaged_texts()
    second = GOOD.replace("test-neurons", "other-neurons").replace('unit = "neuron"\n', "")
    third = GOOD.replace("test-neurons", "third-neurons").replace('kind = "sd"', 'kind = "variance"')
    fourth = GOOD.replace("test-neurons", "fourth-neurons").replace('locator = "abstract"\n', "")
    fifth = GOOD.replace("test-neurons", "fifth-neurons").replace("azevedo2009", "nobody1999")
    texts["mine.toml"] = GOOD + second + third + fourth + fifth
    _, faults = evidence_faults(texts)
    assert [re.match(r"mine\.toml, line (\d+), finding 'human/brain/(\w+)", fault).groups() for fault in faults] == [
        ("16", "other"), ("29", "third"), ("43", "fourth"), ("56", "fifth"),
    ]  # fmt: skip
    for fault, says in zip(
        faults, ("'unit' is missing", "the kinds are", "'locator' is missing", "'nobody1999'"), strict=True
    ):
        assert says in fault


def test_a_file_that_is_not_toml_does_not_hide_the_others():
    texts = {
        **packaged_texts(),
        "a.toml": "value = \n",
        "b.toml": GOOD.replace("n = 4", "").replace('"neuron"', '"nuron"'),
    }
    _, faults = evidence_faults(texts)
    assert len(faults) == 2
    assert "a.toml: not readable as TOML" in faults[0]
    assert "b.toml, line 2" in faults[1]


def test_a_finding_of_an_edition_to_come_is_a_fault():
    texts = {**packaged_texts(), "mine.toml": GOOD + 'edition = "2099.1"\n'}
    assert [fault for fault in evidence_faults(texts)[1] if "edition 2099.1 is later than" in fault]


def test_faults_of_references_have_their_line():
    text = "% a comment\n" + ENTRY + ENTRY.replace("smith1999", "smith2000") + ENTRY + "@misc{x1,\n title = {X}\n}\n"
    found, faults = reference_faults(text, "mine.bib")
    assert sorted(found) == ["smith1999", "smith2000"]
    assert [fault.partition(": ")[0] for fault in faults] == [
        "mine.bib, line 9, entry 'smith2000'",
        "mine.bib, line 16, entry 'smith1999'",
        "mine.bib, line 23, entry 'x1'",
    ]
    assert "the DOI 10.1000/cells stands already in 'smith1999'" in faults[0]
    assert "stands twice" in faults[1]


def test_a_torn_entry_is_a_fault_and_nothing_else_goes_wrong():
    _, faults = reference_faults("@article{smith1999,\n title = {On cells\n", "mine.bib")
    assert len(faults) == 1
    assert faults[0].startswith("mine.bib, line 1")


def test_an_orphan_is_a_fault():
    texts = packaged_texts()
    texts["references.bib"] += ENTRY.replace("smith1999", "nobodycites1999")
    faults = evidence_faults(texts)[1]
    assert faults == ["references.bib, entry 'nobodycites1999': nothing refers to it"]


def test_read_one_by_one_the_references_are_those_read_together():
    text = packaged_texts()["references.bib"]
    found, faults = reference_faults(text, "references.bib")
    assert faults == []
    assert found == read_references(text, "references.bib")


# the command


def test_check_praises_what_is_in_order_and_returns_0(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert main(["check", str(tmp_path / "mine.toml")]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith(f"{len(findings()) + 1} findings in ")
    assert said.out.endswith("no fault\n")


def test_check_returns_1_for_faults(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(GOOD.replace("sources = ", "source = "), encoding="utf-8")
    (tmp_path / "mine.bib").write_text(ENTRY, encoding="utf-8")
    assert main(["check", *map(str, tmp_path.iterdir())]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "mine.toml, line 2, finding 'human/brain/test-neurons': there is no field 'source'" in said.err
    assert said.err.endswith("1 fault\n")


def test_check_refuses_what_it_cannot_read(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.toml"), str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("no .toml or .bib file there") == 2


def test_the_command_runs_as_a_module(tmp_path):
    (tmp_path / "mine.toml").write_text("x = 1", encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "brainparams.findings", "check", str(tmp_path / "mine.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "mine.toml, line 1, finding 'x': 1 stands outside a table" in done.stderr


# compiled documents


COMPILES = """
import sys
from pathlib import Path
from brainparams.files import compiled
from brainparams.citations import references
from brainparams.findings.catalogue import findings, folder
findings(), references()
for document in (folder() / "findings.json", folder().parent / "citations" / "references.json"):
    print(compiled.kept(document), compiled.kept(document).exists())
"""


def compiles(folder):
    return printed(COMPILES, PYTHONPYCACHEPREFIX=str(folder)).split()


def test_the_first_use_compiles_for_the_next(tmp_path):
    first, second = compiles(tmp_path), compiles(tmp_path)
    assert first == second
    assert first[1:4:2] == ["True", "True"]
    assert {Path(place).name for place in first[:4:2]} == {"findings.json", "references.json"}
    assert all(Path(place).is_relative_to(tmp_path) for place in first[:4:2])
    texts = packaged_texts()
    assert Path(first[0]).read_text(encoding="utf-8") == documents(texts)["findings/findings.json"]
    assert Path(first[2]).read_text(encoding="utf-8") == documents(texts)["citations/references.json"]
    assert not list(tmp_path.rglob("*.json.*"))


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert compiles(tmp_path / "file")[1:4:2] == ["False", "False"]  # a file stands where the folder would be


def test_what_is_compiled_is_what_is_read():
    texts = packaged_texts()
    slow = read_findings(tables_of(texts))
    assert {key: each.model_dump() for key, each in findings().items()} == {
        k: each.model_dump() for k, each in slow.items()
    }
    assert dict(findings()) == slow
    assert dict(references()) == read_references(texts["references.bib"], "references.bib")
    for each in findings().values():
        assert type(each.value) is type(slow[each.id].value)
        assert each.belief == slow[each.id].belief


def test_compiling_gives_the_same_document_twice():
    texts = packaged_texts()
    assert documents(texts) == documents(texts)


def test_loading_the_whole_base_parses_no_text_of_its_sources():
    load = "from brainparams import citations; from brainparams.findings import catalogue; "
    load += "catalogue.findings(); citations.references()"
    blind = "import sys, tomllib; tomllib.loads = tomllib.load = sys.modules['pybtex'] = None; "
    for program in (load, blind + load):  # the first use may compile
        printed(program)


# the page


def test_the_page_has_a_row_for_every_finding_and_a_place_for_every_source():
    rows = page(findings().values(), references(), edition().partition("+")[0]).splitlines()
    ids = [row.split("`")[1] for row in rows if row.startswith("| `")]
    assert sorted(ids) == sorted(findings())
    assert {c.key for each in findings().values() for c in each.citations} == {
        row.split('"')[1] for row in rows if row.startswith('- <a id="')
    }


def test_the_command_prints_the_page(capsys):
    assert main(["page"]) == 0
    assert capsys.readouterr().out == page(findings().values(), references(), edition().partition("+")[0])


def test_the_page_has_every_finding_once_with_its_source_and_status():
    text = page(findings().values(), references(), "2026.1")
    for each in findings().values():
        rows = [line for line in text.splitlines() if line.startswith(f"| `{each.id}`<br>")]
        assert len(rows) == 1
        assert f"| {each.status}" in rows[0] or "**superseded by**" in rows[0]
        for source in each.sources:
            assert f"](#{source})" in rows[0]
            assert text.count(f'<a id="{source}"></a>') == 1
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {9}


def test_markup_in_a_finding_stays_text():
    odd = GOOD.replace('"abstract read"', '"a <b>bold</b> | *claim* [x](y)"')
    found = read_findings({"mine.toml": odd})
    text = page(found.values(), references(), "2026.1")
    assert r"a &lt;b&gt;bold&lt;/b&gt; \| \*claim\* \[x\](y)" in text


def test_the_folder_holds_one_label():
    assert re.fullmatch(r"20\d\d\.\d+\n", folder().joinpath("EDITION").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["evidence.md", "adding-a-finding.md"])
def test_the_docs_point_to_pages_that_exist(name):
    docs = Path(__file__).parent.parent / "docs"
    for target in re.findall(r"\]\(([\w-]+\.md)\)", (docs / name).read_text(encoding="utf-8")):
        assert (docs / target).is_file()


# what nobody has read


def test_what_nobody_has_read_stays_out_of_use():
    """A number from memory is no part, no study, and stands in no sentence of the package or its documentation."""
    unread = {name for name, finding in findings().items() if finding.status == "memory"}
    assert not [part for finding in findings().values() for part in finding.parts if part in unread]
    told = packaged_texts()
    routes = " ".join(text for name, text in told.items() if name.startswith("adjustments/"))
    shelf = folder().parent / "literature"
    shelves = " ".join(each.read_text(encoding="utf-8") for each in shelf.iterdir() if each.name.endswith(".toml"))
    pages = " ".join(each.read_text(encoding="utf-8") for each in (Path(__file__).parents[1] / "docs").glob("*.md"))
    for name in unread:
        used = re.compile(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])")
        assert not used.search(routes + shelves + pages), name
        rivals = bp.evidence.rivals(name)
        assert name not in [each.id for each in rivals.studies]
