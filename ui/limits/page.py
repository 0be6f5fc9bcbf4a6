"""The limits of the session that runs: seen beside the live numbers, changed, switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from kmonitor.access import Right
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.suppression import is_alarm_off
from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.controls.key import Key
from ui.controls.page_frame import PageFrame
from ui.limits.draft import Draft, Spot, rule_of
from ui.limits.editor import LimitEditor
from ui.limits.table import LimitTable
from ui.limits.view_model import baseline_of, editor, first_spot, rows
from ui.people.gate import Gate
from ui.theme import Theme

NOT_A_NUMBER = "Whole numbers only."


class Acts(Protocol):
    """What of `ui.actions.Actions` this page asks for."""

    def change_limits(self, limits: LimitSet, words: str) -> None:
        """Other limits for the session."""

    def switch_alarm(self, condition: Condition, *, is_on: bool) -> None:
        """One alarm off, or on again."""


class LimitsPage(PageFrame):
    """Changes are collected, named at the foot, and used together by one key.

    `told` is called with a sentence when the page is left while something waits that is not used.
    """

    def __init__(
        self,
        theme: Theme,
        acts: Acts,
        gate: Gate,
        session: Session,
        now: Instant,
        *,
        began_with: LimitSet | None,
        name_of: Callable[[str], str] = str,
        told: Callable[[str], None] = lambda _words: None,
    ) -> None:
        super().__init__(theme, "Alarm limits")
        self._acts, self._gate, self._name_of, self._told = acts, gate, name_of, told
        self._session, self._now, self._is_frozen = session, now, False
        known = began_with is not None and began_with.sha256 == session.limits.sha256
        self.draft = Draft(
            now=session.limits, wanted=session.limits, began_with=began_with if known else None
        )
        self.spot = first_spot(rows(session, self.draft, now))
        self._typed_wrong = ""
        self._asked: LimitSet | None = None
        self._waiting: Callable[[], None] | None = None
        self._is_warned = False
        self.table = LimitTable(theme)
        self.editor = LimitEditor(theme)
        self.undo = Key(theme, "Undo all", name="limits_undo")
        self.default_all = Key(theme, "All default", name="limits_default_all")
        self.use = Key(theme, "Use these limits", name="limits_use", strong=True)
        self.use.say("Use these limits", "Ctrl+Enter")
        self._lay_out()
        self._connect()
        self._show()

    def show_session(self, session: Session, now: Instant, *, is_frozen: bool = False) -> None:
        """What the program knows; limits are shown as used once the session has them."""
        self._session, self._now, self._is_frozen = session, now, is_frozen
        if session.limits != self.draft.now:
            if session.limits == self._asked:
                self.say(f"In use: {_arrowed(self.draft.words)}")
                self._asked = None
            self.draft = self.draft.follow(session.limits)
        self._show()

    def choose(self, spot: Spot) -> None:
        """Another number; one that could not be read is given up."""
        self.spot = spot
        self._typed_wrong = ""
        self._show()

    def leave(self) -> None:
        """Once it says what is not used; the second press leaves it unused."""
        if self.draft.is_changed and self._asked is None and not self._is_warned:
            self._is_warned = True
            self.say(f"Not used yet: {_arrowed(self.draft.words)}. Back again leaves it unused.")
            return
        super().leave()

    def hideEvent(self, event: QHideEvent) -> None:
        """However the page is left: what waits is said, what was asked of a gate is not done."""
        super().hideEvent(event)
        if event.spontaneous():
            return
        if self._waiting is not None:
            self._gate.give_up(self._waiting)
            self._waiting = None
        if self.draft.is_changed and self._asked is None:
            self._told(f"Limits not changed: {_arrowed(self.draft.words)} was not used.")

    def take_focus(self) -> None:
        """On the chosen number."""
        self.table.take_focus()

    def _ask(self, right: Right, act: Callable[[], None]) -> None:
        def then() -> None:
            self._waiting = None
            act()

        self._waiting = then
        self._gate.ask(right, then)

    def _ask_to_use(self) -> None:
        if self.use.isEnabled():
            self._ask(Right.RUN_SESSION, self._use)

    def _use(self) -> None:
        """Looked at again: somebody may have signed in meanwhile, and the session gone on."""
        if not self.draft.is_changed or self.draft.trouble or self._typed_wrong:
            return
        self._asked = self.draft.wanted
        self._acts.change_limits(self.draft.wanted, self.draft.words)
        self._show()

    def _ask_to_switch(self) -> None:
        """Off only by who may do that; on again by whoever runs the session."""
        condition = self.spot.condition
        is_off = is_alarm_off(self._session.alarms, condition)
        right = Right.RUN_SESSION if is_off else Right.SWITCH_ALARMS
        self._ask(right, lambda: self._acts.switch_alarm(condition, is_on=is_off))

    def _change(self, change: Callable[[Draft], Draft]) -> None:
        self._typed_wrong = ""
        self._set(change(self.draft))

    def _set(self, draft: Draft) -> None:
        self.draft = draft
        self._is_warned = False
        self._asked = None
        self.say("")
        self._show()

    def _type(self, text: str, change: Callable[[float], Draft]) -> None:
        text = text.strip()
        if not (text.isascii() and text.isdigit()):
            self._typed_wrong = NOT_A_NUMBER
            self._show()
            return
        self._typed_wrong = ""
        self._set(change(float(text)))

    def _type_limit(self, text: str) -> None:
        self._type(text, lambda number: self.draft.with_limit(self.spot, number))

    def _type_delay(self, text: str) -> None:
        self._type(text, lambda number: self.draft.with_delay(self.spot, number))

    def _type_offset(self, text: str) -> None:
        rule = rule_of(self.draft.wanted, self.spot.condition)
        baseline = baseline_of(self._session, rule.judged)
        if baseline is None:
            return
        way = 1 if rule.is_high else -1
        self._type(text, lambda number: self.draft.from_baseline(self.spot, baseline, way * number))

    def _restore_row(self) -> None:
        judged = rule_of(self.draft.wanted, self.spot.condition).judged
        self._change(lambda draft: draft.restored(judged))

    def _show(self) -> None:
        session, draft, now = self._session, self.draft, self._now
        frozen = self._is_frozen
        self.table.show_rows(rows(session, draft, now, is_frozen=frozen), self.spot)
        rule = rule_of(draft.wanted, self.spot.condition)
        shown = editor(session, draft, self.spot, now, name_of=self._name_of, is_frozen=frozen)
        self.editor.show_editor(shown, rule.judged, trouble=self._typed_wrong)
        changed = " · changed" if session.are_limits_changed else ""
        self.title.say(f"Alarm limits: {session.limits.full_title}{changed}")
        self._show_foot()

    def _show_foot(self) -> None:
        draft, is_asked = self.draft, self._asked is not None
        self.use.setEnabled(
            draft.is_changed and not draft.trouble and not self._typed_wrong and not is_asked
        )
        self.undo.setEnabled(draft.is_changed and not is_asked)
        self.default_all.setEnabled(draft.can_be_restored)
        if draft.is_changed and not self._is_warned:
            head = (
                "Being used" if is_asked else "Cannot be used" if draft.trouble else "Not used yet"
            )
            self.say(f"{head}: {draft.trouble or _arrowed(draft.words)}")

    def _connect(self) -> None:
        self.table.chosen.connect(self.choose)
        self.table.entered.connect(self.editor.begin)
        made = self.editor
        made.limit_typed.connect(self._type_limit)
        made.delay_typed.connect(self._type_delay)
        made.offset_typed.connect(self._type_offset)
        made.sibling_chosen.connect(self.choose)
        made.back_asked.connect(lambda: self._change(lambda draft: draft.back(self.spot)))
        made.default_asked.connect(self._restore_row)
        made.switch_asked.connect(self._ask_to_switch)
        made.left.connect(self.table.take_focus)
        self.undo.clicked.connect(lambda: self._change(Draft.undone))
        self.default_all.clicked.connect(lambda: self._change(Draft.all_restored))
        self.use.clicked.connect(self._ask_to_use)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._ask_to_use)
        self._gate.refused.connect(self.say)

    def _lay_out(self) -> None:
        sizes = self.theme.sizes
        both = QHBoxLayout()
        both.setSpacing(2 * sizes.pad_px)
        both.addWidget(self.table, 13)
        both.addWidget(self.editor, 10)
        self.body.addLayout(both, 1)
        self.title.set_size("large")
        for key, stretch in ((self.undo, 1), (self.default_all, 1), (self.use, 2)):
            self.foot.addWidget(key, stretch)


def _arrowed(words: str) -> str:
    return words.replace("->", "→")
