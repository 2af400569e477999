"""The program's entry: also ``python -m onealarm``.

Child processes import their parent's main module again, so this one imports next to nothing until it is called.
"""

import signal
from types import FrameType


def main() -> None:
    """Run the command line. Told to end, by whatever signal, it ends as after an error: what was started is stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    from onealarm.cli.calling import call  # noqa: PLC0415 - see above

    raise SystemExit(call())


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
