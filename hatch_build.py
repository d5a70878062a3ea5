"""What a wheel brings along compiled: the evidence, read and checked, and the published estimates, worked out."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTexts(BuildHookInterface[Any]):
    """Adds what is generated to a wheel: compiled texts, and the schema of records; the repository has none of it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the documents to a folder of their own, and name them to the builder."""
        if version == "editable":  # a checkout compiles on first use
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from brainparams.findings.catalogue import packaged_texts
        from brainparams.findings.validation import documents
        from brainparams.literature import published
        from brainparams.literature.rebuilding import document
        from brainparams.records.__main__ import schema

        texts = {
            **documents(packaged_texts()),
            "literature/estimates.json": document(published.table()),
            "records/record.schema.json": schema(),
        }
        self.folder = Path(tempfile.mkdtemp(prefix="compiled-"))
        for number, (place, text) in enumerate(texts.items()):
            file = self.folder / str(number)
            file.write_text(text, encoding="utf-8", newline="\n")
            build_data["force_include"][str(file)] = f"brainparams/{place}"

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove the folder again."""
        if version != "editable":
            shutil.rmtree(self.folder)
