"""The composition root: environment first, then the one file that knows all three packages.

It has no annotations and no new syntax, so that an old Python can read it and say what is needed.
"""

import os
import sys

WORDS = {  # word: the module that holds the command of that name
    "alarms": "kmonitor.alarm_words",
    "audit": "kmonitor.people_words",
    "backup": "kmonitor.copy_words",
    "bundle": "kmonitor.session_words",
    "calc": "kmonitor.commands",
    "decode": "devices.commands",
    "doctor": "devices.doctor_words",
    "dose": "kmonitor.commands",
    "key": "kmonitor.key_words",
    "limits": "kmonitor.limit_words",
    "remove": "kmonitor.session_words",
    "restore": "kmonitor.copy_words",
    "sessions": "kmonitor.commands",
    "show": "kmonitor.commands",
    "sign": "kmonitor.session_words",
    "simulate": "devices.commands",
    "test": "kmonitor.command_line",
    "tones": "kmonitor.tone_words",
    "unbundle": "kmonitor.session_words",
    "users": "kmonitor.people_words",
    "verify": "kmonitor.copy_words",
    "watch": "devices.commands",
}
_WINDOW = (
    "devices.hub", "kmonitor.alarms.audio", "kmonitor.store.house", "kmonitor.store.writer",
    "ui.commands", "ui.demo",
)  # fmt: skip


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

    keeper = keeping.keeper_for(arguments, _WINDOW)

    def open_window(demo, speed, scenario, seconds, picture):
        # type: (bool, float, str, float | None, str | None) -> int
        from devices.hub import DeviceHub
        from devices.simulator.kept import simulating
        from kmonitor.one_voice import device_voice
        from kmonitor.store.own_house import open_own_house
        from kmonitor.store.writer import RecordWriter
        from ui.commands import run_app

        hub = DeviceHub()
        return run_app(
            hub, open_house=open_own_house, open_record=RecordWriter, keeper=keeper,
            simulate=simulating(keeper, hub.simulate), make_voice=device_voice, demo=demo,
            speed=speed, scenario=scenario, seconds=seconds, picture=picture,
        )  # fmt: skip

    status = command_line.run(command_line.group(WORDS, open_window), arguments)
    keeper.goodbye()
    return status


def _supervise(arguments):
    # type: (list[str]) -> int
    """Start the app as a child, and again when it is lost."""
    from devices.simulator.kept import SERVICE, KeptSimulator
    from kmonitor.supervisor import supervise

    services = {SERVICE: KeptSimulator()}
    return supervise(arguments, os.path.abspath(__file__), services, "ui.last_message")


if __name__ == "__main__":
    sys.exit(main())
