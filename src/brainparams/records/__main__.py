"""``python -m brainparams.records``: print the JSON Schema of the files that ``save`` writes."""

from __future__ import annotations

import json
import sys

from .record import json_schema

__all__ = ["schema"]


def schema() -> str:
    """Return the schema as a wheel brings it along: ``record.schema.json``."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
