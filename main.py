"""The composition root: environment first, then the one file that knows all three packages.

It has no annotations and no new syntax, so that an old Python can read it and say what is needed.
"""

import os
import sys

WORDS = {  # word: the module that holds the command of that name
    "audit": "kmonitor.people_words",
    "calc": "kmonitor.commands",
    "decode": "devices.commands",
    "doctor": "devices.doctor_words",
    "dose": "kmonitor.commands",
    "key": "kmonitor.key_words",
    "sessions": "kmonitor.commands",
    "show": "kmonitor.commands",
    "simulate": "devices.commands",
    "test": "kmonitor.command_line",
    "users": "kmonitor.people_words",
    "watch": "devices.commands",
}
_LAST_MESSAGE = (
    "import sys; sys.path.insert(0, %r); from ui.last_message import main; sys.exit(main())"
)


def main():
    # type: () -> int
    """Run what the command line asks for and return the exit status."""
    from kmonitor import bootstrap

    arguments = sys.argv[1:]
    bootstrap.enter(arguments)  # comes back only where every package is at hand

    from kmonitor.crash_dumps import forbid_dumps

    forbid_dumps()
    if bootstrap.is_supervisor(arguments):
        return _supervise(arguments)

    return _run(arguments)


def _run(arguments):
    # type: (list[str]) -> int
    """Run a word or the app itself; introduce devices, record and supervisor to the window."""
    from kmonitor import command_line, keeping

    keeper = keeping.keeper_for(arguments)

    def open_window(demo, speed, scenario, seconds, picture):
        # type: (bool, float, str, float | None, str | None) -> int
        from devices.hub import DeviceHub
        from devices.simulator.kept import simulating
        from kmonitor.store.house import House
        from kmonitor.store.reader import default_path
        from kmonitor.store.writer import RecordWriter
        from ui.commands import run_app

        hub = DeviceHub()
        return run_app(
            hub,
            open_house=lambda keys: House.at(default_path(), keys),
            open_record=RecordWriter,
            keeper=keeper,
            simulate=simulating(keeper, hub.simulate),
            demo=demo,
            speed=speed,
            scenario=scenario,
            seconds=seconds,
            picture=picture,
        )

    status = command_line.run(command_line.group(WORDS, open_window), arguments)
    keeper.goodbye()
    return status


def _supervise(arguments):
    # type: (list[str]) -> int
    """Start the app as a child, and again when it is lost."""
    from devices.simulator.kept import SERVICE, KeptSimulator
    from kmonitor.supervisor import supervise

    place = os.path.dirname(os.path.abspath(__file__))
    return supervise(
        arguments,
        main=os.path.join(place, "main.py"),
        services={SERVICE: KeptSimulator()},
        last_message=[sys.executable, "-P", "-c", _LAST_MESSAGE % place],
    )


if __name__ == "__main__":
    sys.exit(main())
