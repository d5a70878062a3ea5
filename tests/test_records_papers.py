"""The numbers of a paper: macros that LaTeX takes, records beside them, and a check that finds what is off."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import brainparams as bp
from brainparams.command_line import main
from brainparams.errors import ArgumentError, FileError, KindError
from brainparams.records import check
from brainparams.records.marks import MarkError, named_files, uses
from brainparams.records.numbers import FORMS, forms_of, macro_of
from brainparams.records.papers import NO_FILE
from brainparams.records.record import content_hash, digests_of
from checks import lognormal

EXAMPLE = Path(__file__).parent.parent / "examples" / "paper"


# --- macros ----------------------------------------------------------------------------------------------------------


def test_every_form_of_a_number_is_a_macro(tmp_path):
    synapses = lognormal(1e13, 1e15, "s", "synapse")
    path = bp.numbers({"all synapses": synapses}).write(tmp_path / "numbers.tex")
    macros = dict(re.findall(r"\\newcommand\{\\(bpAll\w*)\}\{(.*)\}", path.read_text("utf-8")))
    assert set(macros) == {f"bpAllSynapses{suffix}" for suffix in FORMS.values()}
    assert macros["bpAllSynapses"] == r"\num{1.0e14}"
    assert macros["bpAllSynapsesInterval"] == r"\num{1.0e13} to \num{1.0e15}"
    assert macros["bpAllSynapsesWords"] == r"\num{100} trillion"
    assert macros["bpAllSynapsesUnit"] == "synapses"
    assert r"\num{90} \% interval" in macros["bpAllSynapsesFull"]
    told = json.loads((tmp_path / "numbers.json").read_text("utf-8"))
    assert told["numbers"]["all synapses"]["forms"] == forms_of(synapses, 0.90)
    assert told["numbers"]["all synapses"]["record"]["results"]["unit"] == "synapse"


def test_exact_numbers_keep_their_digits_and_arrays_are_a_number_each():
    found = bp.numbers(
        {"weights": bp.exact("6738415616 parameter"), "parts": bp.exact({"a": 1, "b": 2}, "m", axis="r")}
    )
    assert [row.name for row in found] == ["weights", "parts a", "parts b"]
    assert found[0].forms["median"] == "6,738,415,616"
    assert found[0].forms["interval"] == ""
    assert r"\newcommand{\bpWeights}{\num{6738415616}}" in found.latex()
    assert r"\newcommand{\bpPartsB}{\num{2}}" in found.latex()


@pytest.mark.parametrize(
    ("named", "error"),
    [
        ({}, KindError),
        ([], KindError),
        ({"": "1 m"}, ArgumentError),
        ({5: "1 m"}, ArgumentError),
        ({"a b": "1 m", "a_b": "2 m"}, ArgumentError),
        ({"a": "1 metrr"}, bp.UnitError),
    ],
)
def test_what_is_no_set_of_numbers_is_told(named, error):
    with pytest.raises(error, match=r"numbers\(\)"):
        bp.numbers(named)


def test_macros_go_to_a_tex_file_in_a_folder(tmp_path):
    found = bp.numbers({"a": "1 m"})
    with pytest.raises(ArgumentError, match=r"write\('numbers.txt'\).*'numbers.tex'"):
        found.write(tmp_path / "numbers.txt")
    with pytest.raises(FileError, match="no folder"):
        found.write(tmp_path / "missing" / "numbers.tex")
    with pytest.raises(bp.RangeError, match="level"):
        bp.numbers({"a": "1 m"}, level=95)


@pytest.mark.parametrize("name", ["a\\b{c}", "x$y%z", "π neurons", "10 µm"])
def test_names_of_any_letters_give_macros_of_letters(name):
    assert re.fullmatch(r"bp[A-Za-z]*", macro_of(name))
    assert all(
        re.fullmatch(r"(%.*|\\newcommand\{\\bp[A-Za-z]+\}.*)", line)
        for line in bp.numbers({name: "3 m"}).latex().splitlines()
    )


# --- the check -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    weights = lognormal(1e3, 1e4, "w", "parameter/neuron")
    bp.numbers({"neurons": neurons, "parameters": neurons * weights}).write(tmp_path / "numbers.tex")
    return tmp_path


def paper(folder, text, name="paper.tex"):
    path = folder / name
    path.write_text(("\\input{numbers.tex}\n" if name.endswith(".tex") else "") + text, "utf-8")
    return path


def verdicts(*papers):
    return [(row.name, row.verdict) for row in check(*papers)]


def test_a_macro_that_its_record_gives_holds(folder):
    found = check(
        paper(folder, "There are \\bpNeurons{} (\\bpNeuronsWords), % \\bpNothing\nand \\bpParametersInterval.")
    )
    assert [(row.line, row.name, row.verdict) for row in found] == [
        (2, "bpNeurons", "holds"), (2, "bpNeuronsWords", "holds"), (3, "bpParametersInterval", "holds"),
    ]  # fmt: skip
    assert found.holds
    assert "3 numbers: 3 holds" in str(found)


def test_a_macro_that_nothing_gives_is_told(folder):
    found = check(paper(folder, "\\bpNeurens"))
    assert [row.verdict for row in found] == ["unknown"]
    assert "Did you mean 'bpNeurons'" in found[0].why
    assert not found.holds


def test_an_edited_macro_is_told_with_its_line(folder):
    macros = folder / "numbers.tex"
    text = macros.read_text("utf-8")
    macros.write_text(text.replace(r"\num{8.6e10}}", r"\num{9.6e10}}", 1) + "\\newcommand{\\bpMine}{5}\n", "utf-8")
    found = check(paper(folder, "\\bpNeurons"))
    assert [(row.file, row.name, row.verdict) for row in found][:2] == [
        ("numbers.tex", r"\bpNeurons", "edited"), ("numbers.tex", r"\bpMine", "edited"),
    ]  # fmt: skip
    assert r"its record says \num{8.6e10}" in found[0].why
    assert found[0].line == 3
    assert "no record gives it" in found[1].why


def edited(folder, change, *, rehash=False):
    file = folder / "numbers.json"
    content = json.loads(file.read_text("utf-8"))
    change(content["numbers"])
    if rehash:
        for each in content["numbers"].values():
            each["record"]["digests"] = digests_of(each["record"])
            each["record"]["sha256"] = content_hash(each["record"])
        content["sha256"] = content_hash(content)
    file.write_text(json.dumps(content), "utf-8")


def shift(numbers):
    for node in numbers["parameters"]["record"]["nodes"]:
        if node.get("name") == "w":
            node["value"]["parameters"]["mu"] += 1.0


def test_an_edited_record_is_told(folder):
    edited(folder, shift)
    found = check(paper(folder, "\\bpParameters and \\bpNeurons"))
    assert [row.verdict for row in found] == ["edited", "edited"]
    assert "(w)" in found[0].why
    assert "numbers.json was changed by hand" in found[1].why


def test_a_number_that_its_record_no_longer_gives_is_stale(folder):
    edited(folder, shift, rehash=True)
    found = check(paper(folder, "\\bpParameters and \\bpNeurons"))
    assert [row.verdict for row in found] == ["stale", "holds"]
    assert found[0].why.startswith("median was 2.7e14, and its record gives 7.4e14")


def test_a_number_of_an_older_edition_is_told_and_holds(folder, monkeypatch):
    newer = bp.evidence.finding("human/brain/neurons").model_copy(update={"edition": "2031.1"})
    finding = type(bp.evidence).finding
    monkeypatch.setattr(
        type(bp.evidence), "finding", lambda self, name: newer if "@" not in name else finding(self, name)
    )
    found = check(paper(folder, "\\bpNeurons"))
    assert [row.verdict for row in found] == ["outdated"]
    assert "since edition 2031.1" in found[0].why
    assert found.holds


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("86 billion", "holds"), ("8.6e10", "holds"), ("86.06 billion neurons", "holds"), ("9e10 neuron", "holds"),
        (r"\num{8.6e10}", "holds"), (r"$8.6 \times 10^{10}$", "holds"), ("8.7e10", "stale"), ("87 billion", "stale"),
        ("8.6e10 synapses", "wrong unit"), ("86 million neurons", "stale"), ("many", "stale"), ("", "stale"),
        ("7.3e10 to 9.9e10", "holds"), ("7.4e10 to 9.9e10", "stale"),
    ],
)  # fmt: skip
def test_a_typed_number_is_compared_at_its_digits(folder, written, verdict):
    found = check(paper(folder, f"\\bpnumber{{neurons}}{{{written}}}"))
    assert [(row.name, row.verdict) for row in found] == [("neurons", verdict)]
    plain = written.replace(r"\num{8.6e10}", "8.6e10").replace("$", "").replace(r"\times 10^{10}", "× 10^10")
    marked = [f"[{plain}]{{bp=neurons}}", f'[{plain}]{{.x bp="neurons"}}', f"<!-- bp:neurons -->{plain}<!-- /bp -->"]
    for number, text in enumerate(marked):
        assert verdicts(paper(folder, text, f"{number}.md")) == [("neurons", verdict)]
    assert verdicts(paper(folder, marked[0], "x.qmd")) == [("neurons", verdict)]


def test_a_typed_number_of_another_name_is_told(folder):
    found = check(paper(folder, "one\n\n[5]{bp=neuron}", "x.md"))
    assert [(row.line, row.verdict) for row in found] == [(3, "unknown")]
    assert "Did you mean 'neurons'" in found[0].why


def test_numbers_stand_where_a_paper_says_and_nowhere_outside(folder, tmp_path_factory):
    inner = folder / "text"
    inner.mkdir()
    outside = paper(inner, "[86 billion]{bp=neurons}", "a.md")
    assert verdicts(outside) == [("neurons", "unknown")]
    assert [row.verdict for row in check(outside, numbers=folder / "numbers.json")] == ["holds"]
    up = inner / "b.md"
    up.write_text("<!-- bp numbers=../numbers.json -->[86 billion]{bp=neurons}", "utf-8")
    assert verdicts(up) == [("neurons", "unknown")]  # a paper leads nowhere outside its folder
    (folder / "c.md").write_text("<!-- bp numbers=numbers.json -->[86 billion]{bp=neurons}", "utf-8")
    assert verdicts(folder / "c.md") == [("neurons", "holds")]


def test_what_holds_no_numbers_is_told(folder):
    assert check(paper(folder, "no number here", "x.md")).rows == ()
    assert "no number is marked" in str(check(paper(folder, "no number here", "x.md")))
    (folder / "other.json").write_text("{}", "utf-8")
    with pytest.raises(FileError, match=r"check\('x.md'\): 'other.json' holds no numbers"):
        check(folder / "x.md", numbers=folder / "other.json")
    with pytest.raises(FileError, match=r"check\('none.tex'\)"):
        check(folder / "none.tex")


def test_the_command_says_where_and_ends_with_a_code(folder, capsys):
    good, bad = paper(folder, "\\bpNeurons", "good.tex"), paper(folder, "\n\\bpNeurens", "bad.tex")
    assert main(["check", str(good)]) == 0
    assert capsys.readouterr().out == "1 number: 1 holds\n"
    assert main(["check", str(good), str(bad)]) == 1
    assert "bad.tex:3: bpNeurens: unknown" in capsys.readouterr().out
    assert main(["check", "--json", str(bad)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], told["numbers"][0]["line"]) == (False, 3)
    assert main(["check", str(folder / "none.tex")]) == 2


def test_the_parts_that_a_paper_inputs_are_checked_with_it(folder):
    (folder / "sections").mkdir()
    (folder / "sections" / "one.tex").write_text("\n\\bpNeurons and \\bpNeurens", "utf-8")
    (folder / "two.tex").write_text("% \\bpNothing\n\\bpnumber{neurons}{87 billion} \\input{paper}", "utf-8")
    found = check(paper(folder, "\\input{sections/one}\\include{two.tex}\\input{../outside}\\input{missing}"))
    assert [(row.place, row.verdict) for row in found] == [
        ("sections/one.tex:2", "holds"), ("sections/one.tex:2", "unknown"), ("two.tex:2", "stale"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["\\input one", "\\input parts/one.tex\n", "\\input{\"parts/one\"}", "\\import{parts/}{one}",
     "\\subfile{parts/one}", "\\subimport{parts}{one.tex}", "\\InputIfFileExists{parts/one}{}{}", "\\input{parts/two}"],
)  # fmt: skip
def test_a_part_is_checked_however_it_is_input(folder, text):
    (folder / "parts").mkdir()
    for place in (folder / "one.tex", folder / "parts" / "one.tex"):
        place.write_text("\\bpnumber{neurons}{87 billion}", "utf-8")
    (folder / "parts" / "two.tex").write_text("\\subfile{one}", "utf-8")
    (folder / "one.tex").rename(folder / "one.tex" if text == "\\input one" else folder / "other.tex")
    assert [row.verdict for row in check(paper(folder, text))] == ["stale"]


def test_a_part_outside_of_the_folder_is_told(folder):
    inner = folder / "text"
    inner.mkdir()
    (inner / "paper.tex").write_text("\\input{../numbers}\n\\input{../part} \\bpNeurons", "utf-8")
    part = paper(folder, "\\bpNeurens", "part.tex")
    found = check(inner / "paper.tex", numbers=folder / "numbers.json")
    assert [(row.line, row.name, row.verdict) for row in found] == [
        (2, "part.tex", "unknown"), (2, "bpNeurons", "holds"),
    ]  # fmt: skip
    assert [row.name for row in check(inner / "paper.tex", part, numbers=folder / "numbers.json")] == [
        "bpNeurons", "bpNeurens",
    ]  # fmt: skip
    assert "numbers.tex lies outside of the folder of the paper" in check(inner / "paper.tex")[-1].why


def test_all_files_of_a_paper_may_be_named_at_once(folder):
    (folder / "parts").mkdir()
    part, whole = folder / "parts" / "one.tex", paper(folder, "\\input{parts/one} \\bpNeurons")
    part.write_text("\\bpParameters", "utf-8")
    notes = paper(folder, "[86 billion]{bp=neurons}", "notes.md")
    found = check(part, folder / "numbers.tex", whole, notes, whole)
    assert [(row.place, row.verdict) for row in found] == [
        ("paper.tex:2", "holds"), ("parts/one.tex:1", "holds"), ("notes.md:1", "holds"),
    ]  # fmt: skip
    part.write_text("\\input{paper} \\bpNeurons", "utf-8")  # each inputs the other: both are looked at
    assert {row.place for row in check(whole, part)} >= {"paper.tex:2", "parts/one.tex:1"}


def test_one_name_is_one_number(folder):
    for name, number in (("one", "302 neuron"), ("two", "7000 neuron"), ("three", "302 neuron")):
        (folder / name).mkdir()
        bp.numbers({"cells": bp.exact(number)}).write(folder / name / "numbers.tex")
    for other, holds in (("two", False), ("three", True)):
        text = f"<!-- bp numbers=one/numbers.json --><!-- bp numbers={other}/numbers.json --> [302]{{bp=cells}}"
        path = paper(folder, text, "x.md")
        if holds:
            assert check(path).holds
        else:
            with pytest.raises(FileError, match=r"'cells' is another number in 'one/numbers.json' and 'two/"):
                check(path)


def test_a_paper_in_another_encoding_is_told_what_to_do(folder):
    path = folder / "paper.tex"
    path.write_bytes("é \\bpNeurons".encode("latin-1"))
    with pytest.raises(FileError, match="not a text in UTF-8; save it as UTF-8"):
        check(path)


def test_papers_of_several_folders_are_told_apart(folder):
    for name in ("one", "two"):
        (folder / name / "parts").mkdir(parents=True)
        bp.numbers({"neurons": bp.exact("302 neuron")}).write(folder / name / "numbers.tex")
        (folder / name / "parts" / "a.tex").write_text("\\bpNeurons", "utf-8")
        paper(folder / name, "\\input{parts/a}")
    one, two = folder / "one" / "paper.tex", folder / "two" / "paper.tex"
    assert [row.place for row in check(one)] == ["parts/a.tex:1"]
    assert [row.place for row in check(one, two)] == ["one/parts/a.tex:1", "two/parts/a.tex:1"]
    macros = folder / "one" / "numbers.tex"
    macros.write_text(macros.read_text("utf-8").replace("302", "303"), "utf-8")
    assert {row.file for row in check(one, two) if row.verdict == "edited"} == {"one/numbers.tex"}


def test_the_macros_themselves_may_be_named(folder):
    macros = folder / "numbers.tex"
    assert check(macros).rows == ()
    macros.write_text(macros.read_text("utf-8").replace("billion", "million"), "utf-8")
    assert {row.verdict for row in check(macros)} == {"edited"}
    (folder / "numbers.json").unlink()
    with pytest.raises(FileError, match=r"check\('numbers.tex'\): 'numbers.json', which write\(\) made"):
        check(macros)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.tex", "\\begin{verbatim}\n\\bpNeurens\n\\end{verbatim} \\verb|\\bpNeurens| \\bpNeurons"),
        ("x.tex", "\\begin{comment}\n\\bpNeurens\n\\end{comment}\n\\bpNeurons"),
        ("x.tex", "a \\\\% \\bpNeurens\n50\\% \\bpNeurons % \\bpNeurens"),
        ("x.tex", "\\url{https://a.org/b%20c} \\bpNeurons"),
        ("x.md", "write `[5]{bp=neurens}` or\n```\n[5]{bp=neurens}\n```\n[86 billion]{bp=neurons}"),
        ("x.qmd", "```{r}\n#| fig-cap: '[86 billion]{bp=neurons}'\nx['a']{bp=neurens}\n```\n"),
        ("x.qmd", "~~~ {=html}\n<!-- bp:neurons -->86 billion<!-- /bp -->\n~~~\n"),
    ],
)
def test_only_what_is_printed_counts(folder, name, text):
    (row,) = check(paper(folder, text, name))
    assert (row.name.lower().removeprefix("bp"), row.verdict) == ("neurons", "holds")


def test_a_folder_is_checked_with_all_its_papers(folder, capsys, monkeypatch):
    with pytest.raises(FileError, match=r"holds no paper in \.tex, \.md, \.qmd with numbers that are marked"):
        check(folder)
    (folder / "part.tex").write_text("\\bpNeurons", "utf-8")
    paper(folder, "\\input{part}")
    paper(folder, "[87 billion]{bp=neurons}", "notes.md")
    paper(folder, "no number", "README.md")
    assert [(row.place, row.verdict) for row in check(folder)] == [("notes.md:1", "stale"), ("part.tex:1", "holds")]
    monkeypatch.chdir(folder)
    assert main(["check"]) == 1
    assert "2 numbers: 1 holds, 1 stale" in capsys.readouterr().out
    (folder / "numbers.json").unlink()
    assert {row.why for row in check(folder)} == {NO_FILE}


@pytest.mark.parametrize("name", ["paper.pdf", "numbers.json", "paper"])
def test_what_is_no_paper_is_told(folder, name):
    (folder / name).write_text("\\bpNeurons", "utf-8")
    with pytest.raises(FileError, match=r"give a paper in \.tex, \.md or \.qmd, or a folder"):
        check(folder / name)


# --- every printed form --------------------------------------------------------------------------------------------


WEIGHT = bp.exact("1 parameter/synapse", because="one scalar weight a synapse")
SYNAPSES = bp.assumed("1000 to 10000 synapse/neuron", because="textbook range", name="synapses per neuron")
PRINTED = {
    "neurons": bp.evidence("human/brain/neurons"),
    "synapses": SYNAPSES,
    "parameters": bp.synaptic_parameters(bp.evidence("human/brain/neurons"), SYNAPSES, WEIGHT),
    "gpt": bp.evidence("model/gpt-3/parameters"),
    "twice": bp.evidence("model/gpt-3/parameters") * bp.exact("2", "1", because="two of them"),
    "weights": bp.exact("6738415616 parameter"),
    "worm": bp.exact("302 neuron"),
    "ratio": SYNAPSES * bp.exact("1 neuron/synapse", because="a pure number"),
    "tiny": bp.assumed("1e-7 to 3e-7 m", because="a width"),
    "volume": bp.assumed("100 to 300 mm^3", because="a volume"),
    "change": bp.assumed(bp.Normal.from_interval(-30, 50, level=0.9), "m", because="a shift"),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("printed")
    bp.numbers(PRINTED).write(folder / "numbers.tex")
    return folder


@pytest.mark.parametrize("name", PRINTED)
def test_every_form_that_is_printed_of_a_number_holds(printed, name):
    q = PRINTED[name]
    forms = {form: text for form, text in forms_of(q, 0.90).items() if text}
    unit = forms.pop("unit", "")
    texts = [str(q), repr(q), *(f"{q:{spec}}" for spec in ("90%", "95%", "50%", ".2g", ".3g", "words", "sentence"))]
    texts += [text for form in forms.values() for text in (form, form if unit in form else f"{form} {unit}") if text]
    texts += [q._repr_markdown_().partition(": ")[2].partition("\n")[0]]
    texts += [re.sub(r", \d.*", "", str(q))]
    written = "\n\n".join(f"<!-- bp:{name} -->{text}<!-- /bp -->" for text in texts)
    found = check(paper(printed, written, f"{name}.md"))
    assert [(row.written, row.why) for row in found if row.verdict != "holds"] == []
    in_latex = [f"{q:latex}", f"{q:siunitx}", *texts]
    marks = "\n\n".join(f"\\bpnumber{{{name}}}{{{text.replace('%', chr(92) + '%')}}}" for text in in_latex)
    found = check(paper(printed, marks, f"{name}.tex"))
    assert [(row.written, row.why) for row in found if row.verdict != "holds"] == []


@pytest.mark.parametrize(
    ("name", "written", "verdict"),
    [
        ("neurons", "8.6×10¹⁰", "holds"), ("neurons", "86,000,000,000", "holds"),
        ("neurons", "86 000 000 000", "holds"),
        ("neurons", "7.3e10--9.9e10", "holds"), ("neurons", "86{,}000{,}000{,}000", "holds"),
        ("neurons", "8.60e10", "stale"), ("neurons", "87,000,000,000", "stale"), ("neurons", "8.6×10¹¹", "stale"),
        ("neurons", "8.6e10 neurons (87 billion)", "stale"), ("synapses", "3300 synapses per neuron", "stale"),
        ("neurons", "8.6e10 neurons, 90 % interval 7.3e10 to 9.8e10", "stale"),
        ("neurons", "8.6e10 neurons, 95 % interval 7.3e10 to 9.9e10", "stale"),
        ("neurons", "8.6e10 neurons, no spread published", "stale"), ("neurons", "8.6e10 (200 %)", "stale"),
        ("gpt", "1.7e11 to 1.8e11", "stale"), ("gpt", "1.75e11 parameters, no spread published", "holds"),
        ("parameters", "280 trillion parameters", "stale"), ("parameters", "270 billion parameters", "stale"),
    ],
)  # fmt: skip
def test_typed_forms_hold_only_where_their_numbers_do(printed, name, written, verdict):
    found = check(paper(printed, f"<!-- bp:{name} -->{written}<!-- /bp -->", "typed.md"))
    assert [row.verdict for row in found] == [verdict], found[0].why
    assert verdict == "holds" or "its record gives" in found[0].why or found[0].why.startswith("unit")


@pytest.mark.parametrize(
    ("name", "written", "verdict"),
    [
        ("share", "82 %", "holds"), ("share", "82\\%", "holds"), ("share", "82 percent", "holds"),
        ("share", "57–96%", "holds"), ("share", "57% to 96%", "holds"), ("share", "83 %", "stale"),
        ("share", "0.82 %", "stale"), ("share", "58–96%", "stale"), ("length", "82 %", "wrong unit"),
        ("whole", "123456789012345678", "holds"), ("whole", "123456789012345679", "stale"),
        ("whole", "123,456,789,012,345,679 synapses", "stale"), ("whole", "1.2345678901234568e17", "holds"),
        ("whole", "123 quadrillion", "holds"), ("whole", "124 quadrillion", "stale"),
        ("large", "2.7×10^14^", "holds"), ("large", "2.7 × 10<sup>14</sup>", "holds"),
        ("large", "2.7×10^13^", "stale"), ("range", "1000-10,000", "holds"), ("range", "1000-20000", "stale"),
        ("length", "1.5 m", "holds"), ("length", "1.6 m", "stale"),
    ],
)  # fmt: skip
def test_shares_whole_numbers_powers_and_hyphens_are_read_as_papers_write_them(tmp_path, name, written, verdict):
    numbers = {
        "share": bp.assumed(bp.Beta(8, 2), "1", because="a test"), "whole": bp.exact(123456789012345678, "synapse"),
        "large": bp.exact("2.7e14 parameter"), "range": lognormal(1e3, 1e4, "s", "synapse/neuron"),
        "length": bp.exact("1.5 m"),
    }  # fmt: skip
    bp.numbers(numbers).write(tmp_path / "numbers.tex")
    (found,) = check(paper(tmp_path, f"<!-- bp:{name} -->{written}<!-- /bp -->", "x.md"))
    assert found.verdict == verdict, found.why


# --- what must not pass silently -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        r"\renewcommand{\bpNeurons}{99}", r"\def\bpNeurons{99}", r"\gdef \bpNeurons{99}", r"\let\bpNeurons\relax",
        r"\renewcommand*\bpNeurons{99}", r"\DeclareRobustCommand{\bpNeurons}{9}", r"\providecommand{\bpNeurons}{9}",
        r"\RenewDocumentCommand{\bpNeurons}{}{9}", r"\expandafter\def\csname bpNeurons\endcsname{9}",
        r"\renewcommand{\bpnumber}[2]{99}",
    ],
)  # fmt: skip
def test_a_macro_that_the_paper_defines_anew_is_edited(folder, text):
    found = check(paper(folder, f"\n{text} \\bpParameters"))
    assert [(row.line, row.verdict) for row in found] == [(3, "edited"), (3, "holds")]
    (folder / "part.tex").write_text(text, "utf-8")
    assert [row.place for row in check(paper(folder, "\\input{part}")) if row.verdict == "edited"] == ["part.tex:1"]


def test_lines_that_write_did_not_make_are_edited(folder):
    macros = folder / "numbers.tex"
    macros.write_text(macros.read_text("utf-8") + "\\renewcommand{\\bpNeurons}{99}\n\n% a note\n", "utf-8")
    assert [row.verdict for row in check(paper(folder, "\\bpNeurons"))] == ["edited", "holds"]


def test_macros_that_no_file_defines_do_not_hold(folder):
    macros = folder / "numbers.tex"
    lines = macros.read_text("utf-8").splitlines()
    macros.write_text("\n".join(each for each in lines if r"{\bpNeurons}" not in each), "utf-8")
    assert verdicts(paper(folder, "\\bpNeurons \\bpNeuronsLow")) == [("bpNeurons", "edited"), ("bpNeuronsLow", "holds")]
    macros.unlink()
    found = check(paper(folder, "\\bpNeurons"))
    assert [row.verdict for row in found] == ["edited"]
    assert "no such line" in found[0].why


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.md", "<!-- bp:parameters -->999 trillion"), ("x.md", "[7 billion]{bp=neurons"),
        ("x.md", "[7]{bp=neurons\n\n"),
        ("x.md", "<!-- bp:a -->1 <!-- bp:neurons -->2<!-- /bp -->"), ("x.md", "7 billion<!-- /bp -->"),
        ("x.md", "<!-- bp:neurons 7 billion"), ("x.md", "7 billion]{bp=neurons}"), ("x.md", "[7 billion {bp=neurons}"),
        ("x.md", "[7 billion] {bp=neurons}"), ("x.md", "<!-- bp numbers=nosuch.json -->"),
        ("x.md", "<!-- bp numbers -->"),
        ("x.tex", r"\bpnumber{neurons}{7 billion"), ("x.tex", r"\bpnumber{neurons}"), ("x.tex", r"\bpnumber{neurons"),
    ],
)  # fmt: skip
def test_a_mark_that_is_not_whole_is_an_error_with_its_line(folder, capsys, name, text):
    path = paper(folder, f"\n\n[8.6e10]{{bp=neurons}} {text}", name)
    with pytest.raises(FileError, match=rf"{name}:{4 if name == 'x.tex' else 3}: "):
        check(path)
    assert main(["check", str(path)]) == 2


@pytest.mark.parametrize(
    "text",
    [
        r"\bpnumber{neurons}{\textbf{\emph{$8.6 \times 10^{10}$}}}", '[8.6e10]{bp="neurons" .x}',
        "[8.7e10]{bp=neurons .x}",
        "[about [1] 5]{bp=neurons}", "<!--bp:neurons-->5<!--/bp-->", r"[$8.6\times10^{10}$]{bp=neurons}",
        r"{a} [\num{8.6e10} {x} y]{.small bp=neurons} {b}",
    ],
)  # fmt: skip
def test_marks_in_every_dress_are_seen(folder, text):
    found = check(paper(folder, text, "x.tex" if text.startswith("\\") else "x.md"))
    assert [row.name for row in found] == ["neurons"]
    assert found[0].verdict in ("holds", "stale")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("x.md", "<!-- bp:neurons -->"), ("x.md", "<!-- bp:neurons"), ("x.md", "[]{"), ("x.md", "["),
        ("x.md", "]{bp=a"), ("x.md", "]{x}"), ("x.md", "]{ bp=a}"),
        ("x.md", "<!--"), ("x.md", "[1]{bp=neurons}"), ("x.tex", r"\bpnumber{a}{"),
        ("x.tex", r"\bpnumber{"), ("x.md", "]"),
        ("x.md", "<!-- bp numbers="), ("x.tex", "\\let"), ("x.tex", " "), ("x.md", "{bp="),
        ("x.md", "<!-- bp:neurons -->1 <!-- /bp -->"),
    ],
)  # fmt: skip
def test_scanning_takes_time_in_proportion_to_the_text(name, part):
    def seconds(count):
        text, best = part * count, float("inf")
        for _ in range(3):
            start = time.process_time()
            try:
                uses(text, is_tex=name.endswith(".tex"))
                list(named_files(text))
            except MarkError:
                pass
            best = min(best, time.process_time() - start)
        return best

    assert seconds(20_000) < 30 * seconds(2_000) + 0.05


def test_a_use_of_a_number_costs_no_look_at_all_the_others(tmp_path, monkeypatch):
    names = [f"number {one}{other}" for one in "abcdefgh" for other in "abcdefgh"]
    bp.numbers({name: bp.exact("302 neuron", because="a count") for name in names}).write(tmp_path / "numbers.tex")
    uses_of_all = " ".join(f"\\{macro_of(name)}" for name in names)
    looked = []
    monkeypatch.setattr("brainparams.records.papers.macro_of", lambda name: looked.append(name) or macro_of(name))
    for count in (1, 20):
        (tmp_path / "paper.tex").write_text(f"\\input{{numbers.tex}} {uses_of_all * count}", "utf-8")
        looked.clear()
        found = check(tmp_path / "paper.tex")
        assert found.holds
        assert len(found.rows) == count * len(names)
        assert len(looked) <= len(FORMS) * len(names)


def test_code_between_braces_is_no_mark(folder):
    code = "f <- function(x) {\n  bp=3\n}\ng = { bp=3 }\nh = f'{bp=}' + x[1]\n"
    assert verdicts(paper(folder, f"[8.6e10]{{bp=neurons}}\n{code}", "x.qmd")) == [("neurons", "holds")]


@pytest.mark.parametrize("ask", [bp.load, bp.verify, lambda path: bp.diff(path, path)])
def test_whoever_takes_the_numbers_for_a_record_is_sent_to_the_check(folder, ask):
    with pytest.raises(FileError, match=r"numbers of a paper, which `brainparams check` compares"):
        ask(folder / "numbers.json")


def test_a_broken_file_of_numbers_is_named(folder):
    (folder / "numbers.json").write_text("{ broken", "utf-8")
    with pytest.raises(FileError, match=r"numbers\.json: .*JSON"):
        check(paper(folder, "\\bpNeurons"))


def test_commas_behind_a_number_stay(folder):
    ratio = lognormal(850, 8700, "r", "1")
    latex = bp.numbers({"x": ratio, "worm": bp.exact("302 neuron"), "big": bp.exact("6738415616 parameter")}).latex()
    assert re.search(r"\\bpXFull\}\{\\num\{2700\}, \\num\{90\} \\% interval", latex)
    assert r"\bpBigFull}{\num{6738415616} parameters exactly}" in latex
    assert r"\newcommand{\bpWormWords}{\num{302}}" in latex
    assert not re.search(r"\\bpWorm(Low|High|Interval)", latex)
    bp.numbers({"worm": bp.exact("302 neuron")}).write(folder / "numbers.tex")
    found = check(paper(folder, "\\bpWormLow \\bpWormWords"))
    assert [row.verdict for row in found] == ["unknown", "holds"]
    assert "no spread" in found[0].why


@pytest.mark.parametrize(
    "named",
    [
        {"x": "1 to 2 m", "x low": "1 to 2 m"}, {"x low": "1 m", "x": "2 m"}, {"x": "1 m", "x unit": "2 m"},
        {"r": bp.exact({"a": 1, "b": 2}, "m", axis="k"), "r a": "1 m"},
    ],
)  # fmt: skip
def test_names_whose_macros_meet_are_refused(named):
    named = {k: bp.assumed(v, because="x") if isinstance(v, str) else v for k, v in named.items()}
    with pytest.raises(ArgumentError, match="would both be"):
        bp.numbers(named)


# --- the example paper -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    copy = tmp_path_factory.mktemp("paper")
    for name in ("analysis.py", "paper.tex", "notes.md"):
        shutil.copy(EXAMPLE / name, copy / name)
    command = [sys.executable, "-W", "error", "analysis.py"]
    environment = {**os.environ, "PYTHONPATH": str(Path(bp.__file__).parent.parent)}
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=environment)
    return copy


def test_the_example_paper_holds(example):
    assert check(example).holds
    found = check(example / "paper.tex", example / "notes.md")
    assert found.holds, str(found)
    assert len(found) >= 10
    assert bp.verify(example / "parameters.json").verdict == "identical"


def test_the_example_paper_is_typeset(example):
    latex = shutil.which("pdflatex")
    if latex is None:
        pytest.skip("no LaTeX here")
    subprocess.run([latex, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"], cwd=example, check=True,
                   capture_output=True)  # fmt: skip
    assert (example / "paper.pdf").stat().st_size > 1000
