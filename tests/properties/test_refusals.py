"""Whatever JSON a schema is given, it is taken, or refused in our own words: never an error of another kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from onealarm.api.schemas.alarms import AlarmChange, AlarmInput
from onealarm.api.schemas.audio import CacheStatusInput
from onealarm.api.schemas.rings import SnoozeInput
from onealarm.api.schemas.users import PreferencesChange, PreferencesInput, UserInput
from onealarm.api.schemas.weather import WeatherInput
from onealarm.api.validation import checked
from onealarm.errors import BadInput

SCHEMAS: list[type[BaseModel]] = [
    AlarmInput,
    AlarmChange,
    SnoozeInput,
    UserInput,
    PreferencesInput,
    PreferencesChange,
    WeatherInput,
    CacheStatusInput,
]
NAMES = sorted(
    {field.alias or name for schema in SCHEMAS for name, field in schema.model_fields.items()}
    | {"from", "until", "latitude", "longitude"}
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["07:00", "2026-12-24", "UTC"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("schema", SCHEMAS)
@given(data=st.data())
def test_no_input_is_answered_in_the_words_of_a_library(schema: type[BaseModel], data: st.DataObject) -> None:
    names = st.sampled_from([field.alias or name for name, field in schema.model_fields.items()])
    sent: Any = data.draw(st.dictionaries(names, VALUES, max_size=4) | VALUES)
    refused = refusal_of(schema, sent)
    if refused is None:
        return
    assert refused.field
    assert refused.remedy
    assert not refused.problem.endswith("cannot be used"), "what is said of a finding that nobody has thought of"
    assert len(str(refused)) < 400


def refusal_of(schema: type[BaseModel], sent: object) -> BadInput | None:
    try:
        checked(schema, sent)
    except BadInput as error:
        return error
    return None
