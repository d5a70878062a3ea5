"""What a published ``config.json`` says: its keys, read strictly, and what it leaves to the format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import BrainparamsError, FileError, did_you_mean, shown
from .arguments import one_of, truth, whole

LARGEST_FILE = 10 * 2**20


class Configuration:
    """The keys of one ``config.json``; what it does not say is either an error or a default of the format, noted."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self.content = content
        self.where = where
        self.notes: list[str] = []

    @property
    def model_type(self) -> str:
        """The word by which the format tells models apart."""
        return str(self.content.get("model_type"))

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        return self.content.get(key) is not None

    def missing(self, *keys: str) -> FileError:
        """Return the error that names a key."""
        named = " or ".join(map(repr, keys))
        hint = did_you_mean(keys[0], map(str, self.content))
        return FileError(
            f"{self.where}: model_type {self.model_type!r} needs {named}, which is not there; add it.{hint}"
        )

    def whole(self, *keys: str, least: int = 1) -> int:
        """Return a whole number that must be there, under any one of its names."""
        present = [key for key in keys if self.has(key)]
        if not present:
            raise self.missing(*keys)
        found = {whole(self.content[key], f"{self.where}: {key!r}", least=least) for key in present}
        if len(found) > 1:
            raise FileError(f"{self.where}: {' and '.join(map(repr, present))} differ, and mean the same; keep one")
        return found.pop()

    def whole_or(self, key: str, default: int, says: str, *, least: int = 1) -> int:
        """Return a whole number, or what the format takes for it."""
        if self.has(key):
            return self.whole(key, least=least)
        self._noted(key, default, says)
        return default

    def switch(self, key: str, default: bool) -> bool:
        """Return true or false, or what the format takes for it."""
        if self.has(key):
            return truth(self.content[key], f"{self.where}: {key!r}")
        self._noted(key, default, "the default of the format")
        return default

    def word(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Return one of several words, or what the format takes for it."""
        if self.has(key):
            return one_of(self.content[key], options, f"{self.where}: {key!r}")
        if default is None:
            raise self.missing(key)
        self._noted(key, default, "the default of the format")
        return default

    def wholes_or_none(self, key: str) -> list[int]:
        """Return a list of whole numbers; none where the key is absent, as the format takes it."""
        if not self.has(key):
            self._noted(key, [], "the default of the format")
            return []
        values = self.content[key]
        if not isinstance(values, list):
            raise FileError(f"{self.where}: {key!r} needs a list; got {shown(values)}")
        return [whole(each, f"{self.where}: {key!r}", least=0) for each in values]

    def refuse(self, key: str, counted: Any) -> None:
        """Refuse a setting that changes the count in a way that is not counted here."""
        value = self.content.get(key)
        if value is not None and value != counted:
            raise FileError(
                f"{self.where}: {key!r} is {shown(value)}; for model_type {self.model_type!r} only {counted!r} can be "
                f"counted; build the model with bp.transformer(…)"
            )

    def note(self, text: str) -> None:
        """Note a convention."""
        self.notes.append(text)

    def _noted(self, key: str, default: Any, says: str) -> None:
        self.notes.append(f"{key}: not in the configuration; taken as {json.dumps(default)}, {says}")


def configuration(source: Any, name: str) -> Configuration:
    """Return the configuration that is in a mapping, a file, or a JSON text."""
    if isinstance(source, Mapping):
        return Configuration(source, f"{name}()")
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return Configuration(_parsed(source, f"{name}()"), f"{name}()")
    if not isinstance(source, str | Path):
        raise FileError(f"{name}(): needs a mapping, the path of a config.json, or its text; got {shown(source)}")
    where = f"{name}({shown(Path(source).name)})"
    return Configuration(_parsed(_text(Path(source), where), where), where)


def _text(path: Path, where: str) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileError(f"{where}: larger than {LARGEST_FILE // 2**20} MB; that is not a configuration")
        return path.read_text(encoding="utf-8")
    except BrainparamsError:
        raise
    except OSError as error:
        raise FileError(f"{where}: {error.strerror}; give the path of a config.json") from None
    except ValueError as error:
        raise FileError(f"{where}: not a text file in UTF-8 ({type(error).__name__}); give a config.json") from None


def _parsed(text: str, where: str) -> Mapping[str, Any]:
    if len(text) > LARGEST_FILE:
        raise FileError(f"{where}: longer than {LARGEST_FILE // 2**20} MB; that is not a configuration")
    try:
        content = json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, where))
    except FileError:
        raise
    except json.JSONDecodeError as error:
        raise FileError(f"{where}: not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where}: not a configuration: {type(error).__name__}") from None
    if not isinstance(content, dict):
        raise FileError(f'{where}: needs an object with keys such as "model_type"; got {shown(content)}')
    return content


def _unique(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise FileError(f"{where}: the key {shown(twice)} stands twice in one object; keep one")
    return found
