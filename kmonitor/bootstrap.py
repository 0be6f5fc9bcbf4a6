"""Into the program's own environment, on the shortest way; standard library only.

An old Python must be able to read this file, to say what is needed: no annotations, no new syntax.
Everything else is imported late: the next file once Python is new enough, `setting_up.py` only when
something is missing.
"""

import os
import sys

NEEDED_PYTHON = (3, 11)
SWITCH = "KMONITOR_SETUP"  # "off": the packages of the running interpreter are taken as they are
_DONE = "done"  # left for the interpreter that takes over, so that nothing is checked twice
_NO_WINDOW = ("--help", "--version")
SUPERVISED = "--supervised"  # the app as the child of the process that starts it again
SPARE = "--spare"  # such a child in reserve: it has imported everything and waits to be needed
UNSUPERVISED = "--unsupervised"  # the app alone, which nobody starts again
# Several at once, since tests of processes mostly wait; whoever runs them may ask for others.
WORKERS = ["-n", "logical", "--maxprocesses", "4", "--dist", "worksteal"]


def enter(arguments):
    # type: (list[str]) -> None
    """Come back inside a complete environment, or replace this process by one that is inside."""
    if sys.version_info[:2] < NEEDED_PYTHON:
        sys.exit("Python 3.11 or newer is needed; this is Python %s." % sys.version.split()[0])
    checkout = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not os.path.isfile(os.path.join(checkout, "pyproject.toml")):
        return  # installed from a wheel: whoever installed it took care
    switch = os.environ.get(SWITCH)
    if switch == _DONE:
        del os.environ[SWITCH]
        return
    python = sys.executable if switch == "off" else _complete(checkout, arguments)
    if arguments[:1] == ["test"]:
        os.chdir(checkout)
        replace_process([python, "-m", "pytest"] + WORKERS + arguments[1:])
    if python != sys.executable:
        os.environ[SWITCH] = _DONE
        replace_process([python, os.path.join(checkout, "main.py")] + arguments)


def loads_qt(arguments):
    # type: (list[str]) -> bool
    """Say whether these arguments need Qt: the app and the tests."""
    return opens_window(arguments) or arguments[:1] == ["test"]


def opens_window(arguments):
    # type: (list[str]) -> bool
    """Say whether these arguments mean the app, which has no word."""
    if arguments and not arguments[0].startswith("-"):
        return False
    return not any(argument in _NO_WINDOW for argument in arguments)


def is_supervisor(arguments):
    # type: (list[str]) -> bool
    """Say whether this process shall start the app and watch over it."""
    flags = (SUPERVISED, UNSUPERVISED)
    return opens_window(arguments) and not any(flag in arguments for flag in flags)


def _complete(checkout, arguments):
    # type: (str, list[str]) -> str
    """Make sure that all that these arguments need is there; return the interpreter that has it."""
    from kmonitor.environment import Environment

    environment = Environment(checkout)
    kinds = ["runtime", "test"] if arguments[:1] == ["test"] else ["runtime"]
    needs_qt = loads_qt(arguments)
    if not (environment.lock.hold_for_use() and environment.is_complete(kinds, needs_qt)):
        from kmonitor import setting_up

        environment.lock.release()
        setting_up.complete(environment, kinds, needs_qt)
        environment.lock.hold_for_use()
    return environment.python


def replace_process(command):
    # type: (list[str]) -> None
    """Go on as another program; Windows cannot, there a child runs and its status is handed on."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess

    child = subprocess.Popen(command)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            continue  # the child hears Ctrl-C too and decides
