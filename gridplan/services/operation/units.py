"""systemd units for an office's machine: pages, workers, a backup and a tidying each night; each may do no more than it must."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.services.folders.folder import folder_at_once

ENV_FILE = "/etc/gridplan.env"
KEPT_BACKUPS_DAYS = 14
_PLAIN = re.compile(r"[\w./@+-]+")

TARGET = """\
[Unit]
Description=gridplan: pages and workers
Wants=gridplan-web.service {workers} gridplan-backup.timer

[Install]
WantedBy=multi-user.target
"""
SERVICE = """\
[Unit]
Description={description}
After=network-online.target postgresql.service redis-server.service
Wants=network-online.target
PartOf=gridplan.target

[Service]
Type={type}
User={user}
WorkingDirectory={app}
EnvironmentFile=-{env_file}
Environment=GRIDPLAN_CACHE={app}/var/cache
# The solver's compiled code is kept where the service may write: the first worker compiles it once, about a minute.
Environment=NUMBA_CACHE_DIR={app}/var/numba
ExecStart={command}
{more}UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths={app}/var
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
# No MemoryDenyWriteExecute: the solver compiles itself while it runs.
"""
RESTARTS = """\
Restart=on-failure
RestartSec=2
TimeoutStopSec=30
LimitNOFILE=16384
"""
INSTALL = """
[Install]
WantedBy=gridplan.target
"""
TIMER = """\
[Unit]
Description=gridplan: a backup each night

[Timer]
OnCalendar=*-*-* 02:30:00
Persistent=true
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
"""


def units(
    *, app: Path, user: str, workers: int = 2, server: str = "waitress", python: Path | None = None
) -> dict[str, str]:
    """Return the units by their names.

    `app` is the folder of the checkout, with `var` in it; `python` the interpreter, by default the one that runs now.

    Raises
    ------
    InputError
        A path or a name holds what systemd would read otherwise.
    """
    at = python or Path(sys.executable)
    for given in (str(app), user, str(at)):
        if not _PLAIN.fullmatch(given):
            raise InputError(say("cli.bad_unit", value=given))
    web = f"{at} -m web --no-worker"
    if server == "granian":
        web = (
            f"{at} -m granian --interface wsgi --factory web.wsgi:application --host ${{GRIDPLAN_HOST}} --port ${{PORT}} "
            "--workers 2 --blocking-threads 2 --runtime-mode st --no-ws --log-level warning"
        )
    common = {"user": user, "app": app, "env_file": ENV_FILE}
    backups = f"{app}/var/backups"
    save = f'/bin/sh -c "mkdir -p {backups} && exec {at} -m gridplan.cli backup {backups}/$$(date +%%Y-%%m-%%d-%%H%%M%%S).zip"'
    forget = (
        f"ExecStartPost=/usr/bin/find {backups} -name *.zip -mtime +{KEPT_BACKUPS_DAYS} -delete\n"
        f"ExecStartPost={at} -m gridplan.cli tidy\n"
    )
    address = "Environment=GRIDPLAN_HOST=127.0.0.1\nEnvironment=PORT=8000\n"
    return {
        "gridplan.target": TARGET.format(
            workers=" ".join(f"gridplan-worker@{number}.service" for number in range(1, workers + 1))
        ),
        "gridplan-web.service": SERVICE.format(
            description="gridplan: pages", type="simple", command=web, more=RESTARTS, **common
        ).replace("EnvironmentFile", f"{address}EnvironmentFile", 1)
        + INSTALL,
        "gridplan-worker@.service": SERVICE.format(
            description="gridplan: worker %i",
            type="simple",
            command=f"{at} -m gridplan.worker",
            more=RESTARTS + "CPUWeight=50\nNice=5\n",
            **common,
        )
        + INSTALL,
        "gridplan-backup.service": SERVICE.format(
            description="gridplan: backup, and photos past their time",
            type="oneshot",
            command=save,
            more=forget,
            **common,
        ),
        "gridplan-backup.timer": TIMER,
    }


def write_units(out: Path, *, app: Path, user: str, workers: int, server: str) -> list[str]:
    """Write the units into a folder, all or none, and return their names."""
    made = units(app=app.resolve(), user=user, workers=workers, server=server)
    with folder_at_once(out) as folder:
        for name, content in made.items():
            (folder / name).write_text(content, "utf-8")
    return list(made)
