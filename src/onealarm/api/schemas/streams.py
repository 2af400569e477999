"""Addresses for players."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class LinkView(BaseModel):
    """A signed address, relative to this server, and until when it is good."""

    playlist: str
    expires_at: datetime
