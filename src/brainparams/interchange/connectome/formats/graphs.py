"""Graphs that were written as GraphML or GML. No entity is expanded, no document type is read, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from ....errors import FileError, shown
from ..files import library
from .format import LINE, Raw, reads

__all__ = ["gml", "graphml"]

MOST_BYTES = 2**30
DEEPEST = 100


def _graph(nodes: list[dict[str, str]], edges: list[dict[str, str]], is_undirected: bool, path: Path) -> Raw:
    if not edges:
        raise FileError(f"connectome(): {path.name}: holds no edges")
    known = {node["node"] for node in nodes}
    for edge in edges if nodes else ():
        absent = next((edge[end] for end in ("source", "target") if edge[end] not in known), None)
        if absent is not None:
            raise FileError(
                f"connectome(): {path.name}, line {edge[LINE]}: an edge ends at the node {shown(absent)}, and no node "
                f"is called so; list it, or leave the edge out"
            )
    pl = library("polars")
    names = list(dict.fromkeys(name for edge in edges for name in edge))
    frame = pl.DataFrame(
        {name: [edge.get(name) for edge in edges] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    heads = list(dict.fromkeys(name for node in nodes for name in node))
    table = {name: [node.get(name) for node in nodes] for name in heads}
    frame = frame.with_columns(pl.col(LINE).cast(pl.UInt32))
    listed = pl.DataFrame(table, schema=dict.fromkeys(heads, pl.String)) if nodes else None
    return Raw(frame.lazy(), listed, is_undirected=is_undirected)


# --- GraphML -----------------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """What the parser has met so far."""

    path: Path
    keys: dict[str, str] = field(default_factory=dict)
    nodes: list[dict[str, str]] = field(default_factory=list)
    edges: list[dict[str, str]] = field(default_factory=list)
    defaults: dict[tuple[str, str], str] = field(default_factory=dict)
    declared: str | None = None
    of: dict[str, str] = field(default_factory=dict)
    is_undirected: bool = False
    graphs: int = 0
    current: dict[str, str] | None = None
    key: str | None = None
    text: list[str] = field(default_factory=list)
    line: Any = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "graph":
            self.graphs += 1
            self.is_undirected = attributes.get("edgedefault") == "undirected"
            if self.graphs > 1:
                raise FileError(
                    f"connectome(): {self.path.name}, line {self.line()}: holds several graphs; save each in its file"
                )
        elif name == "key":
            self.declared = attributes.get("id", "")
            self.keys[self.declared] = attributes.get("attr.name", self.declared)
            self.of[self.declared] = attributes.get("for", "all")
        elif name == "default" and self.declared is not None:
            self.key, self.text = self.declared, []
        elif name == "node":
            self.current = {"node": self.needed(attributes, "id", "node")}
            self.nodes.append(self.current)
        elif name == "edge":
            ends = {end: self.needed(attributes, end, "edge") for end in ("source", "target")}
            self.check_direction(attributes.get("directed"))
            self.current = {**ends, LINE: str(self.line())}
            self.edges.append(self.current)
        elif name == "data":
            self.key, self.text = attributes.get("key"), []

    def check_direction(self, directed: str | None) -> None:
        if directed is not None and (directed in ("true", "1")) == self.is_undirected:
            raise FileError(
                f"connectome(): {self.path.name}, line {self.line()}: an edge has another direction than its "
                f"graph; save directed and undirected edges in files of their own"
            )

    def needed(self, attributes: dict[str, str], name: str, tag: str) -> str:
        if not attributes.get(name, "").strip():
            raise FileError(f"connectome(): {self.path.name}, line {self.line()}: <{tag}> has no {name}=…; give it one")
        return attributes[name]

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "default" and self.key is not None:
            self.defaults[self.of[self.key], self.keys[self.key]] = "".join(self.text).strip()
            self.key = None
        elif name == "key":
            self.declared = None
        elif name == "data" and self.key is not None and self.current is not None:
            head = self.keys.get(self.key, self.key)
            self.current.setdefault(head, "".join(self.text).strip())
            self.key = None
        elif name in ("node", "edge"):
            self.current = None

    def data(self, text: str) -> None:
        if self.key is not None:
            self.text.append(text)

    def refuse(self, *_: Any) -> NoReturn:
        raise FileError(
            f"connectome(): {self.path.name}, line {self.line()}: declares a document type or an entity; "
            f"neither is read: delete the declaration"
        )


@reads("graphml", ".graphml", ".xml", most_bytes=MOST_BYTES)
def graphml(path: Path, sheet: str | None) -> Raw:
    """Return the graph of a GraphML file."""
    parser = expat.ParserCreate()
    reader = _Reader(path, line=lambda: parser.CurrentLineNumber)
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = reader.refuse
    parser.ExternalEntityRefHandler = reader.refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise FileError(
            f"connectome(): {path.name}, line {error.lineno}, column {error.offset + 1}: is no XML: "
            f"{expat.ErrorString(error.code)}"
        ) from None
    for kind, rows in (("node", reader.nodes), ("edge", reader.edges)):
        for (of, head), value in reader.defaults.items():
            for row in rows if of in (kind, "all") else ():
                row.setdefault(head, value)
    return _graph(reader.nodes, reader.edges, reader.is_undirected, path)


# --- GML ---------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r'\s*(?:#[^\n]*\n\s*)*(?:(?P<open>\[)|(?P<close>\])|"(?P<text>[^"]*)"|(?P<word>[^\s\[\]"]+))')


@reads("gml", ".gml", most_bytes=MOST_BYTES)
def gml(path: Path, sheet: str | None) -> Raw:
    """Return the graph of a GML file."""
    content = path.read_text(encoding="utf-8", errors="replace")
    nodes: list[dict[str, str]] = []
    edges: list[dict[str, str]] = []
    is_undirected = True  # a GML graph has a direction only where it says so
    record: dict[str, str] = {}
    for depth, key, value, line in _pairs(content, path):
        if depth == 1 and key == "directed":
            is_undirected = value != "1"
        elif depth == 1 and value is None:
            record = {LINE: str(line)} if key == "edge" else {}
            if key in ("node", "edge"):
                (nodes if key == "node" else edges).append(record)
        elif depth == 2 and value is not None:
            record[key] = value
    for edge in edges:
        lacking = next((end for end in ("source", "target") if end not in edge), None)
        if lacking:
            raise FileError(f"connectome(): {path.name}, line {edge[LINE]}: an edge has no {lacking}; give it one")
    named = {node.get("id", ""): node.get("label", node.get("id", "")) for node in nodes}
    if len(set(named.values())) < len(named):  # several nodes of one label: it says their type, and no name
        named = {number: number for number in named}
    for node in nodes:
        node["node"] = named.get(node.get("id", ""), "")
    for edge in edges:
        edge["source"], edge["target"] = (named.get(edge[end], edge[end]) for end in ("source", "target"))
    return _graph(nodes, edges, is_undirected, path)


def _pairs(content: str, path: Path) -> Iterator[tuple[int, str, str | None, int]]:
    """Yield depth, key, value and line of everything that a GML text says; a list has None for its value."""
    depth, key, position, line, counted = 0, None, 0, 1, 0
    while position < len(content.rstrip()):
        token = _TOKEN.match(content, position)
        if token is None:
            raise FileError(
                f"connectome(): {path.name}, line {line}: {shown(content[position : position + 20])} is no GML"
            )
        start = token.start(token.lastgroup or 0)
        line, counted, position = line + content.count("\n", counted, start), start, token.end()
        if token["open"]:
            if key is None:
                raise FileError(f"connectome(): {path.name}, line {line}: '[' stands without a name before it")
            yield depth, key, None, line
            depth, key = depth + 1, None
            if depth > DEEPEST:
                raise FileError(f"connectome(): {path.name}, line {line}: lists are nested more than {DEEPEST} deep")
        elif token["close"]:
            depth -= 1
            if depth < 0 or key is not None:
                raise FileError(f"connectome(): {path.name}, line {line}: ']' stands where it closes nothing")
        elif key is None:
            key = token["word"]
            if key is None:
                raise FileError(f"connectome(): {path.name}, line {line}: a text stands where a name is expected")
        else:
            yield depth, key, token["text"] if token["text"] is not None else token["word"], line
            key = None
    if depth:
        raise FileError(f"connectome(): {path.name}, line {line}: ends inside a list; a ']' is missing")
