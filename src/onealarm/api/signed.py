"""Who holds a signed address. Route handlers ask for the type at the end."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyQuery

from onealarm.api.access import TheParts
from onealarm.delivery.signing import Signed, check

_signature: Final = APIKeyQuery(
    name="signature", auto_error=False, description="Part of a signed address, as playlists hold them."
)

Signature = Annotated[str | None, Security(_signature)]


async def signed(request: Request, parts: TheParts, signature: Signature) -> Signed:
    """Raises ``NotAllowed`` for an address whose signature is wrong or over."""
    given = request.query_params
    return check(
        request.scope["path"],  # not of the URL, in which the caller names the host
        await parts.delivery.signing.current(),
        expires=given.get("expires"),
        scope=given.get("scope"),
        key=given.get("key"),
        signature=signature,
    )


TheSignature = Annotated[Signed, Depends(signed)]
