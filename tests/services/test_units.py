"""systemd takes the units, and they let the service do no more than it must."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.model.errors import InputError
from gridplan.services.operation.units import units

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_systemd_finds_no_fault(tmp_path, server):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    assert main(["units", str(tmp_path / "u"), "--app", str(ROOT), "--user", "root", "--server", server]) == 0
    files = sorted(str(path) for path in (tmp_path / "u").iterdir() if "@" not in path.name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files, str(tmp_path / "u" / "gridplan-worker@1.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "gridplan" in line]
    assert done.returncode == 0 and ours == []


def test_every_service_is_shut_in():
    for name, text in units(app=Path("/opt/gridplan"), user="gridplan").items():
        if name.endswith(".service"):
            for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077", "User=gridplan"):
                assert line in text.splitlines(), name
            assert "ReadWritePaths=/opt/gridplan/var" in text


def test_the_backup_is_the_verb_of_that_name():
    from gridplan.cli import parser

    parser().parse_args(["backup", "x.zip"])
    assert "gridplan.cli backup" in units(app=Path("/a"), user="u")["gridplan-backup.service"]


@pytest.mark.parametrize("app", ["/opt/my gridplan", "/opt/%h", '/opt/"x"', "/opt/$HOME", "/opt/a\nUser=root"])
def test_a_path_that_systemd_would_misread_is_refused(app):
    with pytest.raises(InputError, match="误读"):
        units(app=Path(app), user="gridplan")
