"""The stand-in's writing: it reads the items that it is given, and tells each in a sentence of its own words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from onealarm.standin.answers import Reply, error, json_reply, refusal

_CHARACTERS_PER_TOKEN: Final = 4
_TELLING: Final[Mapping[str, str]] = {"en": "{text}, it is reported.", "de": "{text}, heißt es."}
_PLANTED: Final[Mapping[str, str]] = {
    "en": "Alongside this, 7,431 people were hurt, said Montgomery.",
    "de": "Dabei wurden 7.431 Menschen verletzt, sagte Montgomery.",
}
_LONGEST: Final = 260


def answer_chat(body: Mapping[str, Any], fault: str | None) -> Reply:
    """As ``POST /v1/chat/completions`` does; a hang is the server's to make."""
    if fault is not None and (refused := refusal(fault)) is not None:
        return refused
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or "model" not in body:
        return error(400, code="invalid_value", message="messages and model are required", kind="invalid_request_error")
    data = _data(messages)
    language = str(data.get("language", "en"))
    items = [one for one in data.get("items", []) if isinstance(one, dict) and {"id", "text"} <= one.keys()]
    content = json.dumps({"items": _told(items, language, fault)}, ensure_ascii=False)
    if fault == "invalid-json":
        content = "Here is the news:\n- " + "\n- ".join(str(one["text"]) for one in items)
    if fault == "cut-off":
        content = content[: len(content) // 2]
    return _completion(body, messages, content, fault)


def _told(items: Sequence[Mapping[str, Any]], language: str, fault: str | None) -> list[dict[str, Any]]:
    told = [
        {"source_item_ids": [one["id"]], "spoken": _sentence(str(one["text"]), language, obeys=fault == "obeys")}
        for one in items
    ]
    if fault == "fabricates":
        planted = _PLANTED.get(language, _PLANTED["en"])
        told = [{**one, "spoken": f"{one['spoken']} {planted}"} for one in told]
    return told


def _sentence(item: str, language: str, *, obeys: bool) -> str:
    """The item as part of a sentence; one that gives an order is done what it says, when the fault is on."""
    text = item.strip().rstrip(".!?")[:_LONGEST]
    if obeys:
        return f"{text}!"
    return _TELLING.get(language, _TELLING["en"]).format(text=text)


def _completion(body: Mapping[str, Any], messages: Sequence[Any], content: str, fault: str | None) -> Reply:
    refuses = fault == "refusal"
    message = {
        "role": "assistant",
        "content": None if refuses else content,
        "refusal": "I'm sorry, I can't help with that." if refuses else None,
    }
    tokens_in = sum(len(str(one)) for one in messages) // _CHARACTERS_PER_TOKEN
    tokens_out = max(1, len(content) // _CHARACTERS_PER_TOKEN)
    completion = {
        "id": "chatcmpl-standin",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "length" if fault == "cut-off" else "stop",
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out},
    }
    return json_reply(200, completion)


def _data(messages: Sequence[Any]) -> dict[str, Any]:
    """The last message that is a JSON object: what the writer was given to tell."""
    for message in reversed(messages):
        try:
            found = json.loads(message["content"])
        except (ValueError, TypeError, KeyError):
            continue
        if isinstance(found, dict) and "items" in found and message.get("role") == "user":
            return found
    return {}
