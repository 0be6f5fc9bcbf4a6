"""The composition root: environment first, then the one file that knows all three packages.

It has no annotations and no new syntax, so that an old Python can read it and say what is needed.
"""

import sys

WORDS = {  # word: the module that holds the command of that name
    "calc": "kmonitor.commands",
    "decode": "devices.commands",
    "dose": "kmonitor.commands",
    "sessions": "kmonitor.commands",
    "show": "kmonitor.commands",
    "simulate": "devices.commands",
    "test": "kmonitor.command_line",
    "watch": "devices.commands",
}


def main():
    # type: () -> int
    """Run what the command line asks for and return the exit status."""
    from kmonitor import bootstrap

    arguments = sys.argv[1:]
    bootstrap.enter(arguments)  # comes back only where every package is at hand

    from kmonitor import command_line

    return command_line.run(command_line.group(WORDS, _open_window), arguments)


def _open_window(demo, speed, scenario, seconds, picture):
    # type: (bool, float, str, float | None, str | None) -> int
    """Introduce the devices and the record to the window."""
    from devices.hub import DeviceHub
    from kmonitor.store.writer import RecordWriter
    from ui.commands import run_app

    return run_app(
        DeviceHub(),
        open_record=RecordWriter,
        demo=demo,
        speed=speed,
        scenario=scenario,
        seconds=seconds,
        picture=picture,
    )


if __name__ == "__main__":
    sys.exit(main())
