"""Opens files with care: one of a name, not too large, not empty, really what the name says, in a known encoding."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from gridplan.model.errors import InputError
from gridplan.model.words import say

MAX_BYTES = 200_000_000
READABLE = (".csv", ".xlsx", ".geojson", ".gpkg")
_REFUSED = (".xls", ".xlsm", ".xlsb", ".et", ".ods", ".json", ".shp", ".tsv", ".txt", ".kml", ".parquet")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00", b"%PDF")


def find_file(folder: Path, stem: str, suffixes: Sequence[str] = READABLE) -> Path | None:
    """Return the one file `stem.*` of a folder, None when there is none.

    Raises
    ------
    InputError
        Two files would do, or one is there of a kind that is not read.
    """
    if not folder.is_dir():
        raise InputError(say("intake.no_file", file=folder.name))
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.stem == stem)
    found = [path for path in files if path.suffix.lower() in suffixes]
    refused = [path for path in files if path.suffix.lower() in {*_REFUSED, *READABLE} - set(suffixes)]
    if len(found) > 1:
        raise InputError(say("intake.two_files", files="、".join(path.name for path in found)))
    if refused:
        raise InputError(say("intake.not_supported", file=refused[0].name, kinds="、".join(suffixes)))
    return found[0] if found else None


def find_files(folder: Path) -> list[Path]:
    """Return the tables of a folder by name; what an office program leaves beside them (~$…, .DS_Store) is no table.

    Raises
    ------
    InputError
        One is of a kind that is not read.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$", "._")))
    refused = next((path for path in files if path.suffix.lower() in _REFUSED), None)
    if refused is not None:
        raise InputError(say("intake.not_supported", file=refused.name, kinds="、".join(READABLE)))
    return [path for path in files if path.suffix.lower() in READABLE]


def check_size(path: Path) -> None:
    """Make sure that a file is there and neither empty nor too large, before it is read."""
    if not path.is_file():
        raise InputError(say("intake.no_file", file=path.name))
    size = path.stat().st_size
    if size == 0:
        raise InputError(say("intake.empty_file", file=path.name))
    if size > MAX_BYTES:
        raise InputError(say("intake.too_large", file=path.name, mb=size // 1_000_000, limit=MAX_BYTES // 1_000_000))


def read_text(path: Path, kind: str) -> str:
    """Return the text of a file: by its byte order mark, else strict UTF-8, else GB18030. `kind` (CSV) names what is expected."""
    check_size(path)
    data = path.read_bytes()
    if data.startswith(_BINARY):
        raise InputError(say("intake.wrong_content", file=path.name, kind=kind))
    bom, encodings = next(((bom, (name,)) for bom, name in _BOMS if data.startswith(bom)), (b"", ("utf-8", "gb18030")))
    byte = 0
    for encoding in encodings:
        try:
            text = data[len(bom) :].decode(encoding)
        except UnicodeDecodeError as error:
            byte = byte or error.start + 1
            continue
        if not text.strip():
            raise InputError(say("intake.empty_file", file=path.name))
        return text
    raise InputError(say("intake.bad_encoding", file=path.name, byte=byte))
