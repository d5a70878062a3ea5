r"""The numbers that a text takes or marks: macros and ``\bpnumber`` in LaTeX, spans and comments in Markdown.

Each pattern is found in one pass, and a mark that is not closed is an error where it stands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

__all__ = ["MarkError", "Use", "inputs", "named_files", "printed", "uses"]

UNPRINTED_TEX = re.compile(
    r"\\begin\{(verbatim\*?|Verbatim|lstlisting|minted|comment)\}.*?(?:\\end\{\1\}|\Z)"
    r"|\\verb\*?([^\w\s*])[^\n]{0,300}?\2"
    r"|(?P<stays>\\(?:url|href|nolinkurl)\s{0,9}\{[^{}\n]*\}|\\.)"  # a % in an address, or behind a backslash, is one
    r"|%[^\n]*",
    re.DOTALL,
)
CODE = re.compile(
    r"^[ >]{0,9}(`{3,}|~{3,})[^\n]*$.*?(?:^[ >]{0,9}\1[`~]*[ \t\r]*$|\Z)|(?<!`)(`+)(?!`)[^`\n]+\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
INPUT = re.compile(
    r"\\(?:@?input|include|subfile|subfileinclude|InputIfFileExists)\s{0,9}\{([^{}]+)\}"
    r"|\\(?:sub)?(?:import|inputfrom|includefrom)\s{0,9}\{([^{}]*)\}\s{0,9}\{([^{}]+)\}"
    r"|\\@{0,2}input\s{1,9}([^\s{}\\]+)"
)

MACRO = re.compile(r"\\(bp[A-Z][A-Za-z]*)")
DEFINED_MACRO = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|DeclareRobustCommand"
    r"|(?:New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand|[egx]?def|let)(?![A-Za-z])"
    r"\s{0,9}\*?\s{0,9}\{?\s{0,9}(?:\\csname\s{0,9}|\\)(bp[A-Z][A-Za-z]*|bpnumber(?!\}\[2\]\{#2\}))(?![A-Za-z])"
    r"|\\(?:@namedef|cs[egx]?def)\s{0,9}\{(bp[A-Z][A-Za-z]*)\}"
)
TYPED_MACRO = re.compile(r"\\bpnumber\s{0,9}(?=\{)")
BLANKS = re.compile(r"\s{0,9}")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
BLOCK = re.compile(r"\{([^{}]*)(\}?)")
NAME = re.compile(r"(?:^|\s)bp=(?:\"([^\"]+)\"|'([^']+)'|([^\s\"'=][^\"']*))")
ALONE = re.compile(r"(?:[.#]\S+ )?bp=")  # what code in R has between braces begins with a space or a line
ATTRIBUTE = re.compile(r"\s(?:[.#][A-Za-z]|[\w-]+=)")
NUMBERS = re.compile(r"bp\s+numbers\s*=\s*(\S.*)", re.DOTALL)


class MarkError(ValueError):
    """A mark that is not closed; `start` is where it stands."""

    def __init__(self, start: int, why: str) -> None:
        super().__init__(why)
        self.start = start


class Use(NamedTuple):
    """A number that a text takes, marks, or defines anew."""

    start: int
    name: str
    written: str
    kind: Literal["macro", "definition", "typed"]


def uses(text: str, *, is_tex: bool) -> list[Use]:
    """Return the numbers of a text in their order.

    Raises
    ------
    MarkError
        If a mark is not closed.

    Examples
    --------
    >>> [(use.name, use.written) for use in uses("[7 billion]{bp=neurons}", is_tex=False)]
    [('neurons', '7 billion')]
    """
    return sorted([*_macros(text), *_typed_macros(text)] if is_tex else [*_spans(text), *_between_comments(text)])


def printed(text: str, *, is_tex: bool) -> str:
    r"""Return a text without comments, and without what is shown as it is typed; every line stays where it is.

    Examples
    --------
    >>> printed("5 % is \\verb|a|", is_tex=True), printed("write `[5]{bp=x}`", is_tex=False)
    ('5 ', 'write ')
    """
    return (UNPRINTED_TEX if is_tex else CODE).sub(_tex_left if is_tex else _code_left, text)


def _tex_left(match: re.Match[str]) -> str:
    return match["stays"] or "\n" * match[0].count("\n")


def _code_left(match: re.Match[str]) -> str:
    """Return what is printed of code: options of a chunk, such as captions, and what is raw for a format."""
    first, *lines = match[0].split("\n")
    if "{=" in first or not re.search(r"\bbp\s?[=:]", match[0]):
        return match[0]
    return "\n".join(["", *(each if each.lstrip().startswith("#|") else "" for each in lines)])


def inputs(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the files that a text in LaTeX inputs, by the names that it gives them, and where.

    Examples
    --------
    >>> list(inputs(r"\input{numbers.tex} \input one \import{sections/}{two}"))
    [(0, 'numbers.tex'), (20, 'one.tex'), (31, 'sections/two.tex')]
    """
    for match in INPUT.finditer(text):
        braced, folder, inner, bare = match.groups(default="")
        path = posixpath.join(folder.strip(), (braced or inner or bare).strip().strip('"'))
        yield match.start(), path if path.endswith(".tex") else f"{path}.tex"


def named_files(text: str) -> Iterator[tuple[int, str]]:
    """Yield the files of numbers that a text in Markdown names, and where.

    Examples
    --------
    >>> list(named_files("<!-- bp numbers=results/numbers.json -->"))
    [(0, 'results/numbers.json')]
    """
    for start, _, content in _comments(text):
        if named := NUMBERS.fullmatch(content):
            yield start, named[1]
        elif re.match(r"bp\s+numbers\b", content):
            raise MarkError(start, "<!-- bp numbers=… --> names no file; write <!-- bp numbers=numbers.json -->")


# --- LaTeX -----------------------------------------------------------------------------------------------------------


def _macros(text: str) -> Iterator[Use]:
    defined = {match.start(match.lastindex or 0): match for match in DEFINED_MACRO.finditer(text)}
    for match in defined.values():
        name = match[match.lastindex or 0]
        yield Use(match.start(), name, f"\\{name}", "definition")
    for match in MACRO.finditer(text):
        if match.start(1) not in defined:
            yield Use(match.start(), match[1], match[0], "macro")


def _typed_macros(text: str) -> Iterator[Use]:
    end = 0
    for match in TYPED_MACRO.finditer(text):
        if match.start() < end:
            continue  # inside of another one, which does not hold for it
        name_end = _closed(text, match.end(), match.start())
        opened = BLANKS.match(text, name_end).end()  # type: ignore[union-attr]
        if not text.startswith("{", opened):
            raise MarkError(match.start(), r"\bpnumber needs two arguments: \bpnumber{name}{as typed}")
        end = _closed(text, opened, match.start())
        name, written = text[match.end() + 1 : name_end - 1], text[opened + 1 : end - 1]
        yield Use(match.start(), name.strip(), written.strip(), "typed")


def _closed(text: str, opened: int, start: int) -> int:
    """Return where the brace that opens there is closed."""
    depth = 0
    for brace in BRACE.finditer(text, opened):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    raise MarkError(start, r"\bpnumber{name}{as typed} is not closed: a } is missing")


# --- Markdown --------------------------------------------------------------------------------------------------------


def _spans(text: str) -> Iterator[Use]:
    last = 0
    for block in BLOCK.finditer(text):
        inner = block[1] if block[2] else block[1].partition("\n")[0]
        if found := NAME.search(inner):
            name = found[1] or found[2] or ATTRIBUTE.split(found[3])[0]
            opened = _opened(text, last, block.start())
            if opened is None and ALONE.match(inner):
                raise MarkError(block.start(), f"{{bp={name}}} stands behind no [number in brackets]")
            if opened is not None and not block[2]:
                raise MarkError(opened, f"[…]{{bp={name} is not closed: a }} is missing")
            if opened is not None:
                yield Use(opened, name.strip(), text[opened + 1 : block.start() - 1].strip(), "typed")
            last = block.end()  # other braces may stand in a number: $10^{9}$


def _opened(text: str, first: int, end: int) -> int | None:
    """Return where the bracket opens that is closed right before `end`, if it is."""
    depth = 0
    for place in range(end - 1, first - 1, -1):
        depth += {"]": 1, "[": -1}.get(text[place], 0)
        if depth == 0:
            return place if place < end - 1 else None
    return None


def _between_comments(text: str) -> Iterator[Use]:
    opened: tuple[int, int, str] | None = None
    for start, end, content in _comments(text):
        closes = content == "/bp"
        if content.startswith("bp:") or closes:
            if opened is not None and not closes:
                break
            if opened is None and closes:
                raise MarkError(start, "<!-- /bp --> closes nothing; <!-- bp:name --> opens a number")
            if opened is not None:
                yield Use(opened[0], opened[2], text[opened[1] : start].strip(), "typed")
            opened = None if closes else (start, end, content[3:].strip())
    if opened is not None:
        raise MarkError(opened[0], f"<!-- bp:{opened[2]} --> is not closed: <!-- /bp --> is missing")


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and content of each comment."""
    end = 0
    while (start := text.find("<!--", end)) >= 0:
        closed = text.find("-->", start + 4)
        content = text[start + 4 : closed if closed >= 0 else start + 200].strip()
        is_ours = content.startswith(("bp:", "/bp")) or re.match(r"bp\s+numbers\b", content)
        if is_ours and (closed < 0 or "<!--" in content):
            raise MarkError(start, "a comment <!-- bp… is not closed: --> is missing")
        if closed < 0:
            return
        end = closed + 3
        yield start, end, content
