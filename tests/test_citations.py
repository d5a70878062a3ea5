"""References: complete, syntactically right, and the same after a trip through BibTeX."""

import html.parser
import itertools
import json
import pickle
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import brainparams as bp
from brainparams import citations
from brainparams.citations import Citation, bibliography, read_references, references, resolve
from brainparams.citations.styles import STYLES
from brainparams.errors import ArgumentError, FileError, KindError, SourceError


def own(**changes):
    fields = {"key": "smith1999", "authors": ("Smith J",), "title": "On cells", "year": 1999, "doi": "10.1000/x"}
    return Citation(**{**fields, **changes})


def test_every_packaged_reference_is_complete():
    assert len(references()) >= 40
    for key, citation in references().items():
        assert citation.key == key
        assert citation.doi is None or re.fullmatch(r"10\.\d{4,9}/\S+", citation.doi)
        assert citation.doi or citation.url or citation.note
        assert citation.checked, key
        assert citation.container, key
        assert str(citation.year) in key, key


def test_a_doi_from_memory_says_so():
    admitted = {key for key, citation in references().items() if "from memory" in citation.checked}
    assert {"napper1988", "gulyas1999", "kincaid1998"} <= admitted


def test_no_doi_stands_twice():
    dois = [citation.doi.casefold() for citation in references().values() if citation.doi]
    assert len(dois) == len(set(dois))


@pytest.mark.parametrize(
    ("authors", "label"),
    [
        (("Drachman DA",), "Drachman 1999"),
        (("Smith J", "von Bartheld CS"), "Smith & von Bartheld 1999"),
        (("Smith J", "Doe A", "Roe B"), "Smith et al. 1999"),
        (("Smith J", "et al."), "Smith et al. 1999"),
        (("FlyWire Consortium",), "FlyWire Consortium 1999"),
        (("Müller-Lüdenscheidt ÄÖ",), "Müller-Lüdenscheidt 1999"),
    ],
)
def test_label(authors, label):
    assert own(authors=authors).label == label


def test_text_shortens_five_authors_to_three_and_keeps_four():
    four = ("Aa A", "Bb B", "Cc C", "Dd D")
    assert own(authors=four).text().startswith("Aa A, Bb B, Cc C, Dd D (1999).")
    assert own(authors=(*four, "Ee E")).text().startswith("Aa A, Bb B, Cc C, et al. (1999).")


def test_text_of_a_journal_article():
    text = references()["azevedo2009"].text()
    assert text.endswith("primate brain. J Comp Neurol 513(5):532–541. doi:10.1002/cne.21974")
    assert "\n" not in text


def test_text_does_not_put_a_full_stop_behind_a_question_mark():
    assert "spare? Neurology" in references()["drachman2005"].text()


def test_text_without_doi_gives_the_address_or_the_note():
    assert own(doi=None, url="https://example.org/a").text().endswith("https://example.org/a")
    assert own(doi=None, note="Lab book 7").text().endswith("Lab book 7.")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"doi": "https://doi.org/10.1000/x"}, "doi"),
        ({"doi": "10.12/x"}, "doi"),
        ({"doi": "10.1000/a b"}, "doi"),
        ({"url": "example.org"}, "url"),
        ({"doi": None}, "neither doi, url nor note"),
        ({"key": "Smith1999"}, "key"),
        ({"key": "smíth"}, "key"),
        ({"year": "1999"}, "year"),
        ({"year": True}, "year"),
        ({"year": 19}, "year"),
        ({"authors": ()}, "authors"),
        ({"authors": "Smith J"}, "authors"),
        ({"authors": ("Smith, J.",)}, "write 'Azevedo FAC'"),
        ({"authors": ("et al.", "Smith J")}, "stands last"),
        ({"authors": ("et al.",)}, "stands last"),
        ({"title": "  "}, "blank"),
        ({"title": "a \\textbf{b}"}, "no LaTeX"),
        ({"title": "a\nb"}, "plain text"),
        ({"kind": "blog"}, "kind"),
        ({"yeer": 3}, "Did you mean 'year'"),
    ],
)
def test_a_malformed_citation_is_refused_with_field_and_mend(changes, says):
    with pytest.raises(SourceError, match=re.escape(says)) as caught:
        own(**changes)
    assert "Citation(key=" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_missing_field_is_named():
    with pytest.raises(SourceError, match="field 'title' is missing"):
        Citation(key="a", authors=("B C",), year=2000, doi="10.1000/x")


def test_a_list_of_authors_is_taken_and_frozen():
    citation = own(authors=["Smith J", "Doe A"])
    assert citation.authors == ("Smith J", "Doe A")
    with pytest.raises(ValueError, match="frozen"):
        citation.year = 2000


def test_all_references_come_back_from_bibtex():
    assert read_references(bibliography(references(), "bibtex"), "back.bib") == dict(references())


words = st.text(st.characters(codec="utf-8", categories=("L", "Nd"), include_characters=" %&#_,.:;()<>/?!+*=@'-"))
plain = words.map(lambda text: f"T{' '.join(text.split())}e").filter(lambda text: not re.search(r"--|''|\?`|!`", text))
surnames = st.from_regex(r"[A-Z][a-z]{1,8}(-[A-Z][a-zé]{1,6})?", fullmatch=True)
names = st.tuples(surnames, st.from_regex(r"[A-Z]{1,4}", fullmatch=True)).map(" ".join)


@given(plain, st.lists(names, min_size=1, max_size=6), st.sampled_from(["article", "book", "misc", "inproceedings"]))
@example("100 % of A_b & #5 <x>", ["de la Cruz ABC", "von Bartheld CS"], "article")
def test_any_plain_citation_comes_back_from_bibtex(title, authors, kind):
    citation = own(title=title, authors=(*authors, "Great Group", "et al."), kind=kind, container="J of A & B")
    assert read_references(citation.bibtex(), "back.bib") == {"smith1999": citation}


def test_latex_in_a_bib_file_becomes_plain_text():
    text = r"@article{a1, author={G{\"u}tig, Robert K. and {The {X} Group}}, title={The {DNA} of {\'E}t\'e},"
    citation = read_references(text + " journal={J}, pages={1--9}, year=2003, note={n}}", "a.bib")["a1"]
    assert citation.authors == ("Gütig RK", "The X Group")
    assert citation.title == "The DNA of Été"
    assert citation.pages == "1–9"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@article{a1, title={x}", "not readable as BibTeX"),
        ("@article{a1, title={x}, year={2000}, note={n}}", "authors"),
        ("@article{a1, author={Doe, J.}, title={x}, year={soon}, note={n}}", "year"),
        ("@article{a1, author={Doe, J.}, title={x}, year={2000}}", "neither doi"),
        ("@article{a1, note={n}}\n@article{a1, note={m}}", "a1"),
    ],
)
def test_a_faulty_bib_file_is_refused_with_its_name(text, says):
    with pytest.raises(FileError, match=says) as caught:
        read_references(text, "mine.bib")
    assert "mine.bib" in str(caught.value)


def test_resolve_takes_a_key_or_a_citation():
    citation = own()
    assert resolve(citation, "f()") is citation
    assert resolve("azevedo2009", "f()") is references()["azevedo2009"]


@pytest.mark.parametrize("source", [None, "", "  "])
def test_resolve_refuses_no_source(source):
    with pytest.raises(SourceError, match=r"measured\(source=\): no source came.*bp\.Citation"):
        resolve(source, "measured(source=)")


def test_resolve_offers_the_nearest_keys_and_ones_own_citation():
    with pytest.raises(SourceError, match=r"'azevdo2009'.*Did you mean 'azevedo2009'.*bp\.Citation\(key="):
        resolve("azevdo2009", "measured(source=)")


def test_resolve_refuses_other_kinds_and_cuts_what_came():
    with pytest.raises(SourceError, match="7 came"):
        resolve(7, "f()")
    with pytest.raises(SourceError) as caught:
        resolve("x" * 100_000, "f()")
    assert len(str(caught.value)) < 500


def test_bibliography_is_sorted_and_has_each_once():
    lines = bibliography(["west1990", "azevedo2009", own(authors=("aaby Z",)), "west1990"]).splitlines()
    assert [line.split()[0] for line in lines] == ["aaby", "Azevedo", "West"]


def test_bibliography_in_bibtex_has_every_entry():
    text = bibliography(["west1990", "azevedo2009"], "bibtex")
    assert text.index("@article{azevedo2009") < text.index("@article{west1990")


def test_bibliography_refuses_two_works_of_one_key():
    with pytest.raises(SourceError, match="smith1999"):
        bibliography([own(), own(title="Another")])


def test_bibliography_refuses_unknown_style_and_a_lone_key():
    with pytest.raises(ArgumentError, match=r"'htlm' came.*Did you mean 'html'"):
        bibliography(["west1990"], "htlm")
    with pytest.raises(ArgumentError, match="None came"):
        bibliography(["west1990"], None)
    with pytest.raises(KindError, match="list"):
        bibliography("west1990")


@pytest.mark.parametrize(
    ("style", "text"), [("csl-json", "[]"), *((each, "") for each in STYLES if each != "csl-json")]
)
def test_an_empty_bibliography_is_empty(style, text):
    assert bibliography([], style) == text


def test_references_cannot_be_changed():
    with pytest.raises(TypeError):
        references()["new"] = own()


def test_many_threads_read_once(monkeypatch):
    reads = []
    read = citations.compiled.records
    monkeypatch.setattr(citations.compiled, "records", lambda file, texts: reads.append(file.name) or read(file, texts))
    citations._packaged_references.cache_clear()
    start, seen = threading.Barrier(8), []

    def look():
        start.wait()
        seen.append(id(references()))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == ["references.json"]
    assert len(set(seen)) == 1


def test_pybtex_is_loaded_on_first_use_only_and_warns_of_nothing():
    program = (
        "import sys; from brainparams.citations import references; assert 'pybtex' not in sys.modules; "
        "references()['west1990'].bibtex(); assert 'pybtex' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# --- styles ------------------------------------------------------------------------------------------------------

KINDS = ["article", "book", "inbook", "incollection", "inproceedings", "manual", "misc", "phdthesis", "techreport"]


@pytest.mark.parametrize(("kind", "container", "style"), [*itertools.product(KINDS, [None, "J of A & B"], STYLES)])
def test_every_kind_is_told_in_every_style(kind, container, style):
    told = bibliography([own(kind=kind, container=container, title="On Purkinje cells")], style)
    assert "On Purkinje cells" in told
    assert "1999" in told
    assert re.sub(r"[\\&amp;{}]", "", told).count("J of A") == (container is not None)


@pytest.mark.parametrize("style", STYLES)
def test_capitals_of_a_title_are_kept_and_the_order_too(style):
    told = bibliography(["nairn1989", bp.__citation__, "andersen1992"], style)
    places = [told.index(each) for each in ("brainparams: parameter counts", "Andersen", "Nairn", "Purkinje")]
    assert places == sorted(places)


# The rules of csl-data.json (CSL 1.0.2), as far as they concern what is written here.
CSL_TYPES = {"article-journal", "book", "chapter", "document", "paper-conference", "report", "thesis"}
CSL_TEXTS = {"id", "type", "title", "container-title", "publisher", "volume", "issue", "page", "DOI", "URL", "note"}
CSL_NAME = {"family", "given", "non-dropping-particle"}


def check_csl(item):
    assert item.keys() <= CSL_TEXTS | {"author", "issued"}
    assert {"id", "type"} <= item.keys()
    assert item["type"] in CSL_TYPES
    assert all(isinstance(item[name], str) and item[name] for name in CSL_TEXTS & item.keys())
    for name in item["author"]:
        assert name.keys() == {"literal"} or {"family"} <= name.keys() <= CSL_NAME
        assert all(isinstance(part, str) and part for part in name.values())
    assert item["issued"].keys() == {"date-parts"}
    assert [len(part) for part in item["issued"]["date-parts"]] == [1]


def test_csl_json_of_every_reference_keeps_the_schema_and_the_facts():
    items = json.loads(bibliography(references(), "csl-json"))
    assert sorted(item["id"] for item in items) == sorted(references())
    for item in items:
        check_csl(item)
        citation = references()[item["id"]]
        assert (item["title"], item.get("DOI"), item.get("volume")) == (citation.title, citation.doi, citation.volume)
        assert item["issued"] == {"date-parts": [[citation.year]]}
        assert len(item["author"]) == len(citation.authors)
        assert citation.container in (item.get("container-title"), item.get("publisher"))
        assert "–" not in item.get("page", "")


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Azevedo FAC", {"family": "Azevedo", "given": "F. A. C."}),
        ("von Bartheld CS", {"non-dropping-particle": "von", "family": "Bartheld", "given": "C. S."}),
        ("Herculano-Houzel S", {"family": "Herculano-Houzel", "given": "S."}),
        ("FlyWire Consortium", {"literal": "FlyWire Consortium"}),
    ],
)
def test_csl_json_takes_names_apart_as_bibtex_does(author, name):
    (item,) = json.loads(bibliography([own(authors=(author, "et al."))], "csl-json"))
    assert item["author"] == [name, {"literal": "et al."}]


@given(plain, st.lists(names, min_size=1, max_size=6), st.sampled_from(KINDS))
def test_csl_json_of_any_citation_keeps_the_schema(title, authors, kind):
    citation = own(title=title, authors=tuple(authors), kind=kind, container="J", pages="1–9", number="2")
    (item,) = json.loads(bibliography([citation], "csl-json"))
    check_csl(item)
    assert (item["title"], item["page"], item["issue"]) == (title, "1-9", "2")


HOSTILE = {
    "title": """</dd><script>alert("1")</script> & 100 % of A_b #5 [x](javascript:y) *é β 中*""",
    "container": "<b>J</b> & <img src=x onerror=alert(1)>",
    "authors": ("<i>Doe J", "Müller-Ö Ä"),
    "doi": """10.1000/x"onmouseover='a_b%20#(c)<d>&amp;""",
    "url": None,
}


class Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += attrs

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("changes", [{}, {"url": """https://x.org/"><script>?a=1&copy=2'#(z)""", "doi": None}])
def test_html_holds_no_tag_and_no_attribute_of_a_stranger(changes):
    citation = own(**{**HOSTILE, **changes})
    page = Tags(bibliography([citation], "html"))
    assert page.tags == ["dl", "dt", "dd", "em", "a"]
    assert page.links == [("href", citation.url or f"https://doi.org/{citation.doi}")]
    for told in (citation.title, citation.container):
        assert told in page.text


def test_markdown_holds_no_link_and_no_tag_of_a_stranger():
    told = bibliography([own(**HOSTILE)], "markdown")
    assert "<" not in told
    assert r"\[x\]\(javascript:y\) \*é β 中\*" in told
    assert re.findall(r"(?<!\\)\]\(([^)]*)\)", told) == [
        """https://doi.org/10.1000/x"onmouseover='a_b%20#%28c%29%3Cd%3E&amp;"""
    ]


@pytest.mark.parametrize("changes", [{}, {"doi": None, "url": "https://x.org/~a_b%20c?d=1&e=2#f"}])
def test_latex_escapes_what_is_special_and_keeps_accents_in_ascii(changes):
    told = bibliography([own(**{**HOSTILE, **changes})], "latex")
    needs, _, told = told.partition("\n")
    assert needs == r"% needs \usepackage{hyperref}"
    assert told.startswith("\\begin{thebibliography}{1}\n")
    assert told.endswith("\\end{thebibliography}\n")
    assert r"\& 100 \% of A\_b \#5" in told
    assert r"\'e $\beta$ 中" in told
    assert r"\"u" in told
    text = re.sub(r"\\href\{[^}]*\}", "", told)  # an address is read letter by letter, but for % and #
    assert re.findall(r"(?<!\\)[%#_&^]", text) == []
    assert re.findall(r"(?<!\\)[%#]", told) == []
    bare = re.sub(r"\\[{}]", "", told)
    assert bare.count("{") == bare.count("}")


def test_latex_of_every_reference_has_an_item_for_each():
    told = bibliography(references(), "latex")
    assert re.findall(r"\\bibitem\[\d+\]\{(.*)\}", told) == [
        item["id"] for item in json.loads(bibliography(references(), "csl-json"))
    ]


# --- the package's own citation ----------------------------------------------------------------------------------


def test_the_package_cites_itself_as_its_citation_file_does():
    text = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    told = dict(re.findall(r"(?m)^(?:  - )?([a-z-]+): (.+)$", text))
    assert told["title"].strip('"') == bp.__citation__.title
    assert told["version"] == bp.__version__
    assert bp.__citation__.note == f"Version {told['version']}"
    assert (told["name"],) == bp.__citation__.authors
    assert told["date-released"].startswith(f"{bp.__citation__.year}-")


def test_the_own_citation_prints_as_text_and_as_bibtex():
    assert str(bp.__citation__).startswith("The brainparams developers (2026). brainparams: parameter counts")
    assert read_references(bp.__citation__.bibtex(), "own.bib") == {"brainparams": bp.__citation__}


@pytest.mark.parametrize("style", STYLES)
def test_a_quantity_cites_the_package_and_only_what_it_used(style):
    brain = bp.evidence("human/brain/neurons") * bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
    told, is_numbered = brain.bibliography(style), style in NUMBERED
    assert told == bibliography(["azevedo2009", bp.__citation__], style, keeps_order=is_numbered)
    assert (told.index("brainparams") < told.index("Azevedo")) != is_numbered


NUMBERED = ("latex", "html", "markdown", "plain")


@pytest.mark.parametrize("style", NUMBERED)
def test_a_source_has_the_number_that_the_derivation_gives_it(style):
    synapses = bp.evidence("human/brain/synapses")
    shown = {
        "latex": r"\\bibitem\[(\d+)\]\{(\w+)\}",
        "plain": r"(?m)^\[(\d+)\]",
        "html": r"<dt>(\d+)</dt>",
        "markdown": r"\[(\d+)\]",
    }
    told = synapses.bibliography(style)
    numbers = [int(found[1]) for found in re.finditer(shown[style], told)]
    assert numbers == list(range(1, len(synapses.citations()) + 2))
    dois = [each.doi.partition("(")[0] for each in synapses.citations() if each.doi]
    places = [told.index(each) for each in dois]
    assert places == sorted(places)


# --- the source of a step ----------------------------------------------------------------------------------------


def step_with_source():
    events = bp.evidence("human/brain/neurons") * bp.given("7000 synapse/neuron")
    return events.named("synapses", symbol="S", because="the mean holds", source=("drachman2005", own()))


def test_the_source_of_a_formula_is_told_beside_the_step():
    text = step_with_source().explain()
    assert re.search(r"S = N × \w+   \[synapses\] \[2\] \[3\]\n", text)
    assert re.search(r"\[2\] Drachman", text)
    assert "| synapses (because the mean holds) [2] [3] |" in step_with_source().explain("markdown")
    assert "synapses [2] [3] &" in step_with_source().explain("latex")
    assert re.search(r"S = .* \[2\] \[3\]\n", step_with_source().explain("brief"))


def test_the_source_of_a_formula_is_cited_and_travels(tmp_path):
    step = step_with_source()
    assert [each.key for each in step.citations()] == ["azevedo2009", "drachman2005", "smith1999"]
    assert step.citations()[2] == own()
    for copy in (pickle.loads(pickle.dumps(step)), bp.load(step.save(tmp_path / "step.json"))):
        assert copy == step
        assert copy.citations() == step.citations()
        assert copy.explain() == step.explain()


def test_steps_with_other_sources_are_other_steps():
    volume = bp.exact("2 mm^3")
    assert volume.named("V", source="drachman2005") != volume.named("V")


def test_a_source_that_does_not_resolve_is_refused_where_it_stands():
    with pytest.raises(SourceError, match=r"named\(source=\).*Did you mean 'drachman2005'"):
        bp.exact("2 mm^3").named("V", source="drachman205")
