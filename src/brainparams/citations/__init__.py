"""Who said it: the packaged references, looked up by key, and bibliographies in the styles that papers need."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..checks import strict
from ..errors import ArgumentError, KindError, SourceError, did_you_mean, shown
from ..files import compiled
from ..version import __version__
from .citation import Citation, explained, read_references
from .styles import STYLES

__all__ = ["Citation", "__citation__", "bibliography", "explained", "read_references", "references", "resolve"]

OWN_CITATION = "bp.Citation(key='smith1999', authors=('Smith J',), title='…', year=1999, doi='10.…/…')"

# The same facts as in CITATION.cff, which stands outside the package; a test compares them, so that nothing need check
# them here.
__citation__ = Citation.model_construct(
    key="brainparams",
    kind="misc",
    authors=("The brainparams developers",),
    title="brainparams: parameter counts of brains, with units, spread, steps and sources",
    year=2026,
    note=f"Version {__version__}",
)


@strict
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


def bibliography(citations: Iterable[Citation | str], style: str = "text", *, keeps_order: bool = False) -> str:
    """Return the references of `citations`, each once: the package's own first, then by first author and year.

    Parameters
    ----------
    citations
        Citations or keys of :func:`references`.
    style
        ``"text"`` for one plain line each, ``"bibtex"`` for the content of a ``.bib`` file, ``"csl-json"`` for Zotero
        and pandoc; ``"latex"`` (a ``thebibliography``, for hyperref), ``"html"`` (a ``<dl>``), ``"markdown"`` and
        ``"plain"`` are numbered, in pybtex's unsrt style.
    keeps_order
        Whether they stay in the order given, and so keep the numbers that they have elsewhere.

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
    >>> print(bibliography(["lennie2003"], "html"))
    <dl>
    <dt>1</dt>
    <dd>P.&nbsp;Lennie.
    The cost of cortical computation.
    <em>Curr Biol</em>, 13:493–497, 2003.
    <a href="https://doi.org/10.1016/S0960-9822(03)00135-0">doi:10.1016/S0960-9822(03)00135-0</a>.</dd>
    </dl>
    """
    write = STYLES.get(str(style))
    if write is None:
        known = ", ".join(map(repr, STYLES))
        raise ArgumentError(
            f"bibliography(style=): {shown(style)} came; expected one of {known}.{did_you_mean(str(style), STYLES)}"
        )
    if isinstance(citations, str | Citation):
        raise KindError(f"bibliography(citations=): {shown(citations)} came; expected a list of them.")
    chosen: dict[str, Citation] = {}
    for each in citations:
        citation = resolve(each, "bibliography(citations=)")
        if chosen.setdefault(citation.key, citation) != citation:
            raise SourceError(
                f"bibliography(citations=): two different references have the key {citation.key!r}. Rename one of them."
            )
    return write(list(chosen.values()) if keeps_order else sorted(chosen.values(), key=_place_in_line))


def _place_in_line(citation: Citation) -> tuple[bool, str, int, str]:
    return citation != __citation__, citation.first_surname.casefold(), citation.year, citation.key


_READING = threading.Lock()


@functools.cache
def _packaged_references() -> Mapping[str, Citation]:
    folder = resources.files(__package__)
    text = folder.joinpath("references.bib").read_text(encoding="utf-8")
    document, texts = folder.joinpath("references.json"), {"references.bib": text}
    known = compiled.records(document, texts)
    if known is None:
        read = read_references(text, "references.bib")
        compiled.keep(document, texts, map(record_of, read.values()))
        return MappingProxyType(read)
    return compiled.Restored({each["key"]: each for each in known}, _restored)


def _restored(fields: Mapping[str, Any]) -> Citation:
    """Return a reference that was checked when it was compiled."""
    return Citation.model_construct(**{**fields, "authors": tuple(fields["authors"])})


def record_of(citation: Citation) -> dict[str, Any]:
    """Return a reference as it is compiled."""
    return citation.model_dump(mode="json", exclude_none=True)
