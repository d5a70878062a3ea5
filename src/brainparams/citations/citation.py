"""One reference: its fields and their rules, as plain text, from BibTeX and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..errors import FileError, SourceError, did_you_mean, shown

if TYPE_CHECKING:
    from pybtex.database import BibliographyData, Entry

__all__ = [
    "AND_OTHERS",
    "CONTAINER_FIELD",
    "Citation",
    "bibtex_name",
    "bibtex_of",
    "explained",
    "read_references",
]

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


def _without_latex(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank: leave the field out or fill it in")
    forbidden = sorted({c for c in value if c in "\\{}$^~" or not c.isprintable()})
    if forbidden:
        raise ValueError(f"holds {shown(''.join(forbidden))}: write plain text (é, –, %, & are fine), no LaTeX")
    return value


PlainText = Annotated[str, AfterValidator(_without_latex)]
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

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

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

        def __init__(self, *values: Any, **fields: Any) -> None:
            if values:
                raise SourceError(
                    f"Citation(): every field goes by its name, such as key='smith1999'; got {shown(values)}"
                )
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
    def first_surname(self) -> str:
        """Surname of the first author, as ``von Bartheld`` or the name of a group."""
        return _name_parts(self.authors[0])[0]

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
        >>> Citation(key="a1", authors=("Smith J",), title="Why", year=1999, note="Lab book 7").text()
        'Smith J (1999). Why. Lab book 7.'
        """
        title = self.title if self.title[-1] in ".?!" else f"{self.title}."
        found_at = f"doi:{self.doi}" if self.doi else self.url or ""
        note = "" if self.doi or self.note is None else f"{self.note}."
        parts = (f"{_author_list(self.authors)} ({self.year}).", title, self._place(), found_at, note)
        return " ".join(part for part in parts if part)

    __str__ = text

    def bibtex(self) -> str:
        """Return the reference as one BibTeX entry, escaped by pybtex, with the title's capitals kept."""
        return bibtex_of([self])

    def _place(self) -> str:
        issue = f"{self.volume or ''}({self.number})" if self.number else self.volume or ""
        pages = re.sub(r"(?<=\w)-+(?=\w)", "–", self.pages or "")
        place = f"{issue}:{pages}" if issue and pages else issue or pages
        held = " ".join(part for part in (self.container, place) if part)
        return f"{held}." if held else ""


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
            message = f"field '{place}' came as {shown(fault['input'])}: {_due(fault, message)}"
        faults.append(message)
    return "; ".join(faults)


PATTERNS: Mapping[Any, str] = MappingProxyType({
    "key": "small letters, digits, _ and -, a letter first, such as 'smith1999'",
    "doi": "a DOI without its address, such as '10.1000/cells.7'",
    "url": "an address, such as 'https://example.org/paper'",
})  # fmt: skip


def _due(fault: Any, message: str) -> str:
    """Return what a field expects, in the words of this package."""
    context = fault.get("ctx", {})
    due = {
        "string_type": "words in quotes",
        "int_type": "a whole number, such as 2009",
        "tuple_type": "several of them in brackets, such as ('Smith J', 'Doe A')",
        "too_short": "at least one, such as ('Smith J',)",
        "greater_than_equal": f"a number of {context.get('ge')} or more",
        "less_than_equal": f"a number of {context.get('le')} or less",
        "string_pattern_mismatch": PATTERNS.get(fault["loc"][-1]),
        "literal_error": f"one of {context.get('expected')}",
    }.get(fault["type"])
    return message if due is None else f"expected {due}"


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


def bibtex_of(citations: Iterable[Citation]) -> str:
    """Return citations as the content of a ``.bib`` file, escaped by pybtex."""
    from pybtex.database import BibliographyData

    return str(BibliographyData({citation.key: _entry(citation) for citation in citations}).to_string("bibtex"))


def _entry(citation: Citation) -> Entry:
    from pybtex.database import Entry, Person

    fields = [("title", f"{{{citation.title}}}"), (CONTAINER_FIELD[citation.kind], citation.container)]
    fields += [("year", str(citation.year))] + [(name, getattr(citation, name)) for name in SAME_NAME_FIELDS]
    persons = [Person(bibtex_name(author)) for author in citation.authors]
    present = [(name, value) for name, value in fields if value is not None]
    return Entry(citation.kind, fields=present, persons={"author": persons})


def bibtex_name(author: str) -> str:
    """Return an author as BibTeX writes it: ``Azevedo, F. A. C.``, and a group in braces."""
    if author == AND_OTHERS:
        return "others"
    surname, initials = _name_parts(author)
    return f"{surname}, {' '.join(f'{letter}.' for letter in initials)}" if initials else f"{{{author}}}"
