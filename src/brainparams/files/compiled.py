"""JSON documents that stand in for texts which are slow to read and were checked when the document was written.

A wheel brings them along; in a checkout they are written on first use where Python keeps its compiled modules.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.resources.abc import Traversable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["Restored", "compiled", "digest", "keep", "kept", "package_texts", "records"]

T = TypeVar("T")
CODE_AND_DATA = {".bib", ".py", ".toml", ".txt"}


class Restored(Mapping[str, T]):
    """Things by key that were compiled, each made of its record when it is first looked at.

    Examples
    --------
    >>> Restored({"a": {"x": 1}}, lambda record: record["x"])["a"]
    1
    """

    def __init__(self, found: Mapping[str, Mapping[str, Any]], made: Callable[[Mapping[str, Any]], T]) -> None:
        self._records = found
        self._make = made
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._made:
            self._made.setdefault(key, self._make(self._records[key]))  # the same for every thread
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return repr(dict(self))


def digest(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of some texts and their names, whatever their order.

    Examples
    --------
    >>> digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"}) != digest({"a": "2", "b": "1"})
    True
    """
    sha = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            content = part.encode()
            sha.update(len(content).to_bytes(8, "little") + content)
    return sha.hexdigest()


def package_texts() -> dict[str, str]:
    """Return every text of the package that a result can follow from: the data, and the code that computes with them.

    Examples
    --------
    >>> {"citations/references.bib", "findings/human.toml", "engines/exact.py"} <= set(package_texts())
    True
    """
    package = Path(__file__).parent.parent
    files = [each for each in package.rglob("*") if each.suffix in CODE_AND_DATA]
    return {each.relative_to(package).as_posix(): each.read_text(encoding="utf-8") for each in files}


def compiled(texts: Mapping[str, str], found: Iterable[Mapping[str, Any]]) -> str:
    """Return the document of the records that were found in `texts`, one on a line.

    Examples
    --------
    >>> document = compiled({"a.toml": "x = 1"}, [{"x": 1}])
    >>> document.splitlines()[1:]
    ['"records": [', '{"x": 1}', ']}']
    """
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, allow_nan=False) for each in found)
    return f'{{"sha256": "{digest(texts)}",\n"records": [\n{lines}\n]}}\n'


def records(document: Traversable, texts: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """Return the records that were compiled from exactly these texts, packaged or kept; None where there are none."""
    for place in (document, kept(document)):
        with suppress(OSError, ValueError, KeyError, TypeError):  # missing or torn: the texts themselves are read
            content = json.loads(place.read_text(encoding="utf-8"))
            found: list[dict[str, Any]] = content["records"]
            if content["sha256"] == digest(texts):
                return found
    return None


def kept(document: Traversable) -> Path:
    """Return where a document is kept that no wheel brought along.

    Examples
    --------
    >>> kept(Path("findings", "findings.json")).name
    'findings.json'
    """
    module = cache_from_source(str(document))  # follows PYTHONPYCACHEPREFIX
    return Path(module).with_name(document.name)


def keep(document: Traversable, texts: Mapping[str, str], found: Iterable[Mapping[str, Any]]) -> None:
    """Keep what was found in `texts` for the next process; where nothing can be written, it reads them again."""
    place = kept(document)
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(compiled(texts, found), encoding="utf-8", newline="\n")
            beside.replace(place)  # whole or not at all, also with several processes at their first use
        finally:
            beside.unlink(missing_ok=True)
