"""The page at ``/``: three files, no build step."""

from __future__ import annotations

from importlib import resources
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from onealarm.api.household import Household

router = APIRouter(include_in_schema=False)

_FOLDER: Final = "page"


@router.get("/")
async def get_page(request: Request) -> HTMLResponse:
    """The page. On the machine itself it gets the household's cookie, elsewhere it asks for a token."""
    response = HTMLResponse(resources.files("onealarm.api").joinpath(_FOLDER, "index.html").read_bytes())
    household: Household | None = request.app.state.household
    if household is not None and household.admits(request):
        household.welcome(response)
    return response


def mount_files(app: FastAPI) -> None:
    """Serve what the page loads."""
    app.mount("/page", StaticFiles(packages=[("onealarm.api", _FOLDER)]))
