"""Verbs of those who run the service: doctor, settings, units."""

from __future__ import annotations

import argparse
import getpass
from collections import Counter
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.model.words import say

WARNED, FAILED = 1, 2


def _doctor(args: argparse.Namespace) -> int:
    from gridplan.services.operation import doctor

    found = doctor.examine(args.db)
    grade = doctor.worst(found)
    if args.json:
        print_json(
            {
                "grade": grade.value,
                "findings": [
                    {
                        "about": one.about,
                        "grade": one.grade.value,
                        "zh": one.said.zh,
                        "en": one.said.en,
                        "todo": {"zh": one.todo.zh, "en": one.todo.en} if one.todo else None,
                    }
                    for one in found
                ],
            }
        )
    else:
        for one in found:
            print(f"{say(f'doctor.{one.grade}').zh}  {say(f'doctor.at_{one.about}').zh}：{one.said.zh}")
            if one.todo:
                print(f"      {say('doctor.todo', todo=one.todo).zh}")
        counts = Counter(one.grade.value for one in found)
        print(say("doctor.sum", **{grade.value: counts[grade.value] for grade in doctor.Grade}).zh)
    return {doctor.Grade.OK: 0, doctor.Grade.WARN: WARNED, doctor.Grade.FAIL: FAILED}[grade]


def _settings(args: argparse.Namespace) -> int:
    from gridplan.model import settings

    if args.json:
        print_json(
            [
                {
                    "name": one.name,
                    "default": one.default,
                    "secret": one.secret,
                    "zh": one.meaning.zh,
                    "en": one.meaning.en,
                }
                for one in settings.SETTINGS
            ]
        )
    else:
        print(settings.settings_page(args.language), end="")
    return 0


def _units(args: argparse.Namespace) -> int:
    from gridplan.services.operation import units

    written = units.write_units(args.out, app=args.app, user=args.user, workers=args.workers, server=args.server)
    if args.json:
        print_json({"files": written})
    else:
        print("\n".join(str(args.out / name) for name in written))
    return 0


def add_verbs(verbs: Any) -> None:
    """Add the verbs."""
    add_verb(
        verbs,
        "doctor",
        _doctor,
        "检查数据库、队列、工作进程、字体、磁盘、时间和设置（退出码 0 正常、1 注意、2 有错）/ is all in order here (exit code 0 OK, 1 warn, 2 FAIL)",
        "doctor",
    )
    shown = add_verb(verbs, "settings", _settings, "全部设置和含义 / every setting and its meaning", "settings")
    shown.add_argument("--language", choices=("zh", "en"), default="zh")
    made = add_verb(
        verbs,
        "units",
        _units,
        "写出 systemd 服务文件：网页、工作进程、每日备份 / write systemd units: pages, workers, a daily backup",
        "units out/units --app /opt/gridplan",
    )
    made.add_argument("out", type=Path, help="写到哪个文件夹 / the folder to write into")
    made.add_argument("--app", type=Path, default=Path.cwd(), help="程序所在文件夹 / the folder of the program")
    made.add_argument("--user", default=getpass.getuser(), help="运行服务的用户 / the user of the services")
    made.add_argument("--workers", type=int, default=2, help="工作进程数 / how many workers")
    made.add_argument("--server", choices=("waitress", "granian"), default="waitress", help="网页服务 / the server")
