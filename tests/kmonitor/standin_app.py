"""A small app for the supervisor's tests: run as a program, it does what its words say.

It has the real keeper; where the words stand first, they are for the first start only.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kmonitor.keeping import PipeKeeper, keeper_for


def main() -> int:
    keeper = keeper_for(sys.argv)
    assert isinstance(keeper, PipeKeeper)
    folder, *plan = (word for word in sys.argv[1:] if not word.startswith("--"))
    told = Path(folder) / "told"
    start = len(told.read_text(encoding="utf-8").splitlines()) if told.exists() else 0
    handed_over = {name: keeper.handed_over[name] for name in sorted(keeper.handed_over)}
    flags = [word for word in sys.argv[1:] if word.startswith("--")]
    with told.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()} {handed_over} {flags}\n")
    keeper.watch("screen", True)
    threading.Thread(target=beat, args=(keeper,), daemon=True).start()
    keeper.remember(session="s1", keys="ab12")
    keeper.watch("monitor", True)
    keeper.beat("monitor")
    return does(keeper, plan[min(start, len(plan) - 1)])


def beat(keeper: PipeKeeper) -> None:
    while True:
        keeper.beat("monitor")
        keeper.beat("screen")
        time.sleep(0.2)


def does(keeper: PipeKeeper, what: str) -> int:
    time.sleep(0.5)  # it has lived
    match what:
        case "dies" | "dies late":
            time.sleep(2.5 if what == "dies late" else 0)
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        case "holds":  # the interpreter itself, as a C call that does not return would
            import ctypes

            ctypes.PyDLL(None).sleep(10)
        case "closes":
            while keeper.asked_to_close is None:
                time.sleep(0.05)
            print("closed by", keeper.asked_to_close, flush=True)
        case "asks":
            print(keeper.ask("greet", who="app"), flush=True)
        case "orphan":
            lost = threading.Event()
            keeper.attend(lambda is_there: None if is_there else lost.set())
            lost.wait(20)
            folder = Path(sys.argv[1])
            folder.joinpath("orphaned").write_text("yes" if lost.is_set() else "no")
    for name in ("monitor", "screen"):
        keeper.watch(name, False)
    print("good", flush=True)
    keeper.goodbye()
    return 3


if __name__ == "__main__":
    sys.exit(main())
