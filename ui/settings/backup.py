"""Backups: the folder, the newest one and how it went, and one now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from kmonitor.access import Right
from kmonitor.clock import monotonic_s
from kmonitor.errors import WorldError
from kmonitor.ports import BackupResult, HouseState
from ui.controls.file_dialog import show_beside
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.settings.desk import SettingsDesk
from ui.settings.section import Section, StateBlock
from ui.settings.words import backup_words
from ui.theme import Theme

_TICK_MS = 250
_NO_FOLDER = "No folder has been chosen; backups are not made."


class BackupSection(Section):
    """A backup takes seconds and is made elsewhere; the screen counts them."""

    def __init__(self, theme: Theme, desk: SettingsDesk, zone: tzinfo) -> None:
        super().__init__(theme)
        self._desk = desk
        self._zone = zone
        self._begun_s: float | None = None
        self.state = StateBlock(theme, name="backup_state")
        self.now = Key(theme, "Back up now", name="back_up")
        self._folder = Words(theme)
        self._folder.setObjectName("backup_folder")
        self.choose = Key(theme, "Choose a folder", name="choose_folder")
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_progress)
        self.row("Backup", self.state, self.now)
        self.row(
            "Folder",
            self._folder,
            self.choose,
            says="After each session a copy is made there, checked by opening it.",
        )
        self.column.addStretch(1)
        self.now.clicked.connect(self._back_up)
        self.choose.clicked.connect(self._ask_folder)
        desk.changed.connect(lambda _settings: self._show_folder())
        self._show_folder()

    def show_now(self) -> None:
        """How the newest went, and where the next will lie."""
        self._show_folder()
        house = self._desk.house
        if self._begun_s is None and house.state is HouseState.READY:
            self._desk.errands.run(house.last_backup, self._show_last, self._failed)

    def _show_folder(self) -> None:
        folder = self._desk.settings.backup_folder
        is_ready = self._desk.house.state is HouseState.READY
        self._folder.say(_NO_FOLDER if folder is None else str(folder))
        self.now.setEnabled(folder is not None and is_ready and self._begun_s is None)

    def _show_last(self, last: BackupResult | None) -> None:
        headline, sentence, is_loud = backup_words(last, self._zone)
        self.state.say(headline, sentence, is_loud=is_loud)

    def _failed(self, error: WorldError) -> None:
        self._desk.said.emit(str(error))

    def _back_up(self) -> None:
        folder = self._desk.settings.backup_folder
        if folder is not None:
            self._desk.ask(Right.BACK_UP, lambda: self._begin(folder))

    def _begin(self, folder: Path) -> None:
        self._begun_s = monotonic_s()
        self.now.setEnabled(False)
        self._timer.start()
        self._show_progress()
        self._desk.back_up(folder, self._done)

    def _show_progress(self) -> None:
        if self._begun_s is not None:
            self.now.say("Backing up", f"{monotonic_s() - self._begun_s:.0f} s")

    def _done(self, result: BackupResult | None) -> None:
        self._timer.stop()
        self._begun_s = None
        self.now.say("Back up now")
        self._show_folder()
        self.now.setFocus()
        if result is not None:
            self._show_last(result)

    def _ask_folder(self) -> None:
        def begin() -> None:
            old = self._desk.settings.backup_folder
            choose_folder(self, "Folder for backups", old, self._take_folder)

        self._desk.ask(Right.CHANGE_SETTINGS, begin)

    def _take_folder(self, folder: Path) -> None:
        self._desk.change("Backups go to that folder now.", backup_folder=folder)


def choose_folder(
    parent: QWidget, title: str, at: Path | None, then: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a folder while everything behind goes on."""
    dialog = QFileDialog(parent, title, "" if at is None else str(at))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    show_beside(dialog)
    return dialog
