"""Signed addresses: good for what they name, as long as they say, under the keys that hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from onealarm.delivery.signing import LONGEST, WINDOW, Keyring, Signed, SigningKey, check, good_until, sign
from onealarm.errors import NotAllowed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD, NEW = SigningKey(1, b"o" * 32), SigningKey(2, b"n" * 32)
PATH = "/v1/segments/abc.aac"


def ring(*keys: SigningKey, at: timedelta = timedelta()) -> Keyring:
    return Keyring(keys or (OLD,), NOW + at)


def checked(address: str, ring: Keyring, **changes: str | None) -> Signed:
    parts = urlsplit(address)
    given: dict[str, str | None] = {name: value for name, [value] in parse_qs(parts.query).items()}
    return check(str(changes.pop("path", parts.path)), ring, **(given | changes))


@pytest.mark.parametrize("minutes", range(0, 361, 45))
def test_a_signature_is_good_for_six_to_twelve_hours(minutes: int) -> None:
    left = good_until(NOW + timedelta(minutes=minutes)) - (NOW + timedelta(minutes=minutes))
    assert WINDOW < left <= LONGEST


def test_for_hours_all_the_world_is_given_one_address() -> None:
    first, last = sign(PATH, ring()), sign(PATH, ring(at=WINDOW - timedelta(seconds=1)))
    assert first == last
    assert sign(PATH, ring(at=WINDOW)) != first


def test_what_was_signed_is_good_until_its_end() -> None:
    address = sign(PATH, ring(), scope="personal")
    assert checked(address, ring(at=LONGEST - timedelta(seconds=1))) == Signed(timedelta(seconds=1), "personal")
    with pytest.raises(NotAllowed, match="good until 2026-11-25T00:00Z"):
        checked(address, ring(at=LONGEST))


def test_what_an_older_key_signed_is_good_while_that_key_holds() -> None:
    address = sign(PATH, ring(OLD))
    assert checked(address, ring(NEW, OLD)).scope == "shared"
    assert "key=2" in sign(PATH, ring(NEW, OLD))
    with pytest.raises(NotAllowed):
        checked(address, ring(NEW))


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/v1/segments/abd.aac"},
        {"expires": str(int((NOW + timedelta(days=900)).timestamp()))},
        {"expires": "soon"},
        {"expires": "9" * 40},
        {"expires": None},
        {"scope": "personal"},
        {"scope": "all"},
        {"scope": None},
        {"key": "2"},
        {"key": "01"},
        {"key": None},
        {"signature": ""},
        {"signature": "ä" * 24},
        {"signature": "A" * 24},
        {"signature": None},
    ],
)
def test_whatever_is_changed_in_an_address_it_is_refused_with_a_remedy(change: dict[str, str | None]) -> None:
    with pytest.raises(NotAllowed) as refused:
        checked(sign(PATH, ring()), ring(OLD, NEW), **change)
    assert refused.value.field == "signature"
    assert "playlist" in refused.value.remedy


def test_a_key_shows_its_secret_to_nobody() -> None:
    assert "nnn" not in repr(ring(NEW))
