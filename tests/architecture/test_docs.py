"""The documents agree with the code in what can drift: settings, commands, states, metrics, events, licences, links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from prometheus_client import CollectorRegistry

import onealarm.postgres
from onealarm import events
from onealarm.briefing.headlines import Reason
from onealarm.briefing.voices import VOICES
from onealarm.cli.main import program
from onealarm.config import Settings
from onealarm.jobs.job import JobState
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.lane_metrics import LaneMetrics
from onealarm.telemetry.metrics import Metrics
from onealarm.voices.espeak_voices import SPEAKERS

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS: Final = sorted((DOCS / "adr").glob("*.md"))
MIGRATIONS: Final = Path(onealarm.postgres.__file__).parent / "migrations"

_FENCED: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"`([^`]+)`")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next of its level or above."""
    level = heading.partition(" ")[0]
    _, found, rest = page.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_column(text: str) -> list[str]:
    """What is written as code in the first column of the tables."""
    cells = (line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    return [word for cell in cells for word in _CODE.findall(cell)]


def commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield " ".join((*path, name)), command
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


COMMANDS: Final[Mapping[str, Any]] = dict(commands(typer.main.get_command(program()), "onealarm"))


def test_every_setting_is_documented_and_no_other() -> None:
    documented = [name for name in first_column(read("docs/reference/configuration.md")) if name.isupper()]
    known = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert sorted(documented) == sorted(known)


def test_every_command_is_documented_and_no_other() -> None:
    headings = re.findall(r"^## (onealarm .+)$", read("docs/reference/cli.md"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_and_no_other(name: str) -> None:
    described = section(read("docs/reference/cli.md"), f"## {name}")
    documented = [word.split()[0] for word in first_column(described) if word.startswith("--")]
    options = {
        option
        for parameter in COMMANDS[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--") and option != "--help"
    }
    assert sorted(documented) == sorted(options)


def test_the_readme_names_every_command() -> None:
    table = section(read("README.md"), "## Commands")
    for name in COMMANDS:
        *above, last = name.split()
        assert name in table or (f"{' '.join(above)} create" in table and f"`{last}`" in table), name


@pytest.mark.parametrize(
    ("heading", "file", "column"),
    [
        ("## Of a job", "0004_queue.sql", "state"),
        ("## Of audio", "0005_audio.sql", "status"),
        ("## Of a client's copy", "0005_audio.sql", "cache_status"),
        ("## Of a segment", "0009_keeping.sql", "state"),
    ],
)
def test_every_state_is_documented_and_no_other(heading: str, file: str, column: str) -> None:
    found = re.search(rf"\b{column} in \(([^)]*)\)", (MIGRATIONS / file).read_text(encoding="utf-8"))
    assert found is not None
    known = re.findall(r"'(\w+)'", found[1])
    table = section(read("docs/reference/states.md"), heading).split("\n\n| Way back")[0]
    assert first_column(table) == known


def test_the_states_of_a_job_are_those_of_the_code() -> None:
    assert set(first_column(section(read("docs/reference/states.md"), "## Of a job"))) >= {*JobState}


def test_every_tier_is_documented() -> None:
    found = re.search(r"\btier in \(([^)]*)\)", (MIGRATIONS / "0005_audio.sql").read_text(encoding="utf-8"))
    assert found is not None
    documented = first_column(section(read("docs/reference/states.md"), "## Tiers"))
    assert documented == [*re.findall(r"'(\w+)'", found[1]), "tone"]


def test_every_table_is_documented() -> None:
    page = read("docs/reference/database.md")
    for file in MIGRATIONS.glob("*.sql"):
        for table in re.findall(r"create table (?:onealarm\.)?(\w+)", file.read_text(encoding="utf-8")):
            assert f"`{table}`" in page, table


def test_every_metric_is_documented_and_no_other() -> None:
    documented = first_column(section(read("docs/how-to/operate.md"), "## Metrics"))
    registry = CollectorRegistry()
    Metrics(registry)
    ControlMetrics(registry)
    LaneMetrics(registry)
    known = [family.name for family in registry.collect()]
    assert sorted(documented) == sorted(known)


def test_every_event_is_documented_and_no_other() -> None:
    documented = first_column(section(read("docs/how-to/operate.md"), "## Logs"))
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, events.Event)]
    known = [re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower() for kind in kinds if not kind.__subclasses__()]
    assert sorted(documented) == sorted(known)


def test_every_service_is_documented_with_its_pause() -> None:
    table = section(read("docs/how-to/operate.md"), "## Processes")
    pauses = {1: "1 s", 3: "3 s", 5: "5 s", 10: "10 s", 30: "30 s", 60: "1 min", 300: "5 min", 600: "10 min"}
    for service in services():
        pause = service.SELDOM if hasattr(service, "SELDOM") else service.every
        assert f"| `{service.name}` | {pauses[int(pause.total_seconds())]} |" in table


def services() -> Iterator[Any]:
    from onealarm.delivery import flash, materialise
    from onealarm.maintenance import (
        accountant,
        budgets,
        cleaner,
        collector,
        controller,
        editor,
        expirer,
        forecaster,
        governor,
        leading,
        prewarmer,
        repairer,
        rescuer,
        roller,
        stocker,
        sweeper,
    )
    from onealarm.worker import finder, follower

    yield from (finder.Finder, follower.Follower, flash.FlashDesk, materialise.Materialiser)
    found: list[Any] = [
        accountant.Accountant,
        rescuer.Rescuer,
        expirer.Expirer,
        roller.Roller,
        cleaner.Cleaner,
        stocker.Stocker,
    ]
    found += [collector.Collector, sweeper.Sweeper, controller.Controller, leading.Leading, repairer.Repairer]
    found += [forecaster.Forecaster, prewarmer.Prewarmer, editor.Editor]
    found += [governor.Governor, budgets.Treasurer]
    files = Path(str(cleaner.__file__)).parent.glob("*.py")
    assert len(found) == len([file for file in files if "def run_once" in file.read_text()]) - 1  # and the promise
    yield from found


def test_every_voice_is_documented_as_it_is() -> None:
    table = section(read("docs/reference/sound.md"), "## Voices")
    for language, speakers in SPEAKERS.items():
        for name in VOICES:
            speaker = speakers[name]
            assert f"| `{language}` | `{name}` | `{speaker.name}` | {speaker.rate} | {speaker.pitch} |" in table


def test_every_reason_to_drop_a_headline_is_documented() -> None:
    table = section(read("docs/explanation/safety-of-headlines.md"), "## Judging")
    for reason in Reason.__args__:  # type: ignore[attr-defined]  # a Literal's values
        assert reason in table, reason


def test_the_notice_names_every_direct_dependency_with_the_version_that_is_locked() -> None:
    locked = dict(
        re.findall(r"^([\w.-]+)==(\S+)", read("requirements/base.txt") + read("requirements/dev.txt"), re.MULTILINE)
    )
    direct = {
        line.partition("[")[0]  # moto[s3] is moto
        for file in ("base", "dev")
        for line in read(f"requirements/{file}.in").splitlines()
        if line and not line.startswith("-")
    }
    direct |= set(tomllib.loads(read("pyproject.toml"))["project"]["dependencies"])
    table = dict(re.findall(r"^  ([\w-]+) +(\d\S*) +\S", read("NOTICE"), re.MULTILINE))
    assert table == {name: locked[name] for name in direct}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{target} does not exist"
        assert not anchor or anchor in anchors(file), f"{target} names no heading"


def anchors(page: Path) -> set[str]:
    """The names under which GitHub's headings can be linked to."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_has_its_four_parts_and_is_listed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert _HEADING.findall(text)[1:] == ["Context", "Decision", "Consequences", "Rejected options"]
    assert text.startswith(f"# {page.stem[:4]} ")
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w+\.$", text, re.MULTILINE)
    assert f"(adr/{page.name})" in read("docs/README.md")


def test_every_document_is_in_the_index() -> None:
    index = read("docs/README.md")
    for page in DOCS.rglob("*.md"):
        if page.name != "README.md":
            assert f"({page.relative_to(DOCS)})" in index, page
