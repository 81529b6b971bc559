"""A private PostgreSQL server for tests: made in a temporary folder, on loopback, gone when the tests end.

`python -m tests.postgres` installs Debian's packages where they are missing and it may.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from gridplan.store import schema
from gridplan.store.schema import metadata

PACKAGES = ("postgresql-15", "postgresql-15-postgis-3")
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
EXTENSION = Path("/usr/share/postgresql/15/extension/postgis.control")
USER = "gridplan"
START_S = 60
"""Only a guard: nothing here is timed."""
# Nothing of a test outlives a crash: the server need not wait for the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "log_statement": "ddl",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
# What a test may have changed besides rows: a few sums over the catalogue tell.
SHAPE = """
SELECT (SELECT count(*) FROM pg_class), (SELECT sum(hashtext(attrelid::text || attname || attnotnull)) FROM pg_attribute),
  (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_proc)"""
# As a replica the triggers that guard the audit log keep still.
SWEEP = "SET LOCAL session_replication_role = replica; " + "; ".join(
    [f'DELETE FROM "{table.name}"' for table in metadata.sorted_tables]
    + ["SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"]
)


def missing() -> str | None:
    """Return why there can be no server here, or None."""
    if not (PROGRAMS / "initdb").exists():
        return f"no PostgreSQL 15 in {PROGRAMS}: make test-postgres installs it"
    if not EXTENSION.exists():
        return "no PostGIS for PostgreSQL 15: make test-postgres installs it"
    return None


class Server:
    """A running server. Each test gets a database of its own, copied from one that holds PostGIS, or all tables too."""

    def __init__(self) -> None:
        # As root the server's programs refuse to run: they are another's, who must reach the folder.
        other = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        self._as_other = ["setpriv", *other]
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="gridplan-pg-"))
        self._password = secrets.token_urlsafe(12)
        self._count = 0
        self._swept: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self._admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")

    def __enter__(self) -> Self:
        word = self._folder / "password"
        word.write_text(self._password, "utf-8")
        word.chmod(0o600)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (self._folder, word):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data = str(self._folder / "data")
        self._run(
            "initdb", "-D", data, "-U", USER, "--pwfile", str(word), "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        # Should this process be killed, the server dies too.
        command = [*self._as_other, "--pdeathsig=QUIT", str(PROGRAMS / "postgres"), "-D", data, "-p", str(self._port)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen([*command, "-k", str(self._folder), *options], cwd="/", stderr=log)
        try:
            self._wait()
            self._templates()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                self._admin.connect().close()
                return
            except sa.exc.OperationalError:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server does not start: {self.log()}") from None
                time.sleep(0.05)

    def _templates(self) -> None:
        self.create("bare")
        with self._on("bare", isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("CREATE EXTENSION postgis"))
        self.create("ready", "bare")
        with self._on("ready") as connection, connection.begin():
            schema.upgrade(connection)
            self._shape = connection.exec_driver_sql(SHAPE).one()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove all it had."""
        self._admin.dispose()
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing is to be kept
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str, user: str = USER, password: str | None = None) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://{user}:{password or self._password}@127.0.0.1:{self._port}/{database}"

    def create(self, name: str, template: str = "template0") -> None:
        """Make a database as a copy of another."""
        with self._admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))

    def fresh(self, template: str) -> str:
        """Return the address of an empty database: `bare` (PostGIS alone), `ready` (all tables) or `template0` (nothing)."""
        if template == "ready" and self._swept:
            return self._swept.pop()
        self._count += 1
        name = f"t{self._count}"
        self.create(name, template)
        return self.url(name)

    def clerk(self, url: str, rights: str = "") -> str:
        """Return the same database's address for a log-in that may make tables there, but no extensions."""
        name, word = f"clerk{self._count}", secrets.token_urlsafe(9)
        database = sa.make_url(url).database
        with self._admin.connect() as connection:
            connection.execute(sa.text(f"CREATE ROLE {name} LOGIN {rights} PASSWORD '{word}'"))
        with self._on(str(database)) as connection, connection.begin():
            connection.execute(sa.text(f"GRANT CREATE ON SCHEMA public TO {name}"))
        return self.url(str(database), name, word)

    def log(self) -> str:
        """Return what the server has written down."""
        return (self._folder / "log").read_text("utf-8")

    def give_back(self, url: str) -> None:
        """Take a database back: swept for the next test where it still has its tables as they were, else dropped.

        Sweeping takes a tenth of the time that a new copy does.
        """
        name = str(sa.make_url(url).database)
        with self._admin.connect() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )
        with self._on(name) as connection, connection.begin():
            if connection.exec_driver_sql(SHAPE).one() == self._shape:
                connection.exec_driver_sql(SWEEP)
                self._swept.append(url)
                return
        with self._admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))

    def _on(self, database: str, **options: str) -> sa.Connection:
        return sa.create_engine(self.url(database), poolclass=sa.NullPool, **options).connect()  # type: ignore[arg-type]

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as_other, str(PROGRAMS / program), *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def main() -> int:
    """Install what is missing; 0 when all is there in the end."""
    if missing() and shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        print(f"安装 / installing: {' '.join(PACKAGES)}", file=sys.stderr)
        if not root or shutil.which("sudo"):
            env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
                subprocess.run([*root, "apt-get", *words], env=env, stdout=subprocess.DEVNULL, check=False)
    if reason := missing():
        packages = " ".join(PACKAGES)
        print(f"测试需要 / the tests need: apt-get install {packages}\n{reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
