"""The stock: is there a briefing in every voice and language, and is its sound in the store?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def find_lost(stock: Sequence[StockLook], *, sizes: Mapping[str, int]) -> LostStock:
    """What the store no longer has, or has cut short. ``sizes`` are those of its objects in bytes, by name."""
    keys = {part.key for one in stock for part in one.parts if not _is_there(part, sizes)}
    briefings = {one.id for one in stock if any(part.key in keys for part in one.parts)}
    return LostStock(frozenset(briefings), frozenset(keys))


def judge_stock(stock: Sequence[StockLook], lost: LostStock, *, place: object) -> Finding:
    """Missing briefings and lost sound in one."""
    wanted = [StockVoice(voice, language) for language in LANGUAGES for voice in VOICES]
    missing = [str(one) for one in wanted if one not in {found.voice for found in stock}]
    if lost.keys:
        return Finding(
            "stock",
            f"{len(lost.keys)} segments of {len(lost.briefings)} stock briefings are not in {place}",
            "Give all processes the same ONEALARM_HOME or the same [store], restore it from a backup, or run onealarm "
            "doctor --repair to speak them again",
        )
    if missing:
        found = f"{len(missing)} of {len(wanted)} voices have no stock briefing ({', '.join(missing)})"
        return Finding("stock", found, "Start a worker, or run onealarm doctor --repair")
    return Finding("stock", f"{len(wanted)} voices have their stock briefing, and its sound is there")


def _is_there(part: Part, sizes: Mapping[str, int]) -> bool:
    return is_pause(part.key) or sizes.get(object_name(part.key)) == part.size
