"""What a published ``config.json`` says: its keys, read strictly, and what it leaves to the format."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...errors import FileError, RangeError, did_you_mean, shown
from ...files import LARGEST, FileRead, file_read, read_text, strict_json
from ..arguments import one_of, truth, whole
from .neutral import is_neutral
from .second_names import SECOND_NAMES

MOST = 1e12
MOST_LISTED = 100_000
MOST_LAYERS = 10_000


@cache
def _tables(name: str) -> dict[str, dict[str, Any]]:
    """Return the tables of a file by type; for some types it gives the name of one that has the same."""
    given: dict[str, Any] = tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return {kind: given[found] if isinstance(found, str) else found for kind, found in given.items()}


def defaults_of(model_type: str) -> dict[str, Any]:
    """Return the dimensions that the format takes where a configuration inside another one says nothing."""
    return _tables("defaults.toml").get(model_type, {})


def left_out_of(model_type: str) -> dict[str, Any]:
    """Return what the format takes for keys that any configuration of this type may leave out."""
    return _tables("left_out.toml").get(model_type, {})


def _counts_layers(key: str) -> bool:
    """Whether a key says how many layers there are; ``vocab_size_per_layer_input`` does not."""
    return key.endswith(("layers", "layer")) or key == "depth"


class Configuration:
    """The keys of one ``config.json``, and which of them were read.

    What it does not say is an error or a default of the format, which is noted; a configuration inside another one has
    the defaults of its type. Every key is in the end one that was read, one that never changes a count, or told.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        where: str,
        *,
        inside: str = "",
        model_type: str = "",
        file: FileRead | None = None,
    ) -> None:
        self.where = where
        self.file = file
        self.inside = inside
        self.model_type = str(content.get("model_type") or model_type)
        self.content = self._under_own_names(content)
        self.kind = "base"
        self.counted_class = ""
        self.further_tokens = False
        self.notes: list[str] = []
        self.read: set[str] = {"model_type", "architectures"}
        self.inner: list[Configuration] = []
        self.taken: dict[str, Any] = {}
        self.defaults = defaults_of(self.model_type) if inside else {}
        self.left_out = left_out_of(self.model_type)

    def value(self, key: str) -> Any:
        """Return what stands there, or the default of the type; None where neither says anything."""
        self.read.add(key)
        usual = self.defaults.get(key, self.left_out.get(key))
        if key not in self.content and usual is not None:
            self.taken[key] = usual
            return usual
        return self.content.get(key)

    def _under_own_names(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the keys under the names of their type, where the format takes a second name for them."""
        found = dict(content)
        for other, key in SECOND_NAMES.get(self.model_type, {}).items():
            if found.get(other) is None:
                continue
            value = found.pop(other)
            if found.get(key, value) != value:
                raise FileError(f"{self.where}: {other!r} and {key!r} differ, and mean the same; keep one")
            found[key] = value
        return found

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        return self.value(key) is not None

    def missing(self, *keys: str) -> FileError:
        """Return the error that names a key."""
        named = " or ".join(f"{self.inside}{key}" for key in keys)
        hint = did_you_mean(keys[0], map(str, self.content))
        return FileError(
            f"{self.where}: model_type {self.model_type!r} needs {named!r}, which is not there; add it.{hint}"
        )

    def refused(self, key: str, value: Any, counted: str) -> FileError:
        """Return the error for a setting that is not counted here."""
        if not self.model_type:
            return FileError(
                f"{self.where}: {self.inside + key!r} is {shown(value)}; of an adapter only {counted} can be counted"
            )
        return FileError(
            f"{self.where}: {self.inside + key!r} is {shown(value)}; for model_type {self.model_type!r} only {counted} "
            f"can be counted; build the model with bp.transformer(…)"
        )

    def place(self, key: str) -> str:
        """Return where a key stands, for a message."""
        return f"{self.where}: {self.inside + key!r}"

    # --- numbers, switches and words ---------------------------------------------------------------------------------

    def whole(self, *keys: str, least: int = 1) -> int:
        """Return a whole number that must be there, under any one of its names."""
        present = [key for key in keys if self.has(key)]
        if not present:
            raise self.missing(*keys)
        found = {whole(self.value(key), self.place(key), least=least) for key in present}
        if len(found) > 1:
            raise FileError(f"{self.where}: {' and '.join(map(repr, present))} differ, and mean the same; keep one")
        if any(_counts_layers(key) for key in present) and max(found) > MOST_LAYERS:
            raise RangeError(
                f"{self.place(present[0])} is {max(found):,} layers, and a file holds at most {MOST_LAYERS:,}; build a "
                f"deeper model with bp.transformer(…)"
            )
        return found.pop()

    def whole_or(self, key: str, default: int, says: str = "the default of the format", *, least: int = 1) -> int:
        """Return a whole number, or what the format takes for it."""
        if self.has(key):
            return self.whole(key, least=least)
        self._noted(key, default, says)
        return default

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number above zero, or what the format takes for it."""
        value = self.value(key)
        if value is None and default is not None:
            self._noted(key, default, "the default of the format")
            return default
        if value is None:
            raise self.missing(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < MOST:
            raise FileError(f"{self.place(key)} needs a number above zero; got {shown(value)}")
        return value

    def switch(self, key: str, default: bool) -> bool:
        """Return true or false, or what the format takes for it."""
        if self.has(key):
            return truth(self.value(key), self.place(key))
        if default and key in self.content:
            raise FileError(f"{self.place(key)} is null, which may mean no, or its default, yes; write true or false")
        self._noted(key, default, "the default of the format")
        return default

    def word(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Return one of several words, or what the format takes for it."""
        if self.has(key):
            return one_of(self.value(key), options, self.place(key))
        if key in self.content:
            raise FileError(f"{self.place(key)} is null; write one of {', '.join(map(repr, options))}")
        if default is None:
            raise self.missing(key)
        self._noted(key, default, "the default of the format")
        return default

    def wholes(self, key: str, *, least: int = 1) -> list[int]:
        """Return a list of whole numbers that must be there."""
        if not self.has(key):
            raise self.missing(key)
        return [whole(each, self.place(key), least=least) for each in self.listed(key)]

    def wholes_or_none(self, key: str) -> list[int]:
        """Return a list of whole numbers; none where the key is absent, as the format takes it."""
        if not self.has(key):
            self._noted(key, [], "the default of the format")
            return []
        return self.wholes(key, least=0)

    def numbers(self, key: str) -> list[float]:
        """Return a list of numbers above zero that must be there."""
        if not self.has(key):
            raise self.missing(key)
        found = self.listed(key)
        for each in found:
            if isinstance(each, bool) or not isinstance(each, int | float) or not 0 < each < MOST:
                raise FileError(f"{self.place(key)} needs numbers above zero; got {shown(each)}")
        return found

    def words(self, key: str, options: tuple[str, ...], count: int) -> list[str]:
        """Return a list of words, one for each of so many layers."""
        if not self.has(key):
            raise self.missing(key)
        found = [one_of(each, options, self.place(key)) for each in self.listed(key)]
        if len(found) != count:
            raise FileError(f"{self.place(key)} has {len(found)} words for {count} layers; give one for each")
        return found

    def pair(self, key: str) -> tuple[int, int]:
        """Return two whole numbers; one alone is meant twice."""
        value = self.value(key)
        if isinstance(value, list | tuple) and len(value) == 2:
            return whole(value[0], self.place(key)), whole(value[1], self.place(key))
        side = self.whole(key)
        return side, side

    def listed(self, key: str) -> list[Any]:
        """Return what is in a list."""
        values = self.value(key)
        if not isinstance(values, list | tuple) or len(values) > MOST_LISTED:
            raise FileError(f"{self.place(key)} needs a list; got {shown(values)}")
        return list(values)

    def labels(self, usual: int | None = 2) -> int:
        """Return the classes of a task's head, which a configuration lists by name; as usual where it does not."""
        named = self.value("id2label")
        self.ignore("label2id", "num_labels")
        if isinstance(named, Mapping) and named:
            return len(named)
        return self.whole("num_labels", "id2label") if usual is None else self.whole_or("num_labels", usual)

    # --- what is not counted -----------------------------------------------------------------------------------------

    def refuse(self, key: str, *counted: Any) -> None:
        """Refuse a setting that changes the count in a way that is not counted here."""
        value = self.value(key)
        if value is not None and value not in counted:
            raise self.refused(key, value, " or ".join(map(repr, counted)))

    def ignore(self, *keys: str) -> None:
        """Take keys as read that do not change the count of this type."""
        self.read.update(keys)

    def note(self, text: str) -> None:
        """Note a convention."""
        self.notes.append(text)

    def _noted(self, key: str, default: Any, says: str) -> None:
        self.notes.append(f"{self.inside}{key}: not in the configuration; taken as {json.dumps(default)}, {says}")

    # --- a configuration inside another ------------------------------------------------------------------------------

    def within(self, key: str, model_type: str) -> Configuration:
        """Return the configuration of a part, with the defaults of its type."""
        content = self.value(key)
        if content is None:
            raise self.missing(key)
        if not isinstance(content, Mapping):
            raise FileError(f"{self.place(key)} needs an object with keys; got {shown(content)}")
        found = Configuration(content, self.where, inside=f"{self.inside}{key}.", model_type=model_type)
        found.notes = self.notes
        if content and "model_type" not in content and found.defaults and not found.defaults.keys() & content.keys():
            raise FileError(f"{self.place(key)} has no key of a {model_type!r}; got {shown(content)}")
        self.inner.append(found)
        return found

    # --- the end -----------------------------------------------------------------------------------------------------

    def unknown(self) -> list[str]:
        """Return the keys that were not read and may change a count."""
        return [key for key in map(str, self.content) if key not in self.read and not is_neutral(key)]

    def close(self) -> None:
        """Tell what was taken from the format, and every key that nobody knows; refuse one that looks misspelt."""
        for each in self.inner:
            each.close()
        if self.taken and not self.inside:
            for key, value in self.taken.items():
                self._noted(key, value, "the default of the format")
        elif self.taken:
            said = ", ".join(f"{key} {json.dumps(value)}" for key, value in self.taken.items())
            self.note(f"{self.inside.rstrip('.')}: not in the configuration, taken as the format takes them: {said}")
        unknown = self.unknown()
        absent = [key for key in self.read if key not in self.content]
        for key in unknown:
            meant = get_close_matches(key, absent, n=1, cutoff=0.9)
            if meant:
                raise FileError(f"{self.place(key)} is not known. Did you mean {meant[0]!r}?")
        unknown = [key for key in unknown if self.content[key] is not None]
        if unknown:
            named = ", ".join(f"{self.inside}{key}" for key in unknown)
            self.note(f"not known to this type, and not counted: {named}")


def configuration(source: Any, name: str) -> Configuration:
    """Return the configuration that is in a mapping, a file, or a JSON text."""
    if isinstance(source, Mapping):
        return Configuration(source, f"{name}()")
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return Configuration(_parsed(source, f"{name}()"), f"{name}()")
    if not isinstance(source, str | Path):
        raise FileError(f"{name}(): needs a mapping, the path of a config.json, or its text; got {shown(source)}")
    where = f"{name}({shown(Path(source).name)})"
    content = _parsed(read_text(source, where, "a config.json"), where)
    return Configuration(content, where, file=file_read(Path(source)))


def _parsed(text: str, where: str) -> Mapping[str, Any]:
    if len(text) > LARGEST:
        raise FileError(f"{where}: longer than {LARGEST // 2**20} MB; that is not a configuration")
    content = strict_json(text, where).content
    if not isinstance(content, dict):
        raise FileError(f'{where}: needs an object with keys such as "model_type"; got {shown(content)}')
    return content
