"""The system user that runs the embedded server when OneAlarm itself runs as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onealarm.errors import SetupError

_NAME: Final = "onealarm"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """A system user without password, home or shell."""

    name: str
    uid: int
    gid: int

    def first_closed_folder(self, path: Path) -> Path | None:
        """The outermost existing folder on the way to ``path``, itself included, that this user cannot enter."""
        for folder in reversed((path, *path.parents)):
            if folder.exists() and not self._can_enter(folder):
                return folder
        return None

    def _can_enter(self, folder: Path) -> bool:
        # Asked of the kernel as that user, so that access lists and mount options count too.
        probe = subprocess.run(
            ["/usr/bin/test", "-x", str(folder)],
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
        )
        return probe.returncode == 0


def server_user() -> ServerUser | None:
    """The user to run the server as: None for an ordinary user (who runs it himself), created once as root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError:
        entry = _create()
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", _NAME], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        try:
            return pwd.getpwnam(_NAME)  # a second starter may have created it meanwhile
        except KeyError:
            raise SetupError(
                f"PostgreSQL does not run as root, and its system user {_NAME!r} cannot be created",
                f"Create it with 'useradd --system {_NAME}', run OneAlarm as an ordinary user, or set DATABASE_URL",
            ) from error
    return pwd.getpwnam(_NAME)
