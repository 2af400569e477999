"""The composition root: builds everything."""

from onealarm.bootstrap.parts import Parts
from onealarm.bootstrap.root import build

__all__ = ["Parts", "build"]
