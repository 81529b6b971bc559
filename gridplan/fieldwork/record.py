"""Takes the results that come from the street: each once, and none that would undo another."""

from __future__ import annotations

from collections.abc import Iterable

from gridplan.model.errors import Conflict, InputError
from gridplan.model.record import Receipt
from gridplan.model.result import COUNTS_AS_DONE, VisitResult
from gridplan.model.words import say


def accept(result: VisitResult, earlier: Iterable[VisitResult]) -> Receipt:
    """Return what becomes of `result` beside the `earlier` ones: taken, or already there under the same key.

    The latest result that counts decides a visit. Refused or shut doors do not cover a site and may be followed by
    anything; a visit that is done stays done.

    Raises
    ------
    InputError
        The result carries no key, or would take back a visit that is done: that is not supported yet.
    Conflict
        Another result was already recorded under the same key.
    """
    if not result.key:
        raise InputError(say("fieldwork.no_key"))
    known = tuple(earlier)
    same = next((item for item in known if item.key == result.key), None)
    if same is not None:
        # A phone sends again when the answer was lost; only the moment of sending may differ.
        if (same.visit, same.outcome, same.note, same.by) == (result.visit, result.outcome, result.note, result.by):
            return Receipt.DUPLICATE
        raise Conflict(say("fieldwork.other_result", number=result.key))
    done = any(item.visit == result.visit and item.outcome in COUNTS_AS_DONE for item in known)
    if done and result.outcome not in COUNTS_AS_DONE:
        raise InputError(say("fieldwork.taking_back"))
    return Receipt.ACCEPTED
