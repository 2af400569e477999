"""Where segments are kept: every key has a name, and no other name has a key."""

from __future__ import annotations

import pytest

from onealarm.ids import SegmentKey
from onealarm.pipeline.objects import folder_of, key_of, object_name

KEY = SegmentKey("ab" + "0" * 62)


def test_a_key_and_its_name_lead_to_each_other() -> None:
    assert object_name(KEY) == f"segments/ab/{KEY}.aac"
    assert object_name(KEY).startswith(folder_of("ab"))
    assert key_of(object_name(KEY)) == KEY


@pytest.mark.parametrize(
    "name",
    [
        "",
        KEY,
        f"segments/cd/{KEY}.aac",
        f"segments/ab/{KEY}.wav",
        f"segments/ab/{KEY}0.aac",
        f"segments/ab/{KEY[:-1]}.aac",
        f"segments/ab/{KEY}.aac\n",
        f"elsewhere/segments/ab/{KEY}.aac",
        f"segments/AB/{KEY.upper()}.aac",
    ],
)
def test_a_name_that_no_segment_has_leads_nowhere(name: str) -> None:
    assert key_of(name) is None
