"""The stock: is there a briefing in every voice and language, and is its sound on this disk?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onealarm.audio.pause import is_pause
from onealarm.briefing.spoken import LANGUAGES
from onealarm.briefing.stock import StockVoice
from onealarm.briefing.voices import VOICES
from onealarm.cli.doctor.finding import Finding
from onealarm.ids import AudioId, SegmentKey
from onealarm.pipeline.briefing import Part
from onealarm.pipeline.objects import object_name
from onealarm.postgres.condition import StockLook


@dataclass(frozen=True, slots=True)
class LostStock:
    """Stock briefings that cannot be played, and the segments whose bytes are gone."""

    briefings: frozenset[AudioId]
    keys: frozenset[SegmentKey]


def find_lost(stock: Sequence[StockLook], *, sound: Path) -> LostStock:
    """What the disk no longer has, or has cut short."""
    keys = {part.key for one in stock for part in one.parts if not _is_there(part, sound)}
    briefings = {one.id for one in stock if any(part.key in keys for part in one.parts)}
    return LostStock(frozenset(briefings), frozenset(keys))


def judge_stock(stock: Sequence[StockLook], lost: LostStock, *, sound: Path) -> Finding:
    """Missing briefings and lost sound in one."""
    wanted = [StockVoice(voice, language) for language in LANGUAGES for voice in VOICES]
    missing = [str(one) for one in wanted if one not in {found.voice for found in stock}]
    if lost.keys:
        return Finding(
            "stock",
            f"{len(lost.keys)} segments of {len(lost.briefings)} stock briefings are not in {sound}",
            "Give all processes the same ONEALARM_HOME, restore the folder from a backup, or run onealarm doctor "
            "--repair to speak them again",
        )
    if missing:
        found = f"{len(missing)} of {len(wanted)} voices have no stock briefing ({', '.join(missing)})"
        return Finding("stock", found, "Start a worker, or run onealarm doctor --repair")
    return Finding("stock", f"{len(wanted)} voices have their stock briefing, and its sound is there")


def _is_there(part: Part, sound: Path) -> bool:
    if is_pause(part.key):
        return True
    file = sound / object_name(part.key)
    try:
        return file.stat().st_size == part.size
    except OSError:
        return False
