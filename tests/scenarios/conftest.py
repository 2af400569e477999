"""The scenarios use the API on the parts that make real briefings, and one process with a scripted voice."""

from tests.api.conftest import app, connect, nobody, operator, otto, otto_id, parts, sarah, sarah_id
from tests.integration.conftest import process, voice

__all__ = [
    "app",
    "connect",
    "nobody",
    "operator",
    "otto",
    "otto_id",
    "parts",
    "process",
    "sarah",
    "sarah_id",
    "voice",
]
