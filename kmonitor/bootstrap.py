"""Into the program's own environment, on the shortest way; standard library only.

An old Python must be able to read this file, to say what is needed: no annotations, no new syntax.
What makes the environment stands in `setting_up.py` and is imported only when something is missing.
"""

import os
import sys

NEEDED_PYTHON = (3, 11)
SWITCH = "KMONITOR_SETUP"  # "off": the packages of the running interpreter are taken as they are
_DONE = "done"  # left for the interpreter that takes over, so that nothing is checked twice
_NO_WINDOW = ("--help", "--version")


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
    environment = Environment(checkout, is_given=switch == "off")
    if switch != "off":
        _complete(environment, arguments)
    if arguments[:1] == ["test"]:
        os.chdir(checkout)
        replace_process([environment.python, "-m", "pytest"] + arguments[1:])
    if switch != "off" and not environment.is_running:
        os.environ[SWITCH] = _DONE
        replace_process([environment.python, os.path.join(checkout, "main.py")] + arguments)


def loads_qt(arguments):
    # type: (list[str]) -> bool
    """Say whether these arguments need Qt: the app, which has no word, and the tests."""
    if arguments and not arguments[0].startswith("-"):
        return arguments[0] == "test"
    return not any(argument in _NO_WINDOW for argument in arguments)


def _complete(environment, arguments):
    # type: (Environment, list[str]) -> None
    kinds = ["runtime", "test"] if arguments[:1] == ["test"] else ["runtime"]
    missing = [kind for kind in kinds if not environment.is_stamped(kind)]
    is_qt_unsure = loads_qt(arguments) and not environment.is_qt_checked()
    if missing or is_qt_unsure:
        from kmonitor import setting_up

        setting_up.complete(environment, kinds, is_qt_unsure)


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


class Environment(object):
    """The folder with the program's packages and the stamps that say what it holds."""

    def __init__(self, checkout, is_given=False):
        # type: (str, bool) -> None
        self.checkout = checkout
        self.folder = os.environ.get("KMONITOR_VENV") or os.path.join(checkout, ".venv")
        self.is_running = os.path.realpath(sys.prefix) == os.path.realpath(self.folder)
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        own = os.path.join(self.folder, *inside)
        self.python = sys.executable if is_given or self.is_running else own

    def lock(self, kind):
        # type: (str) -> str
        """Return the file that lists the packages of this kind with their hashes."""
        name = "requirements.lock" if kind == "runtime" else "requirements-test.lock"
        return os.path.join(self.checkout, name)

    def is_stamped(self, kind):
        # type: (str) -> bool
        """Say whether everything in the lock has been installed for this interpreter."""
        return os.path.exists(self.python) and _read(self._stamp(kind)) == self._wanted(kind)

    def stamp(self, kind):
        # type: (str) -> None
        """Note, as the last step, that everything in the lock is installed."""
        _write(self._stamp(kind), self._wanted(kind))

    def is_qt_checked(self):
        # type: () -> bool
        """Say whether Qt's system libraries were found before, for this kind of display."""
        return not sys.platform.startswith("linux") or (
            _read(self._stamp("libraries")) == self._display()
        )

    def stamp_qt(self):
        # type: () -> None
        """Note that Qt's system libraries are there; without the note they are looked for again."""
        try:
            _write(self._stamp("libraries"), self._display())
        except OSError:
            pass

    def _stamp(self, kind):
        # type: (str) -> str
        return os.path.join(self.folder, "kmonitor-%s.stamp" % kind)

    def _wanted(self, kind):
        # type: (str) -> bytes
        # The whole lock, not its hash: as strict, and loading OpenSSL would cost 4 ms each start.
        return sys.version.encode("utf-8") + b"\n" + (_read(self.lock(kind)) or b"")

    def _display(self):
        # type: () -> bytes
        return b"X11" if os.environ.get("DISPLAY") else b"no X11"


def _read(path):
    # type: (str) -> bytes | None
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _write(path, content):
    # type: (str, bytes) -> None
    with open(path, "wb") as file:
        file.write(content)
