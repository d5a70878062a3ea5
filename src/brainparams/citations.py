"""Who said it: references, read from one BibTeX file and written as text or BibTeX."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .errors import ArgumentError, FileError, KindError, SourceError, did_you_mean, shown

if TYPE_CHECKING:
    from pybtex.database import BibliographyData, Entry

__all__ = ["Citation", "bibliography", "read_references", "references", "resolve"]

Kind = Literal[
    "article", "book", "inbook", "incollection", "inproceedings", "manual", "misc", "phdthesis", "techreport"
]

# BibTeX calls the thing that holds a work by another name for every kind of entry.
CONTAINER_FIELD: Mapping[str, str] = MappingProxyType({
    "article": "journal", "book": "publisher", "inbook": "booktitle", "incollection": "booktitle",
    "inproceedings": "booktitle", "manual": "organization", "misc": "howpublished", "phdthesis": "school",
    "techreport": "institution",
})  # fmt: skip
SAME_NAME_FIELDS = ("volume", "number", "pages", "doi", "url", "note", "checked")
AND_OTHERS = "et al."
MOST_AUTHORS, FIRST_AUTHORS = 4, 3
OWN_CITATION = "bp.Citation(key='smith1999', authors=('Smith J',), title='…', year=1999, doi='10.…/…')"


def _plain(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank: leave the field out or fill it in")
    forbidden = sorted({c for c in value if c in "\\{}$^~" or not c.isprintable()})
    if forbidden:
        raise ValueError(f"holds {shown(''.join(forbidden))}: write plain text (é, –, %, & are fine), no LaTeX")
    return value


PlainText = Annotated[str, AfterValidator(_plain)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s{}\\]+$")]
# The syntax that CrossRef recommends for matching; braces and backslashes cannot travel through BibTeX.
DigitalObjectIdentifier = Annotated[str, Field(pattern=r"^10\.\d{4,9}/[^\s{}\\]+$")]


class Citation(BaseModel):
    """One reference, complete enough to find the work.

    Parameters
    ----------
    key
        Name of the reference: ASCII, a small letter first, then small letters, digits, ``_`` or ``-``.
    authors
        Each as surname, blank, initials without points: ``"Azevedo FAC"``, ``"von Bartheld CS"``. A group keeps
        its name (``"FlyWire Consortium"``). A last ``"et al."`` stands for authors left out.
    title, year
        Title in plain text, without LaTeX; year of publication.
    kind
        BibTeX entry type.
    container
        Journal, book, publisher or site.
    volume, number, pages
        Place inside the container.
    doi, url, note
        Where to find it; at least one of the three. A DOI starts with ``10.``, without ``https://doi.org/``.
    checked
        How title and DOI were checked, in words.

    Raises
    ------
    SourceError
        If a field is missing, unknown or malformed.

    Examples
    --------
    >>> own = Citation(key="smith1999", authors=("Smith J", "Doe A"), title="On cells", year=1999,
    ...                container="J Cells", volume="7", pages="1-9", doi="10.1000/cells.7")
    >>> own.label
    'Smith & Doe 1999'
    >>> own.text()
    'Smith J, Doe A (1999). On cells. J Cells 7:1–9. doi:10.1000/cells.7'
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    authors: Annotated[tuple[PlainText, ...], Field(min_length=1)]
    title: PlainText
    year: Annotated[int, Field(ge=1500, le=2200)]
    kind: Kind = "article"
    container: PlainText | None = None
    volume: PlainText | None = None
    number: PlainText | None = None
    pages: PlainText | None = None
    doi: DigitalObjectIdentifier | None = None
    url: Address | None = None
    note: PlainText | None = None
    checked: PlainText | None = None

    if not TYPE_CHECKING:  # the type checker reads the signature off the fields

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                where = f"Citation(key={shown(fields.get('key'))})"
                raise SourceError(f"{where}: {explained(error, type(self).model_fields)}") from None

    @field_validator("authors", mode="before")
    @classmethod
    def _authors_from_list(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("authors")
    @classmethod
    def _authors_by_rule(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for author in value:
            if "," in author:
                raise ValueError(f"{shown(author)} holds a comma: write 'Azevedo FAC', not 'Azevedo, F. A. C.'")
        if AND_OTHERS in value[:-1] or value == (AND_OTHERS,):
            raise ValueError(f"{AND_OTHERS!r} stands last, after at least one name")
        return value

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.doi is None and self.url is None and self.note is None:
            raise ValueError("has neither doi, url nor note: give one, so that a reader can find the work")
        return self

    @property
    def label(self) -> str:
        """Short name for use in a sentence, such as ``Azevedo et al. 2009``."""
        surnames = [_name_parts(author)[0] for author in self.authors]
        if len(surnames) > 2 or AND_OTHERS in surnames:
            return f"{surnames[0]} et al. {self.year}"
        return f"{' & '.join(surnames)} {self.year}"

    def text(self) -> str:
        """Return the whole reference on one plain line; of more than four authors, the first three.

        Examples
        --------
        >>> references()["lennie2003"].text()
        'Lennie P (2003). The cost of cortical computation. Curr Biol 13:493–497. doi:10.1016/S0960-9822(03)00135-0'
        """
        title = self.title if self.title[-1] in ".?!" else f"{self.title}."
        found_at = f"doi:{self.doi}" if self.doi else self.url or ""
        note = "" if self.doi or self.note is None else f"{self.note}."
        parts = (f"{_author_list(self.authors)} ({self.year}).", title, self._place(), found_at, note)
        return " ".join(part for part in parts if part)

    def bibtex(self) -> str:
        """Return the reference as one BibTeX entry, escaped by pybtex."""
        return _bibtex([self])

    def _place(self) -> str:
        issue = f"{self.volume or ''}({self.number})" if self.number else self.volume or ""
        pages = re.sub(r"(?<=\w)-+(?=\w)", "–", self.pages or "")
        place = f"{issue}:{pages}" if issue and pages else issue or pages
        held = " ".join(part for part in (self.container, place) if part)
        return f"{held}." if held else ""


def references() -> Mapping[str, Citation]:
    """Return the references that come with the package, by key.

    They are read once, on the first call.

    Examples
    --------
    >>> references()["azevedo2009"].label
    'Azevedo et al. 2009'
    """
    with _READING:  # a cache alone would let two threads read the file side by side
        return _packaged_references()


def resolve(source: Citation | str | None, where: str) -> Citation:
    """Return the reference that `source` names.

    Parameters
    ----------
    source
        A key of :func:`references`, or a :class:`Citation`, which is returned as it is.
    where
        Function and argument, for the message.

    Raises
    ------
    SourceError
        If there is no source, or none of that key.

    Examples
    --------
    >>> resolve("azevedo2009", "measured(source=)").year
    2009
    """
    if isinstance(source, Citation):
        return source
    if source is None or not str(source).strip():
        raise SourceError(f"{where}: no source came. Give a key of bp.references(), or your own: {OWN_CITATION}.")
    if not isinstance(source, str):
        raise SourceError(
            f"{where}: {shown(source)} came; expected a key of bp.references() or a Citation, such as {OWN_CITATION}."
        )
    known = references()
    if source in known:
        return known[source]
    raise SourceError(
        f"{where}: no reference has the key {shown(source)}.{did_you_mean(source, known)} "
        f"List the keys with bp.references(), or give your own: {OWN_CITATION}."
    )


def bibliography(citations: Iterable[Citation | str], style: str = "text") -> str:
    """Return the references of `citations`, each once, sorted by first author and year.

    Parameters
    ----------
    citations
        Citations or keys of :func:`references`.
    style
        ``"text"`` for one plain line each, ``"bibtex"`` for the content of a ``.bib`` file.

    Raises
    ------
    SourceError
        If a key is unknown, or two different references share one key.
    ArgumentError
        If `style` is unknown.

    Examples
    --------
    >>> print(bibliography(["nairn1989", "andersen1992", "nairn1989"]))  # doctest: +ELLIPSIS
    Andersen BB, Korbo L, Pakkenberg B (1992). A quantitative study of the human cerebellum ...
    Nairn JG, Bedi KS, Mayhew TM, Campbell LF (1989). On the number of Purkinje cells ...
    """
    if style not in ("text", "bibtex"):
        raise ArgumentError(f"bibliography(style=): {shown(style)} came; expected 'text' or 'bibtex'.")
    if isinstance(citations, str | Citation):
        raise KindError(f"bibliography(citations=): {shown(citations)} came; expected a list of them.")
    chosen: dict[str, Citation] = {}
    for each in citations:
        citation = resolve(each, "bibliography(citations=)")
        if chosen.setdefault(citation.key, citation) != citation:
            raise SourceError(
                f"bibliography(citations=): two different references have the key {citation.key!r}. Rename one of them."
            )
    ordered = sorted(chosen.values(), key=lambda c: (_name_parts(c.authors[0])[0].casefold(), c.year, c.key))
    return _bibtex(ordered) if style == "bibtex" else "\n".join(citation.text() for citation in ordered)


def read_references(text: str, name: str) -> dict[str, Citation]:
    r"""Return the references of one BibTeX text.

    Parameters
    ----------
    text
        Content of a ``.bib`` file.
    name
        Name of the file, for messages.

    Raises
    ------
    FileError
        If the text is not BibTeX, a key stands twice, or an entry is not a complete reference.

    Examples
    --------
    >>> entry = "@misc{a1, author={Doe, Ann B.}, title={Caf{\\'e}s}, year={2001}, url={https://example.org}}"
    >>> read_references(entry, "mine.bib")["a1"].text()
    'Doe AB (2001). Cafés. https://example.org'
    """
    found: dict[str, Citation] = {}
    for key, entry in _parsed(text, name).entries.items():
        try:
            found[key] = Citation(**_fields(key, entry))
        except SourceError as error:
            raise FileError(f"{name}, entry {shown(key)}: {error}") from None
    return found


def explained(error: ValidationError, fields: Iterable[str], most: int = 3) -> str:
    """Return what is wrong with a record in one line: the field, what came, how to mend it."""
    faults = []
    for fault in error.errors(include_url=False)[:most]:
        place = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            message = f"field '{place}' is missing: add it"
        elif fault["type"] == "extra_forbidden":
            message = f"there is no field '{place}'.{did_you_mean(place, fields)}"
        elif place:
            message = f"field '{place}' came as {shown(fault['input'])}: {message}"
        faults.append(message)
    return "; ".join(faults)


_READING = threading.Lock()


@functools.cache
def _packaged_references() -> Mapping[str, Citation]:
    text = resources.files(__package__).joinpath("references.bib").read_text(encoding="utf-8")
    return MappingProxyType(read_references(text, "references.bib"))


def _parsed(text: str, name: str) -> BibliographyData:
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        return parse_string(text, "bibtex")
    except PybtexError as error:
        raise FileError(f"{name}: not readable as BibTeX: {error}. Mend the entry named there.") from None


def _fields(key: str, entry: Entry) -> dict[str, Any]:
    """Return an entry's content under the names that `Citation` uses; unknown fields are left out."""
    known = {name: _decoded(entry.fields[name]) for name in SAME_NAME_FIELDS if name in entry.fields}
    container = entry.fields.get(CONTAINER_FIELD.get(entry.type, "howpublished"))
    year = entry.fields.get("year", "")
    return {
        "key": key,
        "kind": entry.type,
        "authors": tuple(_author(person) for person in entry.persons.get("author", [])),
        "title": _decoded(entry.fields.get("title", "")),
        "year": int(year) if year.isdecimal() else year,
        **known,
        **({} if container is None else {"container": _decoded(container)}),
    }


def _decoded(value: str) -> str:
    """Return a field as plain text; only those that hold LaTeX take the slow way."""
    if not any(mark in value for mark in ("\\", "{", "}", "$", "~", "--", "``", "''")):
        return value
    from pybtex.richtext import Text

    return str(Text.from_latex(value))


def _author(person: Any) -> str:
    if person.last_names == ["others"]:
        return AND_OTHERS
    surname = _decoded(" ".join([*person.prelast_names, *person.last_names]))
    given = re.split(r"[\s.\-]+", _decoded(" ".join([*person.first_names, *person.middle_names])))
    initials = "".join(part if part.isupper() else part[0].upper() for part in given if part)
    return f"{surname} {initials}" if initials else surname


def _name_parts(author: str) -> tuple[str, str]:
    """Return surname and initials; a group has none."""
    surname, _, last = author.rpartition(" ")
    return (surname, last) if surname and last.isalpha() and last.isupper() and len(last) <= 4 else (author, "")


def _author_list(authors: tuple[str, ...]) -> str:
    shown_authors = [*authors[:FIRST_AUTHORS], AND_OTHERS] if len(authors) > MOST_AUTHORS else authors
    return ", ".join(shown_authors)


def _bibtex(citations: Iterable[Citation]) -> str:
    from pybtex.database import BibliographyData

    written: str = BibliographyData({citation.key: _entry(citation) for citation in citations}).to_string("bibtex")
    return written


def _entry(citation: Citation) -> Entry:
    from pybtex.database import Entry, Person

    fields = [("title", citation.title), (CONTAINER_FIELD[citation.kind], citation.container)]
    fields += [("year", str(citation.year))] + [(name, getattr(citation, name)) for name in SAME_NAME_FIELDS]
    persons = [Person(_bibtex_name(author)) for author in citation.authors]
    present = [(name, value) for name, value in fields if value is not None]
    return Entry(citation.kind, fields=present, persons={"author": persons})


def _bibtex_name(author: str) -> str:
    if author == AND_OTHERS:
        return "others"
    surname, initials = _name_parts(author)
    return f"{surname}, {' '.join(f'{letter}.' for letter in initials)}" if initials else f"{{{author}}}"
