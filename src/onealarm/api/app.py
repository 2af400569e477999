"""The application: every route, joined to the parts that it serves from."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI

from onealarm.api.household import Household
from onealarm.api.middleware import BodyLimit, SafeHeaders
from onealarm.api.openapi import DescribedAPI
from onealarm.api.problems import tell_problems
from onealarm.api.routes import (
    alarms,
    audio,
    autoscale,
    clips,
    costs,
    feeds,
    files,
    flash,
    functions,
    health,
    members,
    page,
    streams,
    users,
    weather,
)
from onealarm.bootstrap import Parts
from onealarm.http.addresses import AddressGuard

_ROUTES: Final = (
    users,
    weather,
    alarms,
    audio,
    files,
    streams,
    feeds,
    flash,
    clips,
    members,
    functions,
    health,
    autoscale,
    costs,
    page,
)


def create_app(parts: Parts, *, household: bool) -> FastAPI:
    """The API and the page. With ``household`` the page reads without a token on the machine itself."""
    app = DescribedAPI(
        title="OneAlarm",
        version=version("onealarm"),
        description="Spoken wake-ups: alarms in, briefings out. Every error is a problem (RFC 9457).",
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.state.guard = AddressGuard(parts.settings.allowed_networks)
    app.state.household = Household() if household else None
    app.add_middleware(BodyLimit)
    app.add_middleware(SafeHeaders)
    tell_problems(app)
    for module in _ROUTES:
        app.include_router(module.router)
    page.mount_files(app)
    return app
