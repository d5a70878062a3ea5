"""JSON documents that stand in for texts which are slow to read and were checked when the document was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import Any

__all__ = ["compiled", "digest", "records"]


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
    """Return the records of a document that was compiled from exactly these texts; None without such a document."""
    try:
        content = json.loads(document.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = content["records"]
        return found if content["sha256"] == digest(texts) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # missing or torn: the texts themselves are read, with all checks
