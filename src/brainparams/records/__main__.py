"""``python -m brainparams.records``: print the JSON Schema of the files that ``save`` writes."""

from __future__ import annotations

import json
import sys

from .record import json_schema

__all__ = ["main"]


def main() -> None:
    """Print the schema."""
    sys.stdout.write(json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
