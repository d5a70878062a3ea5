"""The site: what it links to is there, and every public name shows how it is used."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import brainparams as bp

DOCS = Path(__file__).parents[1] / "docs"
WITHOUT_EXAMPLE = ("annotations.", "errors.")  # what they mean is their unit, or their place in the tree


def site_pages():
    spec = importlib.util.spec_from_file_location("site_pages", DOCS / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def public_names():
    pages = site_pages()
    for name in pages.front_door():
        value = getattr(bp, name)
        if inspect.ismodule(value):
            yield from ((f"{name}.{each}", getattr(value, each)) for each in pages.members(value))
        else:
            yield name, value


def said_of(value):
    return inspect.getdoc(value if inspect.isclass(value) or inspect.isroutine(value) else type(value)) or ""


def test_pages_for_language_models_link_to_what_is_there():
    pages = site_pages()
    made = {*pages.reference_pages(), *pages.family_pages(), *pages.findings_pages()}
    links = re.findall(r"\]\(([\w/-]+)\.html\)", (DOCS / "llms.txt").read_text(encoding="utf-8"))
    assert len(links) > 12
    assert [each for each in links if not (DOCS / f"{each}.md").exists() and f"{each}.md" not in made] == []


@pytest.mark.parametrize(
    "page", [path for path in sorted(DOCS.glob("*.md")) if "{code-cell}" in path.read_text("utf-8")]
)
def test_cells_of_a_page_run(page, monkeypatch, tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    names = {}
    with matplotlib.rc_context({"backend": "Agg", "figure.max_open_warning": 0}):
        for cell in re.findall(r"```\{code-cell\} python\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            exec(cell, names)
        names["plt"].close("all")


def test_every_public_name_has_one_line_that_says_what_it_is():
    lines = site_pages().reference_pages()["reference/names.txt"].splitlines()
    values = [value for _, value in public_names()]
    assert len(lines) == len({id(value) for value in values}) > 150  # what two families show stands once
    assert [line for line in lines if not re.fullmatch(r"- `[\w.]+(\(.*\))?`: \S.+", line)] == []


def test_every_public_name_shows_how_it_is_used():
    named = [(name, value) for name, value in public_names() if not name.startswith(WITHOUT_EXAMPLE)]
    assert [name for name, value in named if ">>>" not in said_of(value)] == []


def test_every_method_of_a_quantity_shows_how_it_is_used():
    own = [(name, value) for name, value in inspect.getmembers(bp.Quantity) if not name.startswith("_")]
    assert [name for name, value in own if ">>>" not in (inspect.getdoc(value) or "")] == []


def test_no_file_holds_what_a_merge_left_behind():
    root = DOCS.parent
    listed = [*root.glob("*"), *root.glob("src/**/*"), *root.glob("docs/*"), *root.glob("tests/*"), *root.glob(".*/*")]
    texts = [each for each in listed if each.is_file() and each.suffix in {"", ".py", ".md", ".toml", ".bib", ".yaml"}]
    left = [each.name for each in texts if re.search(r"(?m)^(<{7}|>{7}) ", each.read_text("utf-8", errors="replace"))]
    assert left == []
