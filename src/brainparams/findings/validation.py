"""All faults of the evidence at once, each with file and line, for those who add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from ..citations import Citation, read_references
from ..citations import record_of as reference_record
from ..errors import FileError
from ..files import compiled
from .catalogue import LABEL, read_findings, record_of, sift, tables_of
from .editions import order_of
from .finding import Finding

__all__ = ["documents", "evidence_faults", "reference_faults"]

ENTRY = re.compile(r"(?m)^\s*@(?!comment\b|string\b|preamble\b)\w+\s*\{\s*([^,\s]*)")
QUOTED = re.compile(r'"([a-z][a-z0-9_-]*)"')


def reference_faults(text: str, name: str) -> tuple[dict[str, Citation], list[str]]:
    r"""Return the references of a BibTeX text that are complete, and every fault with its line.

    Examples
    --------
    >>> found, faults = reference_faults("@misc{a1,\n title={A}}\n\n@misc{b2,\n title={B}}", "mine.bib")
    >>> [fault.partition(":")[0] for fault in faults]
    ["mine.bib, line 1, entry 'a1'", "mine.bib, line 4, entry 'b2'"]
    """
    found: dict[str, Citation] = {}
    faults: list[str] = []
    dois: dict[str, str] = {}
    for key, line, entry in _entries(text):
        place = f"{name}, line {line}"
        try:
            citation = read_references(entry, place)[key]
        except (FileError, KeyError) as error:
            faults.append(str(error) if isinstance(error, FileError) else f"{place}: no entry could be read")
            continue
        if key in found:
            faults.append(f"{place}, entry {key!r}: the key stands twice")
        doi = (citation.doi or "").casefold()
        if doi and dois.setdefault(doi, key) != key:
            faults.append(f"{place}, entry {key!r}: the DOI {citation.doi} stands already in {dois[doi]!r}")
        found[key] = citation
    return found, faults


def evidence_faults(texts: Mapping[str, str]) -> tuple[Mapping[str, Finding], list[str]]:
    """Return the findings that are well made, and every fault of findings and references.

    Parameters
    ----------
    texts
        As `packaged_texts` returns them, with those of a contributor beside or in place of them.
    """
    known, faults = reference_faults(texts["references.bib"], "references.bib")
    for name, text in texts.items():
        if name.endswith(".bib") and name != "references.bib":
            faults += reference_faults(text, name)[1]
    if faults:
        return {}, [*faults, "The findings are checked when the references are in order."]
    found, faults = sift(tables_of(texts))
    latest = texts[LABEL].strip()
    faults += [
        f"{each.file}, finding {each.id!r}: edition {each.edition} is later than {latest}, the edition of the evidence"
        for each in found.values()
        if order_of(each.edition) > order_of(latest)
    ]
    faults += [f"references.bib, entry {key!r}: nothing refers to it" for key in _orphans(known, found)]
    return found, faults


def documents(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what a wheel brings along compiled, by its place in the package."""
    bib = {"references.bib": texts["references.bib"]}
    read = read_references(bib["references.bib"], "references.bib")
    found = read_findings(tables_of(texts))
    return {
        "citations/references.json": compiled.compiled(bib, map(reference_record, read.values())),
        "findings/findings.json": compiled.compiled(texts, map(record_of, found.values())),
    }


def _entries(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield key, line and text of every entry."""
    starts = [*ENTRY.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    for match, end in zip(starts, ends, strict=True):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield match[1], text.count("\n", 0, start) + 1, text[start:end]


def _orphans(known: Mapping[str, Citation], found: Mapping[str, Finding]) -> list[str]:
    used = {source for finding in found.values() for source in finding.sources}
    for text in _sources_of(resources.files(__package__.rpartition(".")[0])):
        used.update(QUOTED.findall(text))
    return sorted(set(known) - used)


def _sources_of(place: Traversable) -> Iterator[str]:
    """Yield the text of every module and data file of the package: other rooms name references too."""
    for each in place.iterdir():
        if each.is_dir():
            yield from _sources_of(each)
        elif each.name.endswith((".py", ".toml")):
            yield each.read_text(encoding="utf-8")
