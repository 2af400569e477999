"""JSON from vendors: the right type of content, of the shape that was expected, or no answer at all."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetched

M = TypeVar("M", bound=BaseModel)

JSON: Final = "application/json"


class Answer(BaseModel):
    """What a vendor sends; members that are not known are left out, numbers are finite."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


def read_json(model: type[M], fetched: Fetched, *, source: str) -> M:
    """Raises ``SourceUnavailable`` naming where the answer is wrong, never what stands there."""
    kind = fetched.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.endswith(("/json", "+json")):
        raise SourceUnavailable(source, f"sent {kind[:60] or 'something without a type'!r} where JSON was expected")
    try:
        return model.model_validate_json(fetched.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100] or "the whole"
        raise SourceUnavailable(source, f"sent JSON of another shape (at {where}: {first['type']})") from None
