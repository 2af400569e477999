"""``python -m onealarm``."""

from onealarm.cli.main import app

app()
