"""What the office has is there again after a restore, on either engine, and a backup that is not whole is noticed."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, select

from gridplan.cli import main
from gridplan.model.errors import Conflict, InputError
from gridplan.model.plan import Verdict
from gridplan.model.record import PlanState
from gridplan.services.desk import Desk
from gridplan.services.operation import upkeep
from gridplan.services.rounds import drafting
from gridplan.store import schema, tables
from tests.builders import round_
from tests.databases import ENGINES, both_engines
from tests.services.office import PASSWORD, open_office


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but the audit log."""
    with desk.store.reading() as t:
        return {
            table.name: sorted(map(tuple, t.connection.execute(select(table)).all()), key=repr)
            for table in schema.metadata.sorted_tables
            if table.name != "audit"
        }


def rewritten(backup: Path, out: Path, change: Callable[[dict[str, Any], dict[str, list[list[Any]]]], None]) -> Path:
    """Return a backup in which manifest and rows were changed, with hashes that are right again."""
    with zipfile.ZipFile(backup) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        rows = {
            part["name"]: [json.loads(line) for line in packed.read(f"{part['name']}.jsonl").splitlines()]
            for part in manifest["tables"]
        }
    change(manifest, rows)
    with zipfile.ZipFile(out, "w") as packed:
        for part in manifest["tables"]:
            lines = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows[part["name"]])
            part |= {"rows": len(rows[part["name"]]), "sha256": hashlib.sha256(lines).hexdigest()}
            packed.writestr(f"{part['name']}.jsonl", lines)
        packed.writestr("manifest.json", json.dumps(manifest))
    return out


@pytest.mark.parametrize("source", ENGINES)
@both_engines
def test_a_restored_plan_has_the_same_certificate_and_all_else_is_there_too(
    source, make_database, tmp_path, request, capsys
):
    if source == "sqlite":
        before = open_office(f"sqlite:///{tmp_path}/before.db")
    else:
        before = open_office(request.getfixturevalue("postgres_server").fresh("ready"))
    upkeep.back_up(before, tmp_path / "office.zip", by="lin")
    url = make_database("after", full=False)
    assert main(["--db", url, "restore", str(tmp_path / "office.zip")]) == 0
    after = Desk.open(url)
    with before.store.reading() as one, after.store.reading() as other:
        (head,) = other.plans.list(other.rounds.list()[0].id)
        assert head == one.plans.get(head.id)
        assert (head.state, head.verdict) == (PlanState.PUBLISHED, Verdict.KEPT)
        assert other.plans.document(head.id) == one.plans.document(head.id)
        assert other.plans.certificate(head.id) == one.plans.certificate(head.id)
        restored, *others = other.audit.list()
        assert (restored.what, tuple(others)) == ("restore", one.audit.list())
    assert everything(after) == everything(before)
    assert after.authenticate("wang", PASSWORD)
    capsys.readouterr()
    assert main(["--db", url, "round", "check", str(head.id), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"differences": []}
    # What comes after gets new numbers.
    with after.store.transaction() as t:
        assert t.rounds.add(round_(name="下一轮"), by="lin").id > head.round_id
    assert drafting.draft(after, head.round_id, by="lin")[0].number == 2
    before.close()
    after.close()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_cut_short_is_noticed_and_no_database_is_made(backup, tmp_path, share):
    whole = backup.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="不完整"):
        upkeep.restore(f"sqlite:///{tmp_path}/a.db", tmp_path / "cut.zip", by="lin")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.zip"]


def test_a_backup_with_a_wrong_byte_is_noticed(backup, tmp_path):
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as packed:
        members = packed.infolist()
    assert len(members) > 20
    for number, member in enumerate(members):
        end = members[number + 1].header_offset if number + 1 < len(members) else packed.start_dir
        if not member.file_size:  # two bytes that say so, of which half the bits say nothing
            continue
        broken = bytearray(whole)
        broken[end - 1 - member.compress_size // 2] ^= 0xFF
        (tmp_path / "broken.zip").write_bytes(broken)
        with pytest.raises(InputError):
            upkeep.restore(f"sqlite:///{tmp_path}/a.db", tmp_path / "broken.zip", by="lin")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.zip"]


def test_a_backup_whose_lines_were_changed_is_noticed(backup, tmp_path):
    with zipfile.ZipFile(backup) as packed, zipfile.ZipFile(tmp_path / "b.zip", "w") as other:
        for name in packed.namelist():
            other.writestr(name, packed.read(name).replace("王五".encode(), "王六".encode()))
    with pytest.raises(InputError, match="account 与清单对不上"):
        upkeep.restore(f"sqlite:///{tmp_path}/a.db", tmp_path / "b.zip", by="lin")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_backup_is_refused_in_words(tmp_path, content):
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"不完整|不是 gridplan 的备份"):
        upkeep.restore(f"sqlite:///{tmp_path}/a.db", tmp_path / "b.zip", by="lin")


@both_engines
def test_a_database_that_holds_something_is_replaced_only_when_told_so(backup, make_database):
    url = make_database()
    with Desk.open(url, create=True).store as store:
        with store.transaction() as t:
            t.rounds.add(round_(name="别的轮次"), by="lin")
        with pytest.raises(Conflict, match="--replace"):
            upkeep.restore(url, backup, by="lin")
        with store.reading() as t:
            assert [stored.round.name for stored in t.rounds.list()] == ["别的轮次"]
    assert main(["--db", url, "restore", str(backup), "--replace"]) == 0
    with Desk.open(url).store as store, store.reading() as t:
        assert [stored.round.name for stored in t.rounds.list()] == ["示例轮次"]


@both_engines
def test_a_restore_that_fails_half_way_leaves_all_as_it_was(backup, make_database, tmp_path):
    def lose_routes(manifest: dict[str, Any], rows: dict[str, list[list[Any]]]) -> None:
        rows["route"] = []

    broken = rewritten(backup, tmp_path / "broken.zip", lose_routes)
    url = make_database()
    upkeep.restore(url, backup, by="lin")
    desk = Desk.open(url)
    before = everything(desk)
    with pytest.raises(InputError, match="对不上"):
        upkeep.restore(url, broken, by="lin", replace=True)
    assert everything(desk) == before
    assert upkeep.look_over(desk)[1] == ()
    desk.close()


@both_engines
def test_a_backup_of_an_older_version_is_brought_to_the_newest(backup, make_database, tmp_path):
    with create_engine("sqlite://").begin() as connection:
        schema.upgrade(connection, "0006")
        had = {
            name: {column["name"] for column in inspect(connection).get_columns(name)}
            for name in inspect(connection).get_table_names()
        }

    def as_of_0006(manifest: dict[str, Any], rows: dict[str, list[list[Any]]]) -> None:
        manifest["revision"] = "0006"
        manifest["tables"] = [part for part in manifest["tables"] if part["name"] in had]
        for part in manifest["tables"]:
            keep = [n for n, name in enumerate(part["columns"]) if name in had[part["name"]]]
            rows[part["name"]] = [[row[n] for n in keep] for row in rows[part["name"]]]
            part["columns"] = {name: kind for name, kind in part["columns"].items() if name in had[part["name"]]}

    url = make_database(full=False)
    upkeep.restore(url, rewritten(backup, tmp_path / "old.zip", as_of_0006), by="lin")
    with Desk.open(url).store as store, store.reading() as t:
        stops = t.connection.execute(select(tables.stop)).all()
        assert stops and all(stop.lon and stop.name for stop in stops)


def test_a_backup_of_a_newer_version_is_refused(backup, tmp_path):
    def newer(manifest: dict[str, Any], rows: dict[str, list[list[Any]]]) -> None:
        manifest["revision"] = "9999"

    with pytest.raises(InputError, match="升级 gridplan"):
        upkeep.restore(f"sqlite:///{tmp_path}/a.db", rewritten(backup, tmp_path / "new.zip", newer), by="lin")


def test_a_backup_is_private_never_overwritten_and_told_of_in_the_audit_log(tmp_path, capsys):
    db = ["--db", f"sqlite:///{tmp_path}/a.db"]
    assert main([*db, "db", "upgrade"]) == 0
    assert main([*db, "backup", str(tmp_path / "b" / "1.zip")]) == 0
    assert stat.S_IMODE((tmp_path / "b" / "1.zip").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["1.zip"]
    before = (tmp_path / "b" / "1.zip").read_bytes()
    assert main([*db, "backup", str(tmp_path / "b" / "1.zip")]) == 2
    assert "没有覆盖" in capsys.readouterr().err
    assert (tmp_path / "b" / "1.zip").read_bytes() == before
    with Desk.open(db[1]).store as store, store.reading() as t:
        assert t.audit.list()[-1].what == "backup"


@both_engines
def test_the_schema_goes_down_and_up_again_by_command(make_database, capsys):
    db = ["--db", make_database(full=False)]
    assert main([*db, "db", "upgrade"]) == 0
    assert main([*db, "db", "downgrade", "0006"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main([*db, "db", "downgrade", "tomorrow", "--yes"]) == 2
    assert main([*db, "db", "downgrade", "0006", "--yes"]) == 0
    assert main([*db, "db", "check"]) == 2
    assert "db upgrade" in capsys.readouterr().err
    assert main([*db, "db", "upgrade"]) == 0
    assert main([*db, "db", "check"]) == 0
    assert "数据库完好" in capsys.readouterr().out


@both_engines
def test_a_database_whose_tables_were_changed_by_hand_does_not_pass_the_check(make_database, capsys):
    url = make_database()
    with Desk.open(url, create=True).store as store, store.transaction() as t:
        t.connection.exec_driver_sql("ALTER TABLE team ADD COLUMN nickname TEXT")
    assert main(["--db", url, "db", "check", "--json"]) == 5
    (wrong,) = json.loads(capsys.readouterr().out)["wrong"]
    assert "nickname" in wrong["zh"]


def test_a_damaged_file_does_not_pass_the_check(backup, tmp_path):
    upkeep.restore(f"sqlite:///{tmp_path}/a.db", backup, by="lin")
    desk = Desk.open(f"sqlite:///{tmp_path}/a.db")
    with desk.store.transaction() as t:  # what no command of gridplan does
        t.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        raw = t.connection.connection.driver_connection
        assert raw is not None
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("PRAGMA query_only = OFF")
    raw.execute("DELETE FROM route")
    assert any("stop" in text.zh for text in upkeep.look_over(desk)[1])
    desk.close()
