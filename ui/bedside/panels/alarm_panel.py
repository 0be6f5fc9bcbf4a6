"""Alarms: what was done about one, which are there, the sound, and what was; over the trend."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QSizePolicy, QWidget

from kmonitor.alarm_acts import AlarmAnswer
from kmonitor.clock import Instant, monotonic_s
from kmonitor.session_state import Session
from ui.bedside.panels.alarm_keys import AnswerButton
from ui.bedside.panels.alarm_list import AlarmList
from ui.bedside.panels.panel import Panel
from ui.bedside.view_models.alarm_answers import AnswerKey
from ui.bedside.view_models.alarm_panel import AlarmPanelModel, alarm_panel
from ui.controls.guard import hand_on_focus
from ui.controls.key import Key
from ui.controls.scrolled import Scrolled
from ui.controls.themed import Words
from ui.theme import Role, Theme
from ui.widgets.sheet import shortened

ONE_ANSWER_S = 0.6
_COLUMNS = 5
_LETTERS = "1234567890"


class AlarmPanel(Panel):
    """`answered` gives an occurrence and what was done, `asked` a key of the desk.

    `about` is the occurrence that the action row means; it stays with that one while somebody
    answers, whatever else begins.
    """

    answered = Signal(int, AlarmAnswer)
    acknowledged = Signal(int)
    asked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        session: Session,
        now: Instant,
        *,
        about: int | None,
        may_switch: Callable[[], bool],
    ) -> None:
        super().__init__(theme, "Alarms")
        self.about = about
        self._may_switch = may_switch
        self._given: tuple[int | None, AlarmAnswer] | None = None
        self._given_s = 0.0
        self._session, self._now = session, now
        self._model = self._made()
        self._answers: list[AnswerButton] = []
        self.title.hide()
        self._title = OneLine(theme, size="large")
        self._done = OneLine(theme, size="small", role=Role.TEXT_QUIET)
        self._remedy = Key(theme, "", name="alarm_remedy", strong=True)
        self._list = AlarmList(theme)
        self._sound = Key(theme, "", name="alarm_sound")
        self._off = Key(theme, "Alarm sound off", name="alarm_sound_off")
        self._lay_out()
        self._remedy.clicked.connect(self._ask_remedy)
        self._sound.clicked.connect(lambda: self.asked.emit(self._model.sound.key))
        self._off.clicked.connect(lambda: self.asked.emit("switch_sound_off"))
        self._list.chosen.connect(self.choose)
        self._list.acknowledged.connect(self.acknowledged)
        self._show()

    def choose(self, number: int | None) -> None:
        """Let the action row be about another alarm."""
        self.about = number
        self._model = self._made()
        self._show()

    def refresh(self, session: Session, now: Instant) -> None:
        """Alarms come and go, and time runs, while the panel stands."""
        self._session, self._now = session, now
        self._model = self._made()
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down scroll the list wherever the focus is."""
        bar: QScrollBar = self._scrolled.verticalScrollBar()
        steps = {
            Qt.Key.Key_PageDown: bar.value() + bar.pageStep(),
            Qt.Key.Key_PageUp: bar.value() - bar.pageStep(),
            Qt.Key.Key_Home: bar.minimum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        place = steps.get(Qt.Key(event.key()))
        if place is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(place)

    def hasHeightForWidth(self) -> bool:
        """It fills what the prompt leaves, at any width."""
        return False

    def sizeHint(self) -> QSize:
        """As high as may be: the list takes it."""
        return QSize(super().sizeHint().width(), 4000)

    def _lay_out(self) -> None:
        sizes = self.theme.sizes
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.body.setSpacing(round(0.7 * sizes.pad_px))
        self.body.addWidget(self._title)
        self._row = QWidget()
        self._grid = QGridLayout(self._row)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(sizes.gap_px)
        self.body.addWidget(self._row)
        self.body.addWidget(self._done)
        self.body.addWidget(self._remedy)
        self._scrolled = Scrolled(self.theme, self._list)
        self._scrolled.setMinimumHeight(sizes.target_px)
        self._scrolled.setMinimumWidth(0)
        self.body.addWidget(self._scrolled, 1)
        self.foot.addWidget(self._sound, 2)
        self.foot.addWidget(self._off, 1)

    def _made(self) -> AlarmPanelModel:
        model = alarm_panel(self._session, self._now, self.about, may_switch=self._may_switch())
        self.about = model.about
        return model

    def _show(self) -> None:
        model = self._model
        self._title.say(model.title)
        self._show_answers(model.answers)
        self._done.say(model.done)
        self._done.setVisible(bool(model.answers))
        if model.remedy is None:
            hand_on_focus(self._remedy, self.back)
        else:
            self._remedy.say(model.remedy.label)
        self._remedy.setVisible(model.remedy is not None)
        for key in self._list.show_model(model):
            key.installEventFilter(self._scrolled)
        self._sound.say(model.sound.label)
        if not model.sound.can_switch_off:
            hand_on_focus(self._off, self.back)
        self._off.setVisible(model.sound.can_switch_off)

    def _show_answers(self, shown: tuple[AnswerKey, ...]) -> None:
        if not self._answers and shown:
            for place, each in enumerate(shown):
                self._grid.addWidget(self._answer_key(place, each), *divmod(place, _COLUMNS))
        for key, each in zip(self._answers, shown, strict=False):
            if not each.is_usable:
                hand_on_focus(key, self.back)
            key.show_key(each)
        if not shown and self._row.isAncestorOf(self._row.focusWidget() or self):
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._row.setVisible(bool(shown))

    def _answer_key(self, place: int, shown: AnswerKey) -> AnswerButton:
        key = AnswerButton(self.theme, shown, _LETTERS[place])
        key.clicked.connect(lambda: self._answer(shown.answer))
        self._answers.append(key)
        return key

    def _answer(self, answer: AlarmAnswer) -> None:
        """A double press is one answer."""
        real_s = monotonic_s()
        is_again = self._given == (self.about, answer) and real_s - self._given_s < ONE_ANSWER_S
        self._given, self._given_s = (self.about, answer), real_s
        if self.about is not None and not is_again:
            self.answered.emit(self.about, answer)

    def _ask_remedy(self) -> None:
        if self._model.remedy is not None:
            self.asked.emit(self._model.remedy.key)


class OneLine(Words):
    """A line that is shortened to its room and keeps the whole for who reads it aloud."""

    def __init__(self, theme: Theme, *, size: str, role: Role = Role.TEXT) -> None:
        self._whole = ""
        super().__init__(theme, size=size, role=role)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Show `text`; a repeated text costs nothing."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().say(shortened(self.font(), self._whole, self.width() - 2))
