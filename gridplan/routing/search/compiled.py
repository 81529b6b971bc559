"""How code is compiled: once, kept beside the package, and anew when any compiled module has changed.

Numba looks only at the file of a function when it asks whether a kept compilation still holds, although the functions of other
files are built into it. So the place where it is kept is named after the text of all compiled modules.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

MODULES = ("search/compiled", "search/instance", "search/state", "search/improve", "replan/standing")
_ROUTING = Path(__file__).parents[1]
# No array is made or kept in compiled code, so that counting references (`_nrt`) would only cost time: half of it.
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def _folder() -> str:
    """Return where compilations are kept, "" (numba's own choice) where the package cannot be written to."""
    digest = hashlib.sha256()
    for name in MODULES:
        digest.update((_ROUTING / f"{name}.py").read_bytes())
    folder = _ROUTING / "__pycache__" / f"compiled-{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    return str(folder) if os.access(folder, os.W_OK) else ""


_FOLDER = _folder()


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    config: Any = numba.config
    usual = config.CACHE_DIR
    config.CACHE_DIR = _FOLDER or usual
    try:
        return numba.njit(**_OPTIONS, **options)(function)
    finally:
        config.CACHE_DIR = usual


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, or take it from before."""
    return _compile(function)


def small(function: Callable[..., Any]) -> Any:
    """The same for what is called for every place that is looked at: built into its callers."""
    return _compile(function, forceinline=True)
