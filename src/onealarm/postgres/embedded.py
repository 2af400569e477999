"""The embedded server: a real PostgreSQL that OneAlarm starts and stops itself when no ``DATABASE_URL`` is given.

No existing directory changes its mode. As root, which PostgreSQL refuses to run as, the server runs as a user of its
own, from a copy of the programs that this user can reach.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypedDict
from urllib.parse import quote

from onealarm.errors import SetupError
from onealarm.postgres.file_lock import locked, open_lock
from onealarm.postgres.programs import Programs, packaged_programs, reachable_programs
from onealarm.postgres.server_user import ServerUser, server_user

_SOCKET_PATH_LIMIT: Final = 100
"""Linux allows 107 bytes for a socket's path; the name of PostgreSQL's socket and a margin are taken off."""


_LONGEST_LOG: Final = 10 * 1024 * 1024

_SHOWN_OF_THE_LOG: Final = 5
"""Lines."""

_RESTORE: Final = "Restore a backup of the home, or move the folder away to begin anew, without what was in it"

_NO_WAITING: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedServer:
    """One PostgreSQL server in ``home``, shared by every OneAlarm process that uses this home.

    The first ``start`` initialises and starts it, the last ``stop`` stops it; a process that was killed counts as
    gone, because the kernel drops its lock. Use as a context manager. ``options`` are extra server settings;
    ``throw_away`` data is not worth waiting for the disk.
    """

    def __init__(
        self,
        home: Path,
        *,
        programs: Programs | None = None,
        options: dict[str, str] | None = None,
        throw_away: bool = False,
    ) -> None:
        self._home = home.expanduser().resolve()
        self._base = self._home / "postgres"
        self._data = self._base / "data"
        self._programs = programs
        self._options = (_NO_WAITING if throw_away else {}) | (options or {})
        self._throw_away = throw_away
        self._user: ServerUser | None = None
        self._users_lock: int | None = None

    @property
    def url(self) -> str:
        """The connection string; the server listens on a socket only, in a folder that only this user can enter."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._socket_folder()), safe='/')}"

    @property
    def has_data(self) -> bool:
        """Whether there is anything in the place of its data, whole or not; or may be, where one cannot look."""
        try:
            return self._data.exists()
        except PermissionError:
            return True

    def start(self) -> None:
        """Initialise if new, start if stopped, and count this process as a user. Raises ``SetupError``."""
        try:
            self._start()
        except OSError as error:
            raise SetupError(
                f"The embedded PostgreSQL could not be started: {error.strerror}: {error.filename or self._home}",
                f"Free space, give {self._home} back to the user who runs OneAlarm, or choose another ONEALARM_HOME",
            ) from error

    def _start(self) -> None:
        self._make_home()
        with locked(self._home / "postgres.start.lock"):
            self._user = server_user()
            self._check_reachable()
            programs = self._programs or packaged_programs()
            if self._user is not None:
                programs = reachable_programs(programs, home=self._home)
            self._programs = programs
            self._users_lock = open_lock(self._home / "postgres.users.lock")
            fcntl.flock(self._users_lock, fcntl.LOCK_SH)
            try:
                self._make_base()
                self._initialise(programs)
                if not self._is_running():
                    self._start_server()
            except BaseException:  # a signal too: nobody else would ever stop what was started
                self._stop_unless_used()
                raise

    def stop(self) -> bool:
        """No longer a user; stops the server when no other process uses it, and returns whether it did."""
        if self._users_lock is None:
            return False
        with locked(self._home / "postgres.start.lock"):
            return self._stop_unless_used()

    def _stop_unless_used(self) -> bool:
        assert self._users_lock is not None, "called by a user only"
        try:
            fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False  # another process still uses the server
        else:
            if self._is_running():
                self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "-t", "60", "stop")
            self._remove_outside_socket_folder()
            return True
        finally:
            os.close(self._users_lock)
            self._users_lock = None

    def restart(self) -> None:
        """Stop the server at once, whoever uses it, and start it again."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "-t", "60", "stop")
        self._start_server()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_home(self) -> None:
        """Create the home and its missing parents; only what is created here gets a mode from here."""
        missing = [folder for folder in (self._home, *self._home.parents) if not folder.exists()]
        try:
            for folder in reversed(missing):
                folder.mkdir()
                folder.chmod(0o755)
        except OSError as error:
            raise SetupError(
                f"ONEALARM_HOME {self._home} cannot be created: {error.strerror}",
                "Set ONEALARM_HOME to a directory that you may write",
            ) from error
        if not os.access(self._home, os.W_OK | os.X_OK):
            raise SetupError(
                f"ONEALARM_HOME {self._home} is not writable",
                "Set ONEALARM_HOME to a directory that you may write",
            )

    def _check_reachable(self) -> None:
        if self._user is None:
            return
        closed = self._user.first_closed_folder(self._home)
        if closed is not None:
            raise SetupError(
                f"PostgreSQL's user {self._user.name!r} cannot enter {closed}, which holds ONEALARM_HOME {self._home}",
                "Set ONEALARM_HOME to a directory outside it (as root the default is /var/lib/onealarm), "
                "run OneAlarm as an ordinary user, or set DATABASE_URL to a server of yours",
            )

    def _make_base(self) -> None:
        """The server's own folders; a start that was killed in between is made up for."""
        for folder in (self._base, self._socket_folder()):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self._user is not None and folder.stat().st_uid == os.geteuid():
                os.chown(folder, self._user.uid, self._user.gid)
            self._check_owner(folder)
        if self._data.exists():
            self._check_owner(self._data)

    def _check_owner(self, folder: Path) -> None:
        owner, wanted = folder.stat().st_uid, os.geteuid() if self._user is None else self._user.uid
        if owner != wanted:
            raise SetupError(
                f"{folder} belongs to another user (number {owner})",
                f"Give it back (chown -R {wanted} {folder}), or choose another ONEALARM_HOME",
            )

    def _socket_folder(self) -> Path:
        """Inside the home, or under the temporary directory when the path is too long for a socket."""
        inside = self._base / "run"
        if len(os.fsencode(inside)) <= _SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432"):
            return inside
        digest = hashlib.sha256(os.fsencode(self._data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"onealarm-{digest}"

    def _remove_outside_socket_folder(self) -> None:
        folder = self._socket_folder()
        if not folder.is_relative_to(self._home):
            shutil.rmtree(folder, ignore_errors=True)

    def _initialise(self, programs: Programs) -> None:
        if self.has_data and any(self._data.iterdir()):
            self._check_version(programs)
            return
        part = self._base / "data.new"
        shutil.rmtree(part, ignore_errors=True)
        self._run(
            "initdb",
            "-D",
            str(part),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions",
            *(["--no-sync"] if self._throw_away else []),
        )
        part.rename(self._data)  # whole, or not there

    def _check_version(self, programs: Programs) -> None:
        marker = self._data / "PG_VERSION"
        found = marker.read_text().strip() if marker.exists() else ""
        if not found.isdigit():
            raise SetupError(f"The data in {self._data} are damaged: {marker.name} is missing or empty", _RESTORE)
        if int(found) != programs.major:
            raise SetupError(
                f"The data in {self._data} was written by PostgreSQL {found}, not {programs.major}",
                "Dump it with the old version and load it with the new one, or choose another ONEALARM_HOME",
            )

    def _is_running(self) -> bool:
        result = subprocess.run(
            [self._program("pg_ctl"), "-D", str(self._data), "status"],
            check=False,
            capture_output=True,
            cwd="/",
            **_as_user(self._user),
        )
        return result.returncode == 0

    def _start_server(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_folder()),
            "unix_socket_permissions": "0700",
            "log_error_verbosity": "terse",  # details quote rows, and with them names and addresses
            "log_min_error_statement": "panic",
            "log_checkpoints": "off",
            **self._options,
        }
        options = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
        log = self._base / "server.log"
        if log.exists() and log.stat().st_size > _LONGEST_LOG:
            log.unlink()
        begin = log.stat().st_size if log.exists() else 0
        try:
            self._run("pg_ctl", "-D", str(self._data), "-l", str(log), "-o", options, "-w", "-t", "120", "start")
        except SetupError as error:
            raise SetupError(
                "\n".join((error.problem, *_last_lines(log, begin))),
                f"Free disk space and memory where they are short; where data are damaged: {_RESTORE}",
            ) from error

    def _program(self, name: str) -> str:
        if self._programs is None:
            raise SetupError("The embedded PostgreSQL was not started", "Start it first")
        return str(self._programs.folder / name)

    def _run(self, name: str, *arguments: str) -> None:
        # The output goes to a file: the server inherits it, and a pipe would never end.
        with tempfile.TemporaryFile() as output:
            try:
                subprocess.run(
                    [self._program(name), *arguments],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    timeout=180,
                    **_as_user(self._user),
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
                raise SetupError(
                    f"The embedded PostgreSQL could not be started or stopped ({name}): {said or error}",
                    f"Look into {self._base / 'server.log'}; too little disk space or memory is the usual cause",
                ) from error


def _last_lines(log: Path, begin: int) -> list[str]:
    """The end of what the server has written since it was ``begin`` bytes long."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace").splitlines()[-_SHOWN_OF_THE_LOG:]


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


class _RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_user(user: ServerUser | None) -> _RunAs:
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
