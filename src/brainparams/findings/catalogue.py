"""The catalogue of findings, read from the packaged TOML files and checked as a whole."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from .. import citations
from ..citations import explained
from ..errors import FileError, SourceError, shown
from ..files import compiled
from .finding import Finding
from .relations import faults_among
from .spreads import Spread

__all__ = ["edition", "findings", "folder", "packaged_texts", "read_findings", "sift"]

HEADER = re.compile(r'^\s*\[\s*"([^"]*)"\s*\]')
LABEL = "EDITION"


def findings() -> Mapping[str, Finding]:
    """Return the findings that come with the package, by id; read once, on the first call.

    Examples
    --------
    >>> findings()["human/brain/neurons"].value
    86060000000
    """
    with _READING:
        return _packaged_findings()


@functools.cache
def edition() -> str:
    """Return the edition of the evidence: the label, and the start of a digest of the whole content.

    Examples
    --------
    >>> label, _, content = edition().partition("+")
    >>> label, len(content)
    ('2026.2', 8)
    """
    texts = packaged_texts()
    return f"{texts[LABEL].strip()}+{compiled.digest(texts)[:8]}"


def read_findings(texts: Mapping[str, str]) -> dict[str, Finding]:
    r"""Return the findings of some TOML texts, by id.

    Parameters
    ----------
    texts
        Content by file name. Every table is one finding and has the id as its header: ``["species/region/what"]``.

    Raises
    ------
    FileError
        With file and line, if a finding is incomplete, names a source or part that does not exist, stands twice,
        rests on itself, or is made of parts that do not give the unit it states.

    Examples
    --------
    >>> read_findings({"a.toml": '["a/b/c"]\nvalue = 1'})
    Traceback (most recent call last):
    brainparams.errors.FileError: a.toml, line 1, finding 'a/b/c': field 'quantity' is missing: add it; ...
    """
    found, faults = sift(texts)
    if faults:
        raise FileError(faults[0])
    return found


def sift(texts: Mapping[str, str]) -> tuple[dict[str, Finding], list[str]]:
    """Return the findings that are well made, and every fault with file and line.

    Examples
    --------
    >>> found, faults = sift({"a.toml": "value = 1"})
    >>> print(len(found), faults[0])
    0 a.toml, line 1, finding 'value': 1 stands outside a table. Put ["species/region/what"] above it.
    """
    from tomllib import TOMLDecodeError

    found: dict[str, Finding] = {}
    places: dict[str, str] = {}
    faults: list[str] = []
    for file, text in texts.items():
        try:
            for identifier, line, content in _tables(text):
                place = f"{file}, line {line}, finding {shown(identifier)}"
                if identifier in places:
                    faults.append(f"{place}: the id stands already in {places[identifier]}. Rename one of them.")
                    continue
                places[identifier] = place
                try:
                    found[identifier] = _finding(identifier, file, content)
                except (SourceError, FileError) as error:
                    faults.append(f"{place}: {error}")
        except TOMLDecodeError as error:
            faults.append(f"{file}: not readable as TOML: {error}. Mend the line named there.")
    for identifier, finding in found.items():
        faults += [f"{places[identifier]}: {fault}" for fault in faults_among(finding, found, places)]
    return found, faults


def folder() -> Traversable:
    """Return the folder of the data."""
    return resources.files(__package__)


def packaged_texts() -> dict[str, str]:
    """Return the texts of the evidence, by file name: findings, adjustments, tables, references, the label."""
    files = sorted(folder().iterdir(), key=lambda file: file.name)
    texts = {file.name: file for file in files if file.name.endswith(".toml") or file.name == LABEL}
    for inner in ("adjustments", "tables"):
        texts |= {f"{inner}/{file.name}": file for file in folder().joinpath(inner).iterdir()}
    texts["references.bib"] = resources.files(citations).joinpath("references.bib")
    return {name: file.read_text(encoding="utf-8") for name, file in texts.items()}


def tables_of(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that hold findings.

    Examples
    --------
    >>> tables_of({"a.toml": "", "references.bib": ""})
    {'a.toml': ''}
    """
    return {name: text for name, text in texts.items() if name.endswith(".toml") and "/" not in name}


_READING = threading.Lock()


@functools.cache
def _packaged_findings() -> Mapping[str, Finding]:
    texts, document = packaged_texts(), folder().joinpath("findings.json")
    known = compiled.records(document, texts)
    if known is None:
        found = read_findings(tables_of(texts))
        compiled.keep(document, texts, map(record_of, found.values()))
        return MappingProxyType(found)
    return compiled.Restored({fields["id"]: fields for fields in known}, _restored)


def record_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is compiled."""
    return finding.model_dump(mode="json", exclude_defaults=True)


def _restored(fields: Mapping[str, Any]) -> Finding:
    """Return a finding that was checked when it was compiled."""
    as_read: dict[str, Any] = {name: _frozen(value) for name, value in fields.items()}
    if "spread" in fields:
        as_read["spread"] = Spread.model_construct(**fields["spread"])
    return Finding.model_construct(**as_read)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _tables(text: str) -> Iterator[tuple[str, int, object]]:
    """Yield id, line and content of every table."""
    import tomllib  # which nobody waits for who has the compiled findings

    document = tomllib.loads(text)
    headers = [(HEADER.match(line), number) for number, line in enumerate(text.splitlines(), start=1)]
    lines = {match[1]: number for match, number in headers if match}
    for identifier, content in document.items():
        yield identifier, lines.get(identifier, 1), content


def _finding(identifier: str, file: str, content: object) -> Finding:
    if not isinstance(content, dict):
        raise FileError(f'{shown(content)} stands outside a table. Put ["species/region/what"] above it.')
    taken = sorted({"id", "file"} & set(content))
    if taken:
        raise FileError(f"{' and '.join(taken)} come from header and file name. Leave them out.")
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    try:
        return Finding.model_validate({"id": identifier, "file": file, **fields})
    except ValidationError as error:
        raise FileError(f"{explained(error, Finding.model_fields)}.") from None
