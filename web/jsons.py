"""JSON as it comes in: whatever is sent, it is read or refused, never a broken page."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from flask.json.provider import DefaultJSONProvider


class Json(DefaultJSONProvider):
    """Reads JSON; what is nested deeper than anything that a page sends is no JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return what the text holds; raises ValueError where it cannot be read."""
        try:
            found = super().loads(s, **kwargs)
            # Half a character (\ud800) is no text: no database holds it and no answer can say it.
            json.dumps(found, ensure_ascii=False).encode()
        except RecursionError:
            raise ValueError("nested too deep") from None
        return found


def read_json(text: str) -> Any:
    """Return what a field of a form holds; raises ValueError where it cannot be read."""
    return current_app.json.loads(text)
