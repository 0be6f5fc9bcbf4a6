"""The audit viewer: who did what, filtered by words and person, exported as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from kmonitor.access import Right
from kmonitor.errors import WorldError
from kmonitor.people import LOCKED, PROGRAM, Person
from kmonitor.ports import AuditEntry, HouseState
from kmonitor.record_house import RecordHouse
from ui.audit.model import AuditModel
from ui.audit.table import AuditTable, WhoBox
from ui.audit.words import empty_words, spoken, who_choices
from ui.controls.file_dialog import show_beside
from ui.controls.key import Key
from ui.controls.page_frame import PageFrame
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.errands import Errands
from ui.people.gate import Gate
from ui.theme import Role, Theme

_TYPING_ENDS_MS = 250
_NO_RECORD = "The record cannot be read now."


class AuditPage(PageFrame):
    """For technicians and clinicians; everybody else sees why not, and the way to sign in."""

    def __init__(self, theme: Theme, *, house: RecordHouse, gate: Gate, zone: tzinfo) -> None:
        super().__init__(theme, "Audit trail")
        self._house = house
        self._gate = gate
        self._zone = zone
        self._asked = 0
        self._errands = Errands(self)
        self.model = AuditModel(zone, self._fetch, self)
        self.words = TextField(theme, name="audit_words", accessible="Words to look for")
        self.words.setPlaceholderText("Words to look for")
        self.who = WhoBox(theme)
        self.table = AuditTable(theme, self.model)
        self.empty = Words(theme, size="large", role=Role.TEXT_QUIET)
        self.empty.setObjectName("audit_empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sign_in = Key(theme, "Sign in", name="audit_sign_in", strong=True)
        self.export = Key(theme, "Export as CSV", name="audit_export")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_ENDS_MS)
        self._lay_out()
        self._connect()

    def ask(self) -> None:
        """Read from the newest on, with what is typed and chosen."""
        self._typing.stop()
        self.say("")
        self.model.begin()

    def showEvent(self, event: QShowEvent) -> None:
        """What stands there is read anew each time."""
        super().showEvent(event)
        if not event.spontaneous():
            self._open()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was asked of a page that is left is not done."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._gate.give_up(self._begin)
            self._gate.give_up(self._open_file_dialog)

    def take_focus(self) -> None:
        """Type what is looked for."""
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self) -> None:
        """The page goes: what is under way is waited for."""
        self._typing.stop()
        self._errands.finish()

    def _open(self) -> None:
        self._show_empty("Only clinicians and technicians can see this.", is_locked=True)
        self.sign_in.setFocus(Qt.FocusReason.OtherFocusReason)
        self._gate.ask(Right.SEE_AUDIT, self._begin)

    def _begin(self) -> None:
        if self._house.state is not HouseState.READY:
            self._show_empty(_NO_RECORD)
            return
        self._enable(is_enabled=True)
        accounts = self._house.accounts
        self._errands.run(
            lambda: accounts.people(with_inactive=True), self._show_people, self._failed
        )
        self.take_focus()
        self.ask()

    def _show_people(self, people: Sequence[Person]) -> None:
        self.who.offer(who_choices([*people, LOCKED, PROGRAM]))

    def _fetch(self, limit: int, offset: int) -> None:
        """An answer to a question that nobody asks any more is thrown away."""
        self._asked += 1
        work = partial(
            self._house.audit,
            text=self.words.text().strip(),
            author=self.who.chosen_id,
            limit=limit,
            offset=offset,
        )
        self._errands.run(work, partial(self._take, self._asked), self._failed)

    def _take(self, asked: int, entries: Sequence[AuditEntry]) -> None:
        if asked != self._asked:
            return
        self.model.take(entries)
        has_rows = bool(self.model.entries)
        self.export.setEnabled(has_rows)
        if has_rows:
            self._pages.setCurrentWidget(self.table)
        else:
            is_filtered = bool(self.words.text().strip()) or self.who.chosen_id is not None
            self._show_empty(empty_words(is_filtered=is_filtered))

    def _failed(self, error: WorldError) -> None:
        self.model.fail()
        self.say(str(error))

    def _show_empty(self, sentence: str, *, is_locked: bool = False) -> None:
        self.empty.say(sentence)
        self.sign_in.setVisible(is_locked)
        self._enable(is_enabled=not is_locked)
        self.export.setEnabled(False)
        self._pages.setCurrentIndex(0)

    def _enable(self, *, is_enabled: bool) -> None:
        for widget in (self.words, self.who):
            widget.setEnabled(is_enabled)

    def _show_row(self, now: QModelIndex, _before: QModelIndex) -> None:
        """The row that is chosen, in full, where the table has to shorten it."""
        if now.isValid():
            self.say(spoken(self.model.entries[now.row()], self._zone))

    def _ask_file(self) -> None:
        self._gate.ask(Right.SEE_AUDIT, self._open_file_dialog)

    def _open_file_dialog(self) -> None:
        dialog = QFileDialog(self, "Export the audit trail", "", "CSV table (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("audit-trail.csv")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        show_beside(dialog)

    def export_to(self, path: Path) -> None:
        """Write all rows that fit what is typed and chosen, also those not scrolled to."""
        work = partial(
            self._house.export_audit,
            path,
            by=self._gate.person(),
            text=self.words.text().strip(),
            author=self.who.chosen_id,
        )
        self.export.setEnabled(False)
        self.say("Exporting")
        self._errands.run(work, self._exported, self._not_exported)

    def _exported(self, rows: int) -> None:
        self.export.setEnabled(True)
        self.say(f"{rows} rows exported; that too stands in the audit trail.")

    def _not_exported(self, error: WorldError) -> None:
        self.export.setEnabled(True)
        self.say(str(error))

    def _connect(self) -> None:
        self.words.textChanged.connect(lambda _text: self._typing.start())
        self.words.returnPressed.connect(self.ask)
        self._typing.timeout.connect(self.ask)
        self.who.activated.connect(lambda _place: self.ask())
        self.export.clicked.connect(self._ask_file)
        self.sign_in.clicked.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._show_row)
        self._gate.refused.connect(self.say)

    def _lay_out(self) -> None:
        sizes = self.theme.sizes
        asked = QHBoxLayout()
        asked.setSpacing(sizes.gap_px)
        asked.addWidget(self.words, 3)
        asked.addWidget(self.who, 2)
        self.body.addLayout(asked)
        nothing = QWidget()
        beside = QHBoxLayout(nothing)
        beside.addStretch(1)
        beside.addWidget(self.empty, 3)
        beside.addWidget(self.sign_in, 1)
        beside.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(nothing)
        self._pages.addWidget(self.table)
        self.body.addWidget(self._pages, 1)
        self.foot.addWidget(self.export, 1)
