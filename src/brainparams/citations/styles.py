"""The formats that a bibliography is written in: plain lines, BibTeX, CSL-JSON, and pybtex's for papers and pages."""

from __future__ import annotations

import codecs
import functools
import io
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .citation import AND_OTHERS, CONTAINER_FIELD, Citation, bibtex_name, bibtex_of

if TYPE_CHECKING:
    from pybtex.database import BibliographyData

__all__ = ["STYLES", "csl_json"]

# Types of CSL 1.0.2, as pandoc pairs them with BibTeX's.
CSL_TYPES: Mapping[str, str] = MappingProxyType({
    "article": "article-journal", "book": "book", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "manual": "report", "misc": "document", "phdthesis": "thesis",
    "techreport": "report",
})  # fmt: skip


def csl_json(citations: Sequence[Citation]) -> str:
    """Return citations as CSL-JSON, the input of Zotero, pandoc and citeproc.

    Examples
    --------
    >>> from brainparams.citations import references
    >>> found = json.loads(csl_json([references()["lennie2003"]]))[0]
    >>> found["author"], found["issued"], found["page"]
    ([{'family': 'Lennie', 'given': 'P.'}], {'date-parts': [[2003]]}, '493-497')
    """
    return json.dumps([_csl_item(each) for each in citations], indent=2, ensure_ascii=False)


def _csl_item(citation: Citation) -> dict[str, Any]:
    is_inside = CONTAINER_FIELD[citation.kind] in ("journal", "booktitle")
    told = {
        "container-title" if is_inside else "publisher": citation.container,
        "volume": citation.volume,
        "issue": citation.number,
        "page": citation.pages and citation.pages.replace("–", "-"),
        "DOI": citation.doi,
        "URL": citation.url,
        "note": citation.note,
    }
    return {
        "id": citation.key,
        "type": CSL_TYPES[citation.kind],
        "author": [_csl_name(author) for author in citation.authors],
        "title": citation.title,
        "issued": {"date-parts": [[citation.year]]},
        **{name: value for name, value in told.items() if value is not None},
    }


def _csl_name(author: str) -> dict[str, str]:
    from pybtex.database import Person

    name = bibtex_name(author)
    if author == AND_OTHERS or "," not in name:
        return {"literal": author}
    person = Person(name)
    parts = {
        "non-dropping-particle": person.prelast_names,
        "family": person.last_names,
        "given": [*person.first_names, *person.middle_names],
    }
    return {part: " ".join(words) for part, words in parts.items() if words}


def _text(citations: Sequence[Citation]) -> str:
    return "\n".join(citation.text() for citation in citations)


def _formatted(citations: Sequence[Citation], markup: str) -> str:
    """Return citations in pybtex's unsrt style, which keeps their order, in one of its markups."""
    from pybtex.style.formatting.unsrt import Style

    if not citations:
        return ""
    stream = io.StringIO()
    _backend(markup).write_to_stream(Style().format_bibliography(_database(citations)), stream)
    return f"{NEEDS.get(markup, '')}{stream.getvalue().rstrip()}\n"


def _database(citations: Sequence[Citation]) -> BibliographyData:
    """Return citations as pybtex reads them from BibTeX, but with addresses as they are and kinds that it can set."""
    from pybtex.database import parse_string

    data = parse_string(bibtex_of(citations), "bibtex")
    for citation in citations:
        entry = data.entries[citation.key]
        entry.fields.update({name: text for name in ("doi", "url") if (text := getattr(citation, name)) is not None})
        # pybtex has no place for the title of the whole in an inbook, and wants a container everywhere but in misc
        entry.type = "misc" if citation.container is None else entry.type.replace("inbook", "incollection")
    return data


def _backend(markup: str) -> Any:
    """Return pybtex's backend with links that nothing in an address can break; of HTML only the list."""
    from pybtex.plugin import find_plugin

    own: Any = find_plugin("pybtex.backends", markup)
    address = ADDRESSES[markup]

    class Backend(own):  # type: ignore[misc]
        def write_prologue(self) -> None:
            self.output("<dl>\n") if markup == "html" else super().write_prologue()

        def write_epilogue(self) -> None:
            self.output("</dl>\n") if markup == "html" else super().write_epilogue()

        def format_str(self, text: str) -> Any:
            # "keep": what LaTeX has no command for stays as it is, in UTF-8
            return codecs.encode(text, "ulatex+ascii", "keep") if markup == "latex" else super().format_str(text)

        def format_protected(self, text: str) -> str:
            return text

        def format_href(self, url: str, text: str, external: bool = False) -> Any:
            return super().format_href(url.translate(address), text, external)

    return Backend("utf-8")


NEEDS = {"latex": "% needs \\usepackage{hyperref}\n"}
# What would end the address of a link, or a line of TeX; ^ and $ are no characters of an address at all.
ADDRESSES: Mapping[str, Mapping[int, str]] = MappingProxyType({
    "html": str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&#x27;", "<": "&lt;", ">": "&gt;"}),
    "markdown": str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E"}),
    "latex": str.maketrans({"%": r"\%", "#": r"\#"}),
    "plaintext": {},
})  # fmt: skip

STYLES: Mapping[str, Callable[[Sequence[Citation]], str]] = MappingProxyType(
    {
        "text": _text,
        "bibtex": bibtex_of,
        "csl-json": csl_json,
        "plain": functools.partial(_formatted, markup="plaintext"),
        "markdown": functools.partial(_formatted, markup="markdown"),
        "html": functools.partial(_formatted, markup="html"),
        "latex": functools.partial(_formatted, markup="latex"),
    }
)
