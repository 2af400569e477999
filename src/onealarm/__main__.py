"""The program's entry: also ``python -m onealarm``.

Child processes import their parent's main module again, so this one imports nothing until it is called.
"""


def main() -> None:
    """Run the command line."""
    from onealarm.cli.main import app  # noqa: PLC0415 - see above

    app(prog_name="onealarm")


if __name__ == "__main__":
    main()
