"""The scenarios use the API on the parts that make real briefings."""

from tests.api.conftest import app, connect, nobody, operator, otto, otto_id, parts, sarah, sarah_id

__all__ = ["app", "connect", "nobody", "operator", "otto", "otto_id", "parts", "sarah", "sarah_id"]
