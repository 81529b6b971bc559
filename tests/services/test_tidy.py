"""Photos are kept as long as the office says, and those of open findings as long as they are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gridplan.cli import main
from gridplan.model.errors import InputError
from gridplan.model.finding import Finding, FindingId
from gridplan.model.record import RoundId
from gridplan.model.round import VisitId
from gridplan.model.sent import Photo
from gridplan.model.site import SiteId
from gridplan.services.desk import Desk
from gridplan.services.field.findings import close_finding
from gridplan.services.operation.units import units
from gridplan.services.operation.upkeep import tidy
from tests.services.field import FieldOffice


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = FieldOffice(tmp_path_factory.mktemp("office"))
    found = datetime.combine(office.days[0], datetime.min.time())
    with office.desk.store.transaction() as t:
        for name in ("open", "closed"):
            visit = office.plan.visits[0]
            t.findings.add(
                Finding(
                    id=FindingId(name),
                    round=RoundId(office.round),
                    site=SiteId(visit.site),
                    visit=VisitId(visit.id),
                    category="fire",
                    text="",
                    by="wang",
                    at=found,
                )
            )
        for key, finding in (("p-open", "open"), ("p-closed", "closed"), ("p-none", "")):
            photo = Photo(
                key=key, finding=finding, result="", name="a.jpg", media_type="image/jpeg", sha256=key, size=1000,
                taken=None, by="wang",
            )  # fmt: skip
            t.parcels.add_photo(photo, b"x" * 1000)
    close_finding(office.desk, "closed", at=found + timedelta(hours=1), by="lin", note="已整改")
    yield office
    office.desk.close()


def _keys(desk: Desk) -> set[str]:
    with desk.store.reading() as t:
        return {one.key for one in t.parcels.photos()}


def test_nothing_is_removed_unless_the_office_set_a_time(office, monkeypatch):
    monkeypatch.delenv("GRIDPLAN_PHOTO_DAYS", raising=False)
    assert tidy(office.desk, by="test")["days"] is None
    assert len(_keys(office.desk)) == 3


@pytest.mark.parametrize("days", ["0", "-3", "a week", "1.5"])
def test_a_time_that_is_none_is_refused(office, days):
    with pytest.raises(InputError, match="照片保存天数"):
        tidy(office.desk, by="test", days=days)


def test_old_photos_go_and_those_of_open_findings_stay(office, monkeypatch, capsys):
    monkeypatch.setenv("GRIDPLAN_PHOTO_DAYS", "30")
    assert tidy(office.desk, by="test")["photos"] == 0  # none is old yet
    later = datetime.now(UTC) + timedelta(days=31)
    office.desk.now = lambda: later
    assert tidy(office.desk, by="test", dry=True)["photos"] == 2
    assert len(_keys(office.desk)) == 3
    assert tidy(office.desk, by="test") == {"photos": 2, "bytes": 2000, "days": 30, "dry": False}
    assert _keys(office.desk) == {"p-open"}
    with office.desk.store.reading() as t:
        assert [one.detail["photos"] for one in t.audit.list() if one.what == "photos.forget"] == [2]
    assert main(["--db", office.desk.url, "tidy"]) == 0
    assert "删去 0 张" in capsys.readouterr().out


def test_the_nightly_job_does_it(tmp_path):
    assert "gridplan.cli tidy" in units(app=tmp_path, user="gridplan")["gridplan-backup.service"]
