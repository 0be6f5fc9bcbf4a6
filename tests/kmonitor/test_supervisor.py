"""The supervisor over real processes: a stand-in app that dies, hangs, closes or says goodbye."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from kmonitor.keeping import KeeperError, NoKeeper, PipeKeeper
from kmonitor.supervisor import SPARE_AFTER_S, Supervisor

STANDIN = Path(__file__).with_name("standin_app.py")
CHECKOUT = STANDIN.parents[2]
on_posix = pytest.mark.skipif(os.name == "nt", reason="signals")


class Heard:
    """Stands in for the sound: notes when it began and ended."""

    has_sound = True

    def __init__(self) -> None:
        self.at_s: list[tuple[bool, float]] = []
        self.is_closed = False

    def sound(self, is_on: bool) -> None:
        self.at_s.append((is_on, time.monotonic()))

    def close(self) -> None:
        self.is_closed = True

    @property
    def course(self) -> list[bool]:
        return [is_on for is_on, _ in self.at_s]


class Greeter:
    stopped = 0

    def answer(self, said: Mapping[str, str]) -> Mapping[str, str]:
        return {"greeting": f"hello {said['who']}"}

    def stop(self) -> None:
        self.stopped += 1


class Run:
    """One supervised run of the stand-in; `last` is the program of the last message."""

    def __init__(
        self, folder: Path, *plan: str, last: str = "", spare_after_s: float = SPARE_AFTER_S
    ) -> None:
        self.folder = folder
        self.heard = Heard()
        self.greeter = Greeter()
        self.supervisor = Supervisor(
            [sys.executable, str(STANDIN), str(folder), *plan, "--supervised"],
            services={"greet": self.greeter},
            make_voice=lambda: self.heard,
            last_message=[sys.executable, "-c", last],
            spare_after_s=spare_after_s,
        )

    def starts(self) -> list[tuple[int, str]]:
        lines = (self.folder / "told").read_text(encoding="utf-8").splitlines()
        return [(int(pid), said) for pid, _, said in (line.partition(" ") for line in lines)]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_app_that_says_goodbye_ends_with_its_status_and_its_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path, "good")
    assert run.supervisor.run() == 3
    assert capfd.readouterr() == ("good\n", "")
    assert run.heard.course == []
    assert run.greeter.stopped == 1
    assert run.heard.is_closed


def test_a_killed_app_is_heard_and_started_again_on_the_same_session(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path, "dies", "good")
    assert run.supervisor.run() == 3
    (first, said), (second, handed_over) = run.starts()
    assert said == "{} ['--supervised']"
    assert "'session': 's1'" in handed_over
    assert "'keys': 'ab12'" in handed_over
    assert "'cause': 'it ended unexpectedly'" in handed_over
    assert run.heard.course == [True, False]
    assert not is_alive(first)
    assert not is_alive(second)
    out, err = capfd.readouterr()
    assert out == "good\n"
    assert err == "kmonitor was lost: it ended unexpectedly.\n"
    assert "ab12" not in err


def test_an_app_in_reserve_takes_over_what_the_lost_one_left(tmp_path: Path) -> None:
    run = Run(tmp_path, "dies late", "dies late", "good", spare_after_s=0.2)
    assert run.supervisor.run() == 3
    said = [words for _, words in run.starts()]
    assert len(said) == 3
    assert said[0] == "{} ['--supervised']"
    assert "'session': 's1'" in said[1]
    assert "--spare" in said[1]
    assert run.heard.course == [True, False, True, False]
    assert psutil.Process().children() == []


def test_an_app_in_reserve_that_dies_is_not_missed(tmp_path: Path) -> None:
    run = Run(tmp_path, "dies late", "good", spare_after_s=0.2)

    def kill_spare() -> None:
        def spares() -> list[psutil.Process]:
            children = psutil.Process().children()
            return [child for child in children if "--spare" in child.cmdline()]

        wait_until(lambda: bool(spares()))
        spares()[0].kill()

    killer = threading.Thread(target=kill_spare)
    killer.start()
    assert run.supervisor.run() == 3
    killer.join()
    assert run.heard.course == [True, False]
    assert "--spare" not in run.starts()[1][1]


@on_posix
@pytest.mark.parametrize("how", ["holds", "stops"])
def test_an_app_that_hangs_is_heard_ended_and_started_again(tmp_path: Path, how: str) -> None:
    run = Run(tmp_path, "holds" if how == "holds" else "closes", "good")

    def stop() -> None:
        wait_until((tmp_path / "told").exists)
        time.sleep(1)
        os.kill(run.starts()[0][0], signal.SIGSTOP)

    stopper = threading.Thread(target=stop if how == "stops" else lambda: None)
    stopper.start()
    assert run.supervisor.run() == 3
    stopper.join()
    assert run.heard.course == [True, False]
    (first, _), (_, handed_over) = run.starts()
    assert not is_alive(first)
    assert "its monitor was silent for 2 s" in handed_over


def test_three_deaths_show_the_last_message_until_it_is_acknowledged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "note"
    last = f"import sys; open({str(note)!r}, 'wb').write(sys.stdin.buffer.read())"
    run = Run(tmp_path, "dies", last=last)
    assert run.supervisor.run() == 1
    assert len(run.starts()) == 3
    assert run.heard.course[-1] is False
    assert run.heard.course[0] is True
    assert b"it ended unexpectedly" in note.read_bytes()
    assert b"ab12" not in note.read_bytes()
    assert not any(is_alive(pid) for pid, _ in run.starts())
    assert "STOPPED" not in capfd.readouterr().err


def test_a_last_message_that_cannot_be_shown_stands_on_stderr_and_sounds_until_a_signal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path, "dies", last="raise SystemExit(1)")
    said: list[str] = []

    def end() -> None:
        def is_said() -> bool:
            said.append(capfd.readouterr().err)
            return "KMONITOR STOPPED" in "".join(said)

        wait_until(is_said)
        os.kill(os.getpid(), signal.SIGINT)

    ender = threading.Thread(target=end)
    ender.start()
    with run.supervisor.hearing_signals():
        assert run.supervisor.run() == 1
    ender.join()
    assert "Watch the patient monitor" in "".join(said)
    assert run.heard.course[-1] is False


@on_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_supervisor_closes_the_app_cleanly(
    tmp_path: Path, number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path, "closes")

    def end() -> None:
        wait_until((tmp_path / "told").exists)
        os.kill(os.getpid(), number)

    ender = threading.Thread(target=end)
    ender.start()
    with run.supervisor.hearing_signals():
        assert run.supervisor.run() == 3
    ender.join()
    assert capfd.readouterr().out == f"closed by {number.name}\ngood\n"
    assert run.heard.course == []


def test_a_service_of_the_supervisor_answers_the_app(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert Run(tmp_path, "asks").supervisor.run() == 3
    assert "hello app" in capfd.readouterr().out


def test_an_app_that_never_lived_is_not_started_again(tmp_path: Path) -> None:
    heard = Heard()
    supervisor = Supervisor(
        [sys.executable, "-c", "import sys; sys.exit(2)"],
        services={},
        make_voice=lambda: heard,
        last_message=[],
    )
    assert supervisor.run() == 2
    assert heard.course == []


def test_a_program_that_is_not_there_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor(
        [str(tmp_path / "none")], services={}, make_voice=Heard, last_message=[]
    )
    assert supervisor.run() == 1
    assert capfd.readouterr().err.count("\n") == 1


@on_posix
def test_an_app_whose_supervisor_is_killed_goes_on_and_hears_of_it(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path[:0] = [{str(CHECKOUT)!r}, {str(CHECKOUT / 'tests')!r}]\n"
        "from kmonitor.supervisor import SPARE_AFTER_S, Supervisor\n"
        "class Mute:\n"
        "    has_sound = True\n"
        "    def sound(self, is_on): pass\n"
        "    def close(self): pass\n"
        f"words = [{str(STANDIN)!r}, {str(tmp_path)!r}, 'orphan', '--supervised']\n"
        "Supervisor([sys.executable, *words],"
        " services={}, make_voice=Mute, last_message=[], spare_after_s=0.2).run()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    wait_until((tmp_path / "told").exists)
    family = psutil.Process(parent.pid)
    wait_until(lambda: len(family.children()) == 2)  # the app and the one in reserve
    children = family.children()
    time.sleep(1)
    parent.kill()
    parent.wait()
    wait_until((tmp_path / "orphaned").exists)
    wait_until(lambda: (tmp_path / "orphaned").read_text() == "yes")
    wait_until(lambda: not any(child.is_running() for child in children))


def test_a_keeper_whose_parent_stands_still_blocks_nobody_and_tells_the_session() -> None:
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    os.write(in_write, b'\x1e["hand_over", {"session": "s7"}]\n')
    keeper = PipeKeeper(in_read, out_write)
    heard: list[bool] = []
    keeper.attend(heard.append)
    assert keeper.handed_over == {"session": "s7"}
    wait_until(lambda: heard == [True])
    for number in range(20_000):
        keeper._beaten_s.clear()
        keeper.beat("monitor")
        if number % 1000 == 0:
            keeper.remember(session=str(number))
    keeper._living_s -= 10  # as after ten seconds without a sign of life
    wait_until(lambda: heard == [True, False])
    os.write(in_write, b'\x1e["alive", {}]\n')
    wait_until(lambda: heard == [True, False, True])
    os.close(in_write)
    wait_until(lambda: heard == [True, False, True, False])
    os.close(out_read)
    keeper.goodbye()
    for file in (in_read, out_write):
        os.close(file)


def test_an_app_with_the_flag_but_without_a_parent_says_so(tmp_path: Path) -> None:
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    os.close(in_write)
    with pytest.raises(KeeperError):
        PipeKeeper(in_read, out_write)
    for file in (in_read, out_read, out_write):
        os.close(file)


def test_without_a_parent_nothing_is_said() -> None:
    keeper = NoKeeper()
    keeper.attend(lambda is_there: pytest.fail(f"told {is_there}"))
    keeper.watch("monitor", True)
    keeper.remember(session="s1")
    keeper.goodbye()
    assert (keeper.is_there, keeper.asked_to_close, dict(keeper.handed_over)) == (False, None, {})
