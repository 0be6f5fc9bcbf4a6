"""Changing the chosen number: typed, stepped, from the baseline, back, default, off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.alarms.limits import Judged
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.number_pad import NumberPad
from ui.controls.themed import Words
from ui.icons import draw_icon
from ui.limits.draft import Spot
from ui.limits.number_row import NumberRow
from ui.limits.view_model import Editor
from ui.theme import Role, Theme

DELAY_STEP_S = 5
_STEPS = {
    Judged.PULSE_RATE: 5, Judged.NIBP_SYSTOLIC: 5, Judged.NIBP_DIASTOLIC: 5, Judged.NIBP_MEAN: 5
}  # fmt: skip
_OFFSET = 20


class LimitEditor(QWidget):
    """Every signal is one wish of a person; what comes of it is shown by `show_editor`.

    `limit_typed` and `delay_typed` carry the text, `offset_typed` the distance from the baseline.
    """

    limit_typed = Signal(str)
    delay_typed = Signal(str)
    offset_typed = Signal(str)
    sibling_chosen = Signal(object)
    back_asked = Signal()
    default_asked = Signal()
    switch_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: Editor | None = None
        self._siblings: tuple[tuple[Spot, str], ...] = ()
        self._choice: ChoiceRow | None = None
        self._offset = ""
        self.title = Words(theme, size="large")
        self.says = Words(theme, role=Role.TEXT_QUIET)
        self.live = Words(theme)
        self.relative = Words(theme, size="small", role=Role.TEXT_QUIET)
        self.limit = NumberRow(theme, name="limit", step=1)
        self.delay = NumberRow(theme, name="delay", step=DELAY_STEP_S)
        self.trouble = Words(theme)
        self.trouble.setObjectName("limit_trouble")
        self.pad = NumberPad(theme, has_point=False)
        self.from_baseline = Key(theme, "From baseline", name="from_baseline")
        self.from_baseline.setCheckable(True)
        self.back = Key(theme, "Undo", name="limit_back")
        self.default = Key(theme, "Default", name="limit_default")
        self.switch = SwitchKey(theme)
        self._typing = self.limit
        self._lay_out()
        self._connect()

    def show_editor(self, shown: Editor, judged: Judged, *, trouble: str = "") -> None:
        """Bring everything up to date; `trouble` is of what is typed and cannot be read."""
        is_other = self._shown is None or self._shown.spot != shown.spot
        self._shown = shown
        if is_other:
            self.from_baseline.setChecked(False)
            self._typing = self.limit if shown.limit is not None else self.delay
        self.title.say(shown.title)
        self.says.say(shown.says)
        self.live.say(shown.live if not shown.history else f"{shown.live}. {shown.history}")
        self._show_siblings(shown)
        self._show_limit(shown, _STEPS.get(judged, 1), is_typed_wrong=bool(trouble))
        self.delay.setVisible(shown.delay is not None)
        self.limit.setVisible(shown.limit is not None)
        if not self._is_being_typed(self.delay, trouble):
            self.delay.show_number(
                shown.delay or "", caption="Delay, s", name=f"{shown.alarm}: delay, seconds",
                step=DELAY_STEP_S,
            )  # fmt: skip
        said = trouble or shown.trouble
        self.trouble.say(said)
        self.trouble.setVisible(bool(said))
        self.relative.setVisible(bool(shown.relative) and not said)
        self.relative.say(shown.relative)
        self.limit.field.mark(is_wrong=bool(said) and self._typing is self.limit)
        self.delay.field.mark(is_wrong=bool(said) and self._typing is self.delay)
        self._show_keys(shown)

    def take_focus(self) -> None:
        """Type the limit, or the delay where the limit is fixed."""
        row = self.delay if self.limit.isHidden() else self.limit
        row.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, digit: str) -> None:
        """Type the number, with this as its first digit if there is one."""
        self.take_focus()
        if digit:
            self._typing.take_from_pad(digit)

    def _show_limit(self, shown: Editor, step: int, *, is_typed_wrong: bool) -> None:
        caption = f"Limit, {shown.unit}" if shown.unit else "Limit"
        text = shown.limit or ""
        if self.from_baseline.isChecked() and shown.baseline is not None:
            sign = "+" if self._is_high(shown) else "−"
            caption = f"Baseline {shown.baseline:g} {sign} … = {text}"
            text = self._offset
        if not (is_typed_wrong and self._typing is self.limit):
            self.limit.show_number(text, caption=caption, name=f"{shown.alarm}: limit", step=step)
        self.limit.caption.say(caption)

    def _is_being_typed(self, row: NumberRow, trouble: str) -> bool:
        return bool(trouble) and self._typing is row

    def _is_high(self, shown: Editor) -> bool:
        return shown.spot.condition.is_high

    def _show_siblings(self, shown: Editor) -> None:
        if shown.others != self._siblings or (self._choice is None and shown.others):
            self._siblings = shown.others
            self._make_choice()
        spots = [spot for spot, _ in self._siblings]
        if self._choice is not None and shown.spot in spots:
            self._choice.choose(spots.index(shown.spot))

    def _make_choice(self) -> None:
        old, self._choice = self._choice, None
        if old is not None:
            self._choices.removeWidget(old)
            old.hide()
            old.deleteLater()
        if self._siblings:
            titles = [words for _, words in self._siblings]
            self._choice = ChoiceRow(self._theme, titles, name="same_priority")
            self._choice.chosen.connect(
                lambda place: self.sibling_chosen.emit(self._siblings[place][0])
            )
            self._choices.addWidget(self._choice)

    def _show_keys(self, shown: Editor) -> None:
        self.from_baseline.setVisible(shown.baseline is not None)
        self.back.say(shown.back or "Undo")
        self.back.setEnabled(bool(shown.back))
        self.default.say("Default", f"all of {shown.row}")
        self.default.setEnabled(shown.can_default)
        self.switch.show_state(shown.alarm, is_off=shown.is_off)

    def _toggle_baseline(self, is_on: bool) -> None:
        """From now on the field holds the distance; the limit follows at once."""
        shown = self._shown
        if shown is None or shown.baseline is None:
            return
        if is_on:
            limit = float(shown.limit or 0)
            far = limit - shown.baseline if self._is_high(shown) else shown.baseline - limit
            self._offset = f"{far:g}" if far > 0 else str(_OFFSET)
            self.offset_typed.emit(self._offset)
        else:
            self.limit_typed.emit(shown.limit or "")
        self.take_focus()

    def _typed(self, text: str) -> None:
        self._typing = self.limit
        if self.from_baseline.isChecked():
            self._offset = text
            self.offset_typed.emit(text)
        else:
            self.limit_typed.emit(text)

    def _delay_typed(self, text: str) -> None:
        self._typing = self.delay
        self.delay_typed.emit(text)

    def _type_into(self, row: NumberRow) -> None:
        self._typing = row

    def _take_from_pad(self, what: str) -> None:
        self._typing.take_from_pad(what)

    def _connect(self) -> None:
        self.limit.typed.connect(self._typed)
        self.delay.typed.connect(self._delay_typed)
        for row in (self.limit, self.delay):
            row.entered.connect(lambda row=row: self._type_into(row))
            row.done.connect(self.left)
        self.pad.typed.connect(self._take_from_pad)
        self.from_baseline.toggled.connect(self._toggle_baseline)
        self.back.clicked.connect(self.back_asked)
        self.default.clicked.connect(self.default_asked)
        self.switch.clicked.connect(self.switch_asked)

    def _lay_out(self) -> None:
        sizes = self._theme.sizes
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(round(sizes.pad_px * 0.6))
        for words in (self.title, self.says, self.live):
            whole.addWidget(words)
        self._choices = QHBoxLayout()
        numbers = QVBoxLayout()
        numbers.setSpacing(sizes.pad_px // 2)
        numbers.addLayout(self._choices)
        numbers.addWidget(self.limit)
        numbers.addWidget(self.delay)
        numbers.addWidget(self.from_baseline)
        numbers.addStretch(1)
        pad = self.pad.layout()
        if pad is not None:
            pad.setSpacing(sizes.gap_px // 2)
        self.pad.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        both = QHBoxLayout()
        both.setSpacing(2 * sizes.pad_px)
        both.addLayout(numbers, 1)
        both.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(both)
        whole.addWidget(self.trouble)
        whole.addWidget(self.relative)
        whole.addStretch(1)
        keys = QGridLayout()
        keys.setSpacing(sizes.gap_px)
        for place, key in enumerate((self.back, self.default, self.switch)):
            keys.addWidget(key, 0, place)
        whole.addLayout(keys)


class SwitchKey(Key):
    """Switches one alarm off or on; the bell says how it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Off", name="limit_switch")
        self._is_off = False

    def show_state(self, alarm: str, *, is_off: bool) -> None:
        """Say what a press does, and of which alarm."""
        self._is_off = is_off
        self.say("Switch on" if is_off else "Switch off", alarm)
        self.setAccessibleName(f"Switch {alarm} {'on' if is_off else 'off'}")
        self.update()

    def _draw_words(self, painter: QPainter) -> None:
        sizes = self._theme.sizes
        px = sizes.text_px * 1.2
        role = Role.TEXT if self.isEnabled() else Role.TEXT_DISABLED
        place = QRectF(sizes.pad_px * 0.7, (self.height() - px) / 2, px, px)
        name = "bell_crossed" if self._is_off else "bell"
        draw_icon(painter, name, place, self._theme.colour(role))
        painter.save()
        painter.translate(px * 0.5, 0)
        super()._draw_words(painter)
        painter.restore()
