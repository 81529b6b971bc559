"""Folders that travel with a job: checked paths in, one zip file out."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath

from gridplan.model.errors import InputError
from gridplan.model.words import say


def plain_paths(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a folder by their paths in it; InputError where a path leads out of the folder."""
    for path in files:
        where = PurePosixPath(path)
        if where.is_absolute() or ".." in where.parts or "\\" in path:
            raise InputError(say("jobs.bad_path", path=path))
    return files


def unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder by their paths in it."""
    for path, content in plain_paths(files).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def packed(folder: Path) -> bytes:
    """Return the files of a folder as one zip file."""
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(folder)))
    return body.getvalue()
