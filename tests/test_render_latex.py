"""LaTeX: what is written compiles without a warning and with nothing beyond the margin, in every class and column."""

import re
import shutil
import subprocess

import pytest

import brainparams as bp
from brainparams.command_line.demo import human_brain
from brainparams.derivation import derive
from brainparams.errors import ArgumentError
from brainparams.render.equations import broken, letters

CLASSES = {
    "article": (r"\documentclass{article}", "", 1),
    "two columns": (r"\documentclass[twocolumn]{article}", "", 2),
    "revtex": (r"\documentclass[aps,prl,reprint]{revtex4-2}", "", 2),
    "slides": (r"\documentclass{beamer}", r"\begin{frame}[allowframebreaks]\footnotesize", 2),
}
PACKAGES = ("revtex4-2.cls", "beamer.cls", "siunitx.sty", "booktabs.sty", "tabularx.sty", "xurl.sty", "capt-of.sty")


def is_installed(file):
    return subprocess.run(["kpsewhich", file], capture_output=True, check=False).returncode == 0


HAS_TEX = shutil.which("pdflatex") and shutil.which("kpsewhich") and all(map(is_installed, PACKAGES))
TEX = pytest.mark.skipif(not HAS_TEX, reason="needs pdflatex with siunitx, booktabs, revtex and beamer")


def complaints(folder, fragment, kind, bibliography=None, preamble=None):
    """Return errors, warnings and boxes beyond the margin of a document that holds nothing but what we wrote."""
    start, frame, _ = CLASSES[kind]
    end = r"\end{frame}" if frame else ""
    works = r"\bibliographystyle{plain}\bibliography{works}" if bibliography else ""
    lines = [
        start,
        preamble or bp.latex_preamble(),
        r"\begin{document}",
        frame,
        fragment,
        works,
        end,
        r"\end{document}",
    ]
    (folder / "x.tex").write_text("\n".join(lines), encoding="utf-8")
    commands = [["pdflatex", "-interaction=nonstopmode", "x.tex"]] * 2
    if bibliography:
        (folder / "works.bib").write_text(bibliography, encoding="utf-8")
        commands = [commands[0], ["bibtex", "x"], commands[0], commands[0]]
    for command in commands:
        subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    log = (folder / "x.log").read_text(encoding="utf-8", errors="replace")
    assert (folder / "x.pdf").exists(), log[-2000:]
    return [line for line in log.splitlines() if re.match(r"!|Overfull|Underfull|.*Warning", line)]


@TEX
@pytest.mark.parametrize(
    ("kind", "layout"),
    [(kind, layout) for kind in CLASSES for layout in ("list", "paper")],
)
def test_the_flagship_fits_every_column(kind, layout, tmp_path):
    told = human_brain().to_latex(layout=layout, columns=CLASSES[kind][2], label="brain")
    assert complaints(tmp_path, told, kind) == []


@TEX
@pytest.mark.parametrize("layout", ["list", "paper"])
def test_a_derivation_fits_slides(layout, tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    brain = bp.synaptic_parameters(neurons, "1000 to 10000 synapse/neuron", "1 parameter/synapse")
    assert complaints(tmp_path, brain.to_latex(layout=layout, columns=2), "slides") == []


def other_kinds():
    """Return what else is shown: arrays of one and two axes, views, no mean, no spread, a name that goes on and on."""
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="synapses per neuron")
    areas = {f"area {k} of the cortex": f"{1 + k}e7 to {3 + 2 * k}e7" for k in range(30)}
    array = (bp.assumed(areas, "neuron", because="test", axis="area", name="neurons by area") * each).named("by area")
    types = bp.assumed({"E": "1 to 2", "I": "3 to 4"}, "1", because="test", axis="type", name="by type")
    sparse, dense = (bp.assumed(text, because="test", name=text) for text in ("1e10 to 2e10 m", "1e15 to 3e15 m"))
    views = bp.choose({"sparse": sparse, "dense": dense}, weights=[0.5, 0.5], because="test", name="views")
    long = "synapses onto dendritic spines of pyramidal neurons in layers two and three " * 3
    ratio = bp.assumed("1 to 2 m", because="test", name="length") / bp.assumed(bp.Normal(1, 0.6), "s", because="test")
    stated = bp.measured("3.2e9 synapse", source="azevedo2009", name="synapses")
    named = (bp.assumed("1e8 to 5e8 synapse", because=long, name=long) * stated).named(long)
    return [array, (array * types).named("by area and type"), views, ratio.named("no mean"), stated, named]


@TEX
@pytest.mark.parametrize("layout", ["list", "paper"])
@pytest.mark.parametrize("kind", CLASSES)
def test_every_kind_fits_every_column(kind, layout, tmp_path):
    columns = CLASSES[kind][2]
    told = [each.to_latex(layout=layout, columns=columns, label=f"q{k}") for k, each in enumerate(other_kinds())]
    assert complaints(tmp_path, "\n\n".join(told), kind) == []


@TEX
def test_a_paper_takes_two_calls(tmp_path):
    """The derivation and its sources: keys instead of numbers, and the paper's own list of works."""
    brain = human_brain()
    told = brain.to_latex(cite="key", layout="paper", label="brain")
    assert complaints(tmp_path, told, "article", brain.bibliography("bibtex")) == []


@TEX
def test_an_exported_notebook_needs_no_package_of_ours(tmp_path):
    """Exports to LaTeX and PDF take the LaTeX of each output, and load no tables and numbers of ours."""
    shown = [human_brain(), *other_kinds(), human_brain().swings(), human_brain().drivers(), bp.compare(["gpt-3"])]
    told = [each._repr_mimebundle_()["text/latex"] for each in shown]
    preamble = "\n".join([r"\usepackage{amsmath}", r"\usepackage[T1]{fontenc}", r"\usepackage{hyperref}"])
    assert complaints(tmp_path, "\n\n".join(told), "article", preamble=preamble) == []


HOSTILE = [
    "<script>alert(1)</script>", "$x_1$ & 50 % #1", "C:\\temp\\new", "{y} ~ ^ |", r"\input{/etc/passwd}", "“é±×”",
    "\x1b[31mred", "nul\x00l", "a\u202eb", "中 and 😀", "[x]", "τ ≤ 3 µm³", "word" * 6,
]  # fmt: skip


@TEX
def test_no_name_breaks_a_document(tmp_path):
    fragments = []
    for place, text in enumerate(HOSTILE):
        one = bp.assumed("1 to 3 m", because=text, name=text, symbol=text, note=text)
        array = bp.exact({text: 2, "other": 3}, "1", axis="kind", name="array")
        both = (one * array).named(f"array of {text}", because=text)
        result = ((both * both)[text] - one.named(text) * bp.exact("1 m")).named(f"result {text}")
        result = result.with_caveat(text, effect="unknown")
        fragments += [result.to_latex(layout=layout, label=f"{place}") for layout in ("list", "paper")]
    found = complaints(tmp_path, "\n".join(fragments), "article")
    assert [each for each in found if not each.startswith("Overfull")] == []


@TEX
@pytest.mark.parametrize("kind", ["article", "two columns"])
def test_tables_fit_too(kind, tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    brain = bp.synaptic_parameters(neurons, "1000 to 10000 synapse/neuron", "1 parameter/synapse")
    shown = [
        bp.compare([brain, "gpt-3", "hinton-2014"], reference="gpt-3"),
        brain.swings(),
        bp.evidence.rivals("human/neocortex/synapses"),
        bp.disagreement("human/neocortex/synapses"),
        bp.dense_layer(2, 3, bias=True),
    ]
    columns = CLASSES[kind][2]
    assert complaints(tmp_path, "\n".join(each.to_latex(columns=columns) for each in shown), kind) == []


# --- without TeX -----------------------------------------------------------------------------------------------------


def test_keys_stand_for_numbers():
    brain = bp.evidence("human/brain/neurons") * bp.exact("1 parameter/neuron", name="weights")
    told = brain.to_latex(cite="key")
    assert r"~\cite{azevedo2009}" in told
    assert "[1]" not in told
    assert r"\begin{enumerate}" not in told
    assert "azevedo2009" in brain.bibliography("bibtex")
    assert r"\cite" not in brain.to_latex()


def test_captions_and_labels_of_a_paper():
    brain = human_brain()
    told, whole = brain.to_latex(layout="paper", label="my brain"), derive(brain.node, level=0.9)
    groups = [each for each in ("measured", "assumed", "exact") if whole.group(each)]
    assert re.findall(r"\\label\{(.*?)\}", told) == [f"tab:my-brain-{each}" for each in groups]
    assert told.count(r"\captionof{table}") == len(groups) >= 2
    assert told.count(r"\begin{align*}") == told.count(r"\end{align*}") == len(whole.steps) > 5
    assert r"\label" not in human_brain().to_latex(layout="paper")


def test_a_notebook_needs_no_siunitx():
    told = human_brain()._repr_latex_()
    assert r"\num" not in told
    assert re.search(r"\\ensuremath\{\d\.\d+\\times 10\^\{14\}\} parameters", told)


def test_the_preamble_names_what_is_used():
    told = human_brain().to_latex(layout="paper", label="a") + human_brain().to_latex()
    for command, package in {
        r"\num": "siunitx",
        r"\toprule": "booktabs",
        "tabularx": "tabularx",
        r"\url": "xurl",
    }.items():
        assert command in told
        assert rf"{{{package}}}" in bp.latex_preamble()
        assert package in told.splitlines()[0]


def test_choices_that_do_not_exist_are_named():
    q = bp.exact("3 m")
    for wrong in ({"cite": "keys"}, {"layout": "letter"}, {"columns": 3}):
        with pytest.raises(ArgumentError, match=f"to_latex\\(\\): {next(iter(wrong))}"):
            q.to_latex(**wrong)


def test_formulas_break_between_terms_and_never_inside():
    formula = r"N_{\text{a + b}} + \left(c + d\right) \times \num{8.6e10}\,\text{neuron} - e"
    lines = broken(formula, 20).split(" \\\\\n&\\quad ")
    assert len(lines) > 2
    assert " ".join(lines) == formula
    for line in lines:
        assert line.count("{") == line.count("}")
        assert line.count(r"\left") == line.count(r"\right")
    assert broken("a + b", 20) == "a + b"
    assert letters(r"\text{abc}_{d}") == 5
