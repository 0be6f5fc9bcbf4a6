"""`--demo`: simulated monitors, a demonstration patient and nurse, a temporary record."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from kmonitor import settings
from kmonitor.clock import Clock, SystemClock, monotonic_s
from kmonitor.infusion import current_rate_ml_per_h
from kmonitor.limit_sets import load_default
from kmonitor.one_voice import OneVoice, OwnVoice
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import Devices, Keeper, Simulator
from kmonitor.session_state import Session
from kmonitor.store.reader import default_path
from ui.bedside.view_models.identity import Around
from ui.bell import Bell
from ui.bridge import Bridge
from ui.demo_nurse import DemoNurse
from ui.demo_summary import (
    PhaseWitness,
    is_blank,
    save_picture,
    summarise,
    summary_lines,
)
from ui.faults import hearing_faults
from ui.going_on import go_on
from ui.look_of_app import dress, go_off_screen, has_display, hear_qt, theme_for
from ui.record_file import OpenRecord, RecordFile
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import SetupPage
from ui.shell import Shell
from ui.sitting import Sittings
from ui.theme import Theme

_FOLDER, _ENDS, _BEGAN = "demo_folder", "demo_ends_s", "demo_clock_began"
PROTOCOLS = ("contec-v7", "line")
CHAIR = "Chair 2"
_SEED = 7
_PATIENT_KG = Decimal(82)
_OFF_SCREEN_S = 60.0
_DEFAULT_PICTURE = Path("kmonitor-demo.png")
_READS_S, _READS_OFF_SCREEN_S = 6.0, 1.5
_MODE_WORDS = "SIMULATED · NOT A PATIENT"


class Demonstration:
    """One run of the demonstration, from the simulator's start to the printed summary."""

    def __init__(
        self,
        hub: Devices,
        open_record: OpenRecord,
        *,
        keeper: Keeper,
        simulate: Callable[..., Simulator],
        make_voice: Callable[[], OwnVoice],
        speed: float,
        scenario: str,
        seconds: float | None,
        picture: Path | None,
    ) -> None:
        self._hub = hub
        self._keeper = keeper
        self._simulate = simulate
        self._make_voice = make_voice
        self._speed = speed
        self._scenario = scenario
        self._seconds = seconds
        self._picture = picture
        self._folder = self._kept_folder()
        self._record = RecordFile(path=self._folder / default_path().name, open_record=open_record)
        self._witness = PhaseWitness()
        self._grabbed: QPixmap | None = None

    def _kept_folder(self) -> Path:
        """One folder for the whole demonstration, however often its app is started."""
        kept = self._keeper.handed_over.get(_FOLDER)
        folder = kept or tempfile.mkdtemp(prefix="kmonitor-demo-")
        self._keeper.remember(**{_FOLDER: folder})
        return Path(folder)

    def _seconds_left(self) -> float | None:
        """`--seconds` is wall time in all, restarts included."""
        if self._seconds is None:
            return None
        kept = self._keeper.handed_over.get(_ENDS)
        ends_s = monotonic_s() + self._seconds if kept is None else float(kept)
        self._keeper.remember(**{_ENDS: str(ends_s)})
        return max(0.0, ends_s - monotonic_s())

    def _clock(self) -> SystemClock:
        """At another speed than 1 the patient is ahead of the machine, and stays so."""
        kept = self._keeper.handed_over.get(_BEGAN)
        mono_ns, _, utc_ns = (kept or "").partition(" ")
        clock = SystemClock(self._speed, began=(int(mono_ns), int(utc_ns)) if kept else None)
        self._keeper.remember(**{_BEGAN: "{} {}".format(*clock.began)})
        return clock

    def run(self, causes: Sequence[str]) -> int:
        """Show it; 1 when no readings came, nothing was kept, or the picture is blank."""
        if not has_display():
            go_off_screen(self._folder)
        hear_qt()
        app = QApplication(["kmonitor"])
        is_off_screen = app.platformName() == "offscreen"
        if is_off_screen:
            self._seconds = self._seconds or _OFF_SCREEN_S
            self._picture = self._picture or _DEFAULT_PICTURE
            if not self._keeper.handed_over:
                _say_off_screen(self._seconds, self._picture)
        simulator = self._simulate(
            PROTOCOLS,
            scenario=self._scenario,
            seed=_SEED,
            speed=self._speed,
            patient_kg=_PATIENT_KG,
        )
        try:
            return self._run_with(app, simulator, causes, is_off_screen=is_off_screen)
        finally:
            simulator.stop()

    def _run_with(
        self,
        app: QApplication,
        simulator: Simulator,
        causes: Sequence[str],
        *,
        is_off_screen: bool,
    ) -> int:
        site = settings.load()
        theme = theme_for(app, site.theme)
        dress(app, theme)
        clock, bridge = self._clock(), Bridge()
        # Off screen nobody is there to hear, and a machine without speakers misses nothing.
        voice = (
            None if is_off_screen else OneVoice(self._make_voice, volume_pct=site.alarm_volume_pct)
        )
        sittings = Sittings(
            hub=self._hub,
            clock=clock,
            limits=load_default(),
            house=self._record,
            keeper=self._keeper,
            chair=CHAIR,
            observers=(bridge, self._witness),
            voice=voice,
        )
        self._keeper.remember(chair=CHAIR)
        gone_on = go_on(sittings, self._keeper)
        shell = self._make_shell(theme, clock, bridge, sittings, simulator, voice)
        shell.resize(app.primaryScreen().size())
        DemoNurse(shell, clock, reads_s=_READS_OFF_SCREEN_S if is_off_screen else _READS_S)
        pump = SimulatedPump(simulator)
        shell.framed.connect(lambda: pump.follow(shell.session))
        gone_on.show_on(shell)
        grabbed = self._show(app, shell, is_off_screen=is_off_screen)
        shell.leave(*causes[:1])
        if voice is not None:
            voice.close()
        return self._report(sittings, grabbed)

    def _make_shell(
        self,
        theme: Theme,
        clock: Clock,
        bridge: Bridge,
        sittings: Sittings,
        simulator: Simulator,
        voice: OneVoice | None,
    ) -> Shell:
        def make_setup(theme: Theme) -> SetupPage:
            monitors = SimulatedMonitors(theme, simulator.addresses, self._hub.protocols())
            return SetupPage(
                theme, chair=CHAIR, monitors=monitors, form=DEMONSTRATION, mode_words=_MODE_WORDS
            )

        shell = Shell(
            theme,
            clock=clock,
            bridge=bridge,
            make_setup=make_setup,
            begin=sittings.begin,
            keeper=self._keeper,
            around=lambda: Around(
                person=DEMONSTRATION_NURSE,
                alarm_volume_pct=100 if voice is None else voice.volume_pct,
            ),
            test_sound=None if voice is None else voice.test,
        )
        shell.setWindowTitle("kmonitor demonstration")
        if voice is not None:
            Bell(shell)
            shell.framed.connect(voice.begin, Qt.ConnectionType.SingleShotConnection)
        return shell

    def _show(self, app: QApplication, shell: Shell, *, is_off_screen: bool) -> QPixmap:
        """Run Qt until the time is over, the window is closed or a signal comes."""
        if is_off_screen:
            shell.show()
        else:
            shell.showMaximized()
        shell.framed.connect(lambda: self._grab_if_asked_to_close(shell))
        left_s = self._seconds_left()
        if left_s is not None:
            QTimer.singleShot(round(left_s * 1000), app, lambda: app.exit(0))
        with hearing_faults(shell.take_fault):
            app.exec()
        return self._grabbed or shell.grab()

    def _grab_if_asked_to_close(self, shell: Shell) -> None:
        """The picture shows the session, not the window that is about to close over it."""
        if self._grabbed is None and self._keeper.asked_to_close is not None:
            self._grabbed = shell.grab()

    def _report(self, sittings: Sittings, grabbed: QPixmap) -> int:
        """Count in the record, write the picture, print; after everything has been stopped."""
        if not sittings.session_ids:
            print("No session was opened.", file=sys.stderr)
            return 1
        summary = summarise(self._record.path, sittings.session_ids)
        if self._picture is not None:
            save_picture(grabbed, self._picture)
        lines = summary_lines(summary, self._witness.phases, self._record.path, self._picture)
        print("\n".join(lines), flush=True)
        if self._picture is not None and is_blank(grabbed.toImage()):
            print("The picture is blank.", file=sys.stderr)
            return 1
        if summary.is_empty:
            print("No readings came, or no rows were kept.", file=sys.stderr)
            return 1
        return 0


class SimulatedPump:
    """Stands in for the pump of the demonstration: gives what people declared."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._told: Decimal | None = None  # a simulator from before a restart may be told another

    def follow(self, session: Session | None) -> None:
        """Tell the simulated patient when the rate has changed."""
        rate = Decimal(0)
        if session is not None and session.infusion is not None:
            plan = session.infusion.plan
            given_mg_per_h = current_rate_ml_per_h(session.infusion) * plan.concentration_mg_per_ml
            rate = given_mg_per_h / plan.weight_kg
        if rate != self._told:
            self._told = rate
            self._simulator.infuse(rate)


def _say_off_screen(seconds: float, picture: Path) -> None:
    print(
        f"No display: the same window runs off screen for {seconds:g} s; "
        f"its picture goes to {picture}.",
        file=sys.stderr,
        flush=True,
    )
