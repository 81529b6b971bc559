"""`gridplan doctor` finds what is wrong and says what to do, in Chinese."""

from __future__ import annotations

import json
import os

import pytest

from gridplan.cli import main
from gridplan.jobs.workers import Workers
from gridplan.services.desk import Desk
from gridplan.services.operation import doctor
from gridplan.services.operation.doctor import Grade


@pytest.fixture
def url(tmp_path, monkeypatch):
    """A sound office in China's time, whose worker lives."""
    for name in [name for name in os.environ if name.startswith("GRIDPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    doctor.time.tzset()
    address = f"sqlite:///{tmp_path}/a.db"
    desk = Desk.open(address, create=True)
    desk.secret_key()
    Workers(desk.store).seen("w1")
    desk.close()
    yield address
    monkeypatch.undo()
    doctor.time.tzset()


def about(found, name: str):
    return [one for one in found if one.about == name]


def test_a_sound_office_is_in_order(url):
    found = doctor.examine(url)
    # The machine's own room and fonts are not the office's.
    ours = [one for one in found if one.about not in ("disk", "fonts")]
    assert doctor.worst(ours) is Grade.OK, ours
    assert {one.about for one in found} == {
        "database", "queue", "workers", "jobs", "secrets", "disk", "clock", "fonts", "assets", "settings",
    }  # fmt: skip


def test_a_missing_database_is_told_and_the_rest_is_still_looked_at(tmp_path, url):
    found = doctor.examine(f"sqlite:///{tmp_path}/none.db")
    assert (
        about(found, "database")[0].grade is Grade.FAIL and "gridplan db upgrade" in about(found, "database")[0].todo.zh
    )
    assert about(found, "fonts")


def test_a_damaged_database_is_told(tmp_path, url):
    path = tmp_path / "a.db"
    body = bytearray(path.read_bytes())
    body[4096:4200] = os.urandom(104)
    path.write_bytes(bytes(body))
    assert doctor.worst(about(doctor.examine(url), "database")) is Grade.FAIL


def test_files_that_others_can_read_are_told_with_the_command(tmp_path, url):
    (tmp_path / "a.secret").chmod(0o644)
    (one,) = about(doctor.examine(url), "secrets")
    assert one.grade is Grade.FAIL and "0644" in one.said.zh and one.todo.zh == f"chmod 600 {tmp_path / 'a.secret'}"


def test_an_office_without_workers_is_told(tmp_path, url):
    desk = Desk.open(url)
    Workers(desk.store).gone("w1")
    desk.close()
    (one,) = about(doctor.examine(url), "workers")
    assert one.grade is Grade.FAIL and "systemctl start" in one.todo.zh


def test_another_time_zone_and_a_misspelt_setting_are_told(url, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GRIDPLAN_DATABSE", "x")
    doctor.time.tzset()
    found = doctor.examine(url)
    assert about(found, "clock")[0].grade is Grade.WARN and "Asia/Shanghai" in about(found, "clock")[0].todo.zh
    assert any("GRIDPLAN_DATABSE" in one.said.zh for one in about(found, "settings"))


def test_a_redis_that_is_away_is_told_without_its_password(url, monkeypatch):
    pytest.importorskip("redis")
    monkeypatch.setenv("GRIDPLAN_QUEUE", "redis://:s3cret@127.0.0.1:1/0")
    found = doctor.examine(url)
    (one,) = about(found, "queue")
    assert one.grade is Grade.FAIL and "任务会自动继续" in one.todo.zh
    assert "s3cret" not in str(found)


def test_the_verb_says_it_in_chinese_and_ends_with_its_grade(url, tmp_path, capsys):
    assert main(["--db", url, "doctor"]) in (0, 1)
    assert "正常  数据库" in capsys.readouterr().out
    (tmp_path / "a.db").chmod(0o604)
    assert main(["--db", url, "doctor", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["grade"] == "fail" and any(one["todo"] and "chmod" in one["todo"]["en"] for one in told["findings"])
