"""Files: those of strangers are read strictly and within bounds, and ours are written whole or not at all."""

from .json_texts import Document, strict_json
from .reading import LARGEST, LARGEST_HEADER, FileRead, file_read, header_of, path_of, read_json, read_text
from .writing import write_whole

__all__ = [
    "LARGEST",
    "LARGEST_HEADER",
    "Document",
    "FileRead",
    "file_read",
    "header_of",
    "path_of",
    "read_json",
    "read_text",
    "strict_json",
    "write_whole",
]
