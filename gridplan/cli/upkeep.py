"""Verbs of the administrator: db, backup, tidy, restore."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell
from gridplan.model.words import say

CHECK_DIFFERS = 5


def _upgrade(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    return tell(args, upkeep.upgrade(args.db))


def _downgrade(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    return tell(args, upkeep.downgrade(desk_of(args), args.revision, sure=args.yes))


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    facts, wrong = upkeep.look_over(desk_of(args))
    tell(args, facts | {"wrong": [{"zh": text.zh, "en": text.en} for text in wrong]})
    if not wrong and not args.json:
        print(say("upkeep.sound").zh)
    return CHECK_DIFFERS if wrong else 0


def _export_gis(args: argparse.Namespace) -> int:
    from gridplan.services.operation import gis

    return tell(args, gis.export(desk_of(args), args.out, by=WHO))


def _gis_role(args: argparse.Namespace) -> int:
    from gridplan.services.operation import gis

    return tell(args, gis.add_reader(desk_of(args), args.name, by=WHO))


def _backup(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    return tell(args, upkeep.back_up(desk_of(args), args.out, by=WHO))


def _restore(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    return tell(args, upkeep.restore(args.db, args.file, by=WHO, replace=args.replace))


def _tidy(args: argparse.Namespace) -> int:
    from gridplan.services.operation import upkeep

    told = upkeep.tidy(desk_of(args), by=WHO, days=args.photo_days, dry=args.dry)
    if args.json:
        return tell(args, told)
    key = "kept_for_ever" if told["days"] is None else "would_forget" if told["dry"] else "forgot"
    print(say(f"upkeep.{key}", count=told["photos"], days=told["days"], mb=f"{told['bytes'] / 1e6:.1f}").zh)
    return 0


def add_verbs(verbs: Any) -> None:
    """Add the group db, and backup, tidy and restore."""
    db = add_group(verbs, "db", "数据库：升级、检查、给 QGIS 看 / the database: upgrade, check, show to QGIS")
    add_verb(
        db, "upgrade", _upgrade, "建库或升级到最新 / make the database or bring it to the newest schema", "db upgrade"
    )
    down = add_verb(
        db,
        "downgrade",
        _downgrade,
        "退回旧版，会丢内容 / back to an older schema; loses data",
        "db downgrade 0006 --yes",
    )
    down.add_argument("revision")
    down.add_argument("--yes", action="store_true", help="已备份，确定退回 / backed up, and sure")
    add_verb(db, "check", _check, "核对表结构，查有无损坏 / compare the tables, look for damage", "db check")
    layers = add_verb(
        db,
        "export-gis",
        _export_gis,
        "导出 QGIS 能打开的 GeoPackage，不含未公开的路线 / a GeoPackage for QGIS, without unreleased routes",
        "db export-gis out/map.gpkg",
    )
    layers.add_argument("out", type=Path)
    role = add_verb(
        db,
        "gis-role",
        _gis_role,
        "PostgreSQL：建一个只读账号给 QGIS / PostgreSQL: a read-only log-in for QGIS",
        "db gis-role qgis_reader",
    )
    role.add_argument("name")
    backup = add_verb(
        verbs, "backup", _backup, "整库备份成一个文件 / the whole database into one file", "backup out/2026-11-30.zip"
    )
    backup.add_argument("out", type=Path)
    clean = add_verb(
        verbs,
        "tidy",
        _tidy,
        "删去过了保存期的照片，未销号问题的留着 / remove photos past their time; those of open findings stay",
        "tidy --dry",
    )
    clean.add_argument(
        "--photo-days", metavar="N", help="保存几天，默认看 GRIDPLAN_PHOTO_DAYS / days, else the setting"
    )
    clean.add_argument("--dry", action="store_true", help="只数不删 / only count them")
    restore = add_verb(
        verbs,
        "restore",
        _restore,
        "从备份恢复，SQLite 与 PostgreSQL 可互换 / load a backup, of either engine into either",
        "restore out/2026-11-30.zip",
    )
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="替换库里全部内容 / in the place of all that is there")
