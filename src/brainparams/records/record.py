"""A saved estimate: the graph, what the evidence was, how it was computed, what came out, and a hash of all of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from ..citations import Citation, references
from ..errors import FileError, UnknownNameError, shown
from ..files import LARGEST, file_read, read_json
from ..findings import evidence
from ..graph import Leaf, Node
from ..graph.document import checked, document, migrated, nodes_of
from ..graph.identity import says_the_same, told
from ..graph.schema import MOST_NODES, NodeDocument, Strict
from ..graph.wording import inputs_of, misworded_inputs, reworded
from ..quantity import Quantity
from ..render.plain import cleaned
from .results import Refused, Results, Settings, results_of

__all__ = [
    "Evidence", "Opened", "Record", "as_saved", "changed_parts", "conflicts", "content_hash", "json_schema",
    "name_of", "opened", "other_files", "outdated", "read", "recited",
    "record_of", "retold",
    "written",
]  # fmt: skip

Json = dict[str, Any]
A_FILE = "a file that save() wrote"
MEND = "Save it again from where it came from, or take it as it stands: bp.load(path, edited=True)"
HASHED = 2  # the first format with a hash, and with what stands beside the graph
BESIDE = ("evidence", "settings", "results", "digests", "sha256")
TOLD_OF_A_FINDING = {
    "group": "kind", "name": "name", "symbol": "symbol", "citations": "source", "locator": "place in the source",
    "status": "status", "spread": "kind of spread", "note": "note", "because": "reason",
}  # fmt: skip
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]


class Evidence(Strict):
    """The edition of the evidence, and a digest of every finding that the quantity uses, by identity."""

    edition: str
    findings: dict[str, Digest]


class Record(NodeDocument):
    """A document with what came out, and what it takes to have it come out again."""

    evidence: Evidence | None = None
    settings: Settings | None = None
    results: Results | Refused | None = None
    digests: dict[str, Digest | list[Digest]] | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


def json_schema() -> Json:
    """Return the JSON Schema of the files that `save` writes."""
    schema = Record.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A saved brainparams estimate",
        **schema,
    }


# --- making and writing ------------------------------------------------------------------------------------------


def record_of(quantity: Quantity, settings: Settings) -> Json:
    """Return the whole record of a quantity, as plain lists and dicts."""
    content = document(quantity)
    used = {
        each.finding: _digest(_belief(each))
        for each in inputs_of(quantity.node)
        if each.finding is not None and _finding(each) is not None
    }
    content["evidence"] = {"edition": evidence.edition if used else "", "findings": dict(sorted(used.items()))}
    content["settings"] = settings.model_dump()
    content["results"] = results_of(quantity, settings)
    content["digests"] = digests_of(content)
    content["sha256"] = content_hash(content)
    return content


def written(content: Mapping[str, Any], where: str) -> str:
    """Return a record as the text of its file.

    Raises
    ------
    FileError
        If it would be larger than what is read again.
    """
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    size, count = len(text.encode("utf-8", "replace")), len(content["nodes"])
    if size > LARGEST or count > MOST_NODES:
        raise FileError(
            f"{where}: {count} steps and inputs make {size / 2**20:.1f} MB, and a "
            f"file holds at most {MOST_NODES} in {LARGEST // 2**20} MB; use arrays with a named axis"
        )
    return text


def _finding(leaf: Leaf) -> Leaf | None:
    """Return the packaged finding of the same identity; None where the identity is a user's own."""
    if leaf.finding is None:
        return None
    try:
        node = evidence(leaf.finding).node
    except UnknownNameError:
        return None
    known = next(iter(inputs_of(node)), None)
    return known if known is not None and known.uid == leaf.uid else None


def _belief(leaf: Leaf) -> Any:
    fields = document(leaf)["nodes"][0]
    return [fields[name] for name in ("value", "unit", "axes") if name in fields]


# --- hashes ------------------------------------------------------------------------------------------------------


def _canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _digest(content: Any) -> str:
    return hashlib.blake2b(_canonical(content), digest_size=4).hexdigest()


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of everything in a record but the hash itself."""
    return hashlib.sha256(_canonical({key: content[key] for key in content if key != "sha256"})).hexdigest()


def digests_of(content: Mapping[str, Any]) -> Json:
    """Return short digests of the parts, by which a changed one is named; nodes one by one."""
    parts = {key: _digest(value) for key, value in content.items() if key not in ("nodes", "digests", "sha256")}
    return {**parts, "nodes": [_digest(each) for each in content["nodes"]]}


def changed_parts(content: Mapping[str, Any]) -> list[str]:
    """Return what in a record of the present format is not as it was saved; nothing where the hash fits."""
    sha = content.get("sha256")
    if sha == content_hash(content):
        return []
    if sha is None:
        return ["sha256 is missing", *(_changed_parts(content) if content.get("digests") else ())]
    return _changed_parts(content) or ["the hash itself"]


def _changed_parts(content: Mapping[str, Any]) -> list[str]:
    then, now = content.get("digests") or {}, digests_of(content)
    nodes = then.get("nodes", [])
    parts = [key for key in {**then, **now} if key != "nodes" and then.get(key) != now.get(key)]
    if len(nodes) != len(now["nodes"]):
        return [*parts, f"{len(now['nodes'])} nodes in place of {len(nodes)}"]
    pairs = zip(nodes, now["nodes"], strict=True)
    parts += [_node_name(content, place) for place, (one, other) in enumerate(pairs) if one != other]
    return parts


def _node_name(content: Mapping[str, Any], place: int) -> str:
    node = content["nodes"][place] if place < len(content["nodes"]) else {}
    told = node.get("leaf", node)
    name = (
        told.get("name") or told.get("written") or told.get("operation") or ("a caveat" if told.get("caveats") else "")
    )
    return f"nodes[{place}] ({cleaned(str(name))})" if name else f"nodes[{place}]"


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: object, where: str, *, edited: bool = False) -> Quantity:
    """Return the quantity of a file.

    Parameters
    ----------
    path
        Of the file.
    where
        Function that asks, for messages.
    edited
        Whether a record that was changed since it was saved is taken as it stands; a number that is written otherwise
        than it is believed is worded anew.

    Raises
    ------
    FileError
        If the file is no record, was changed since it was saved, has another number in an input's words than in its
        belief, or says something else under the identity of a finding than the evidence does.
    """
    node = as_saved(path, where, edited=edited).quantity.node
    if edited:
        return Quantity(reworded(node))
    for fault in misworded_inputs(node):
        raise FileError(f"{where}: {fault}. {MEND}")
    return Quantity(node)


def as_saved(path: object, where: str, *, edited: bool = False) -> Opened:
    """Return what a file holds, held against its hash and against the evidence; see `read`."""
    found = opened(path, where)
    changes = [] if edited else found.changes
    if changes:
        raise FileError(
            f"{where}: changed since it was saved: {', '.join(changes[:5])}{', …' if len(changes) > 5 else ''}. {MEND}"
        )
    for conflict in conflicts(found.quantity.node, found.record):
        raise FileError(f"{where}: {conflict}; use the finding, or make it an input of your own with bp.assumed")
    return found


class Opened(NamedTuple):
    """The quantity of a file, its record, the record as plain lists and dicts, and what is not as it was saved."""

    quantity: Quantity
    record: Record
    content: Json
    changes: list[str]


def opened(path: object, where: str) -> Opened:
    """Return what a file holds, whoever changed it.

    Raises
    ------
    FileError
        If the file is no record.
    """
    file = read_json(path, where, A_FILE)
    if isinstance(file.content, Mapping) and file.content.get("kind") == "numbers":
        raise FileError(f"{where}: holds the numbers of a paper, which `brainparams check` compares with their records")
    content = migrated(file.content, where)

    def place(way: tuple[str | int, ...]) -> str:
        return f"{file.place(way)}: "

    record = checked(Record, content, where, place)
    quantity = Quantity(nodes_of(record, where, place)[-1])
    had_no_hash = file.content["format"] < HASHED and not any(content.get(each) for each in BESIDE)
    return Opened(quantity, record, content, [] if had_no_hash else changed_parts(content))


def name_of(path: object) -> str:
    """Return what messages call a file."""
    return Path(path).name or str(path) if isinstance(path, str | os.PathLike) else str(path)


def conflicts(node: Node, record: Record) -> Iterator[str]:
    """Yield which input says something else under the identity of a finding than the evidence does, or than it did."""
    digests = record.evidence.findings if record.evidence else {}
    for leaf in inputs_of(node):
        known = _finding(leaf)
        if known is not None and not says_the_same(known, leaf):
            saved = record.evidence.edition if record.evidence else ""
            yield (
                f"finding {shown(leaf.finding)} is {told(known)} in edition {evidence.edition}, and "
                f"the file holds {told(leaf)}{f' (saved with edition {saved})' if saved else ''}"
            )
        elif leaf.finding is not None and digests.get(leaf.finding) not in (None, _digest(_belief(leaf))):
            name = shown(leaf.finding)
            yield f"finding {name} has another digest in 'evidence' than {told(leaf)}, which the file holds"


def outdated(node: Node) -> Iterator[str]:
    """Yield which finding of a record has another number in this edition of the evidence."""
    for leaf in inputs_of(node):
        name, _, _ = (leaf.finding or "").partition("@")
        if name in evidence.ids():
            today = evidence.finding(name)
            if today.identity != leaf.finding:
                yield f"finding {shown(name)} is {today.written} {today.unit} since edition {today.edition}"


def retold(node: Node) -> Iterator[str]:
    """Yield what a record tells of a finding, apart from its number, that the evidence tells otherwise."""
    for leaf in inputs_of(node):
        known = _finding(leaf)
        if known is not None:
            for what, word in TOLD_OF_A_FINDING.items():
                if getattr(leaf, what) != getattr(known, what):
                    yield f"the {word} of finding {shown(leaf.finding)} is another one in edition {evidence.edition}"
        elif leaf.finding is not None and leaf.finding.partition("@")[0] in evidence.ids():
            yield f"finding {shown(leaf.finding)} is of an edition that is not known here, and was not compared"


def recited(record: Record) -> Iterator[str]:
    """Yield which reference of the package a record cites otherwise than it stands there."""
    known = references()
    for key, cited in record.citations.items():
        mine = known.get(key, cited)
        for name in Citation.model_fields:
            if name != "checked" and getattr(mine, name) != getattr(cited, name):
                yield f"the {name} of reference {shown(key)} is another one in this version"


def other_files(node: Node, folder: Path) -> Iterator[str]:
    """Yield which file that a record was made from is not beside it, or is another one there."""
    for file in dict.fromkeys(leaf.file for leaf in inputs_of(node) if leaf.file):
        beside = folder / Path(file.name).name
        try:
            same = file_read(beside) == file if beside.is_file() else None
        except OSError:
            same = None
        if same is None:
            yield f"the file {shown(file.name)}, from which it was read, is not beside the record"
        elif not same:
            yield f"the file {shown(file.name)} beside the record is not the one from which it was read"
