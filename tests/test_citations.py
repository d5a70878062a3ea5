"""References: complete, syntactically right, and the same after a trip through BibTeX."""

import re
import subprocess
import sys
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brainparams import citations
from brainparams.citations import Citation, bibliography, read_references, references, resolve
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
    with pytest.raises(ArgumentError, match="'html' came"):
        bibliography(["west1990"], "html")
    with pytest.raises(KindError, match="list"):
        bibliography("west1990")


def test_an_empty_bibliography_is_empty():
    assert bibliography([]) == ""


def test_references_cannot_be_changed():
    with pytest.raises(TypeError):
        references()["new"] = own()


def test_many_threads_read_once(monkeypatch):
    reads = []
    read = citations.read_references
    monkeypatch.setattr(citations, "read_references", lambda text, name: reads.append(name) or read(text, name))
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
    assert reads == ["references.bib"]
    assert len(set(seen)) == 1


def test_pybtex_is_loaded_on_first_use_only_and_warns_of_nothing():
    program = (
        "import sys; from brainparams.citations import references; assert 'pybtex' not in sys.modules; "
        "references()['west1990'].bibtex(); assert 'pybtex' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
