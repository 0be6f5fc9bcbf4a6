"""Which limit set the session begins with, and whether SpO2 alarms wait for the cuff."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.limit_sets import DEFAULT, OfferedSet, available
from kmonitor.session_vitals import SPO2_NEVER_WAITS_BELOW_PCT, SPO2_WAITS_AT_MOST_S
from ui.bedside.view_models.numeric_tile import limits_words
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.scrolled import Scrolled
from ui.controls.themed import Words
from ui.theme import Role, Theme

SAME_ARM = "SpO2 sensor on the cuff's arm"
SAME_ARM_MEANS = (
    f"SpO2 alarms wait while the cuff inflates: at most {SPO2_WAITS_AT_MOST_S:.0f} s, "
    f"never below {SPO2_NEVER_WAITS_BELOW_PCT} %"
)
NO_SET = "Alarm limits: none can be used"
_TOLD = {Judged.SPO2: "SpO2", Judged.NIBP_SYSTOLIC: "sys", Judged.NIBP_DIASTOLIC: "dia"}
_WAITS = {True: "SpO2 alarms wait for the cuff", False: "SpO2 alarms do not wait for the cuff"}


def shipped() -> tuple[OfferedSet, ...]:
    """The program's own sets, which need no record and no signature."""
    return tuple(available(None, lambda _sha256: None))


def first_chosen(offers: Sequence[OfferedSet]) -> int | None:
    """Where the choice stands at first: on the default set, else on the first usable one."""
    usable = [place for place, each in enumerate(offers) if each.limit_set is not None]
    named = [place for place in usable if offers[place].name == DEFAULT]
    return next(iter([*named, *usable]), None)


def title_of(offer: OfferedSet) -> str:
    """Title and version; the file's name where it cannot be read."""
    contents = offer.contents
    return offer.title if contents is None else contents.full_title


def gist_of(limits: LimitSet) -> str:
    """What to tell the sets apart by, as it will stand beside the numbers."""
    words = ((name, limits_words(*limits.shown(judged))) for judged, name in _TOLD.items())
    return " · ".join(f"{name} {said}" for name, said in words if said)


class LimitChoice(QWidget):
    """Stands in place of the dose card until `done`; `changed` when something was chosen.

    One key a set; those that cannot be used say why and cannot be pressed.
    """

    changed = Signal()
    done = Signal()

    def __init__(self, theme: Theme, offers: Sequence[OfferedSet]) -> None:
        super().__init__()
        self._offers = tuple(offers)
        self.row = ChoiceRow(
            theme, [title_of(each) for each in self._offers], name="limits", columns=1
        )
        self.same_arm = SameArmKey(theme)
        self.close_key = Key(theme, "Done", name="limits_done", letter="Esc")
        self.close_key.setShortcut("")  # only while it has the focus or stands there
        self._lay_out(theme)
        self.row.choose(first_chosen(self._offers))
        self.row.chosen.connect(lambda _place: self.changed.emit())
        self.same_arm.toggled.connect(lambda _is: self.changed.emit())
        self.close_key.clicked.connect(self.done)

    @property
    def limits(self) -> LimitSet | None:
        """The chosen set; None where there is none to choose."""
        return None if self.row.place is None else self._offers[self.row.place].limit_set

    @property
    def is_same_arm(self) -> bool:
        """Whether SpO2 alarms shall wait for the cuff."""
        return self.same_arm.isChecked()

    def ask_about_arm(self, *, is_asked: bool) -> None:
        """Only where a monitor tells about its cuff; what nobody can see any more is not ticked."""
        if not is_asked:
            self.same_arm.setChecked(False)
        self.same_arm.setVisible(is_asked)

    def take_focus(self) -> None:
        """On the chosen one."""
        keys: Sequence[Key] = self.row.keys or [self.close_key]
        keys[self.row.place or 0].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the dose card."""
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, theme: Theme) -> None:
        sizes = theme.sizes
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, sizes.pad_px, 0)
        column.setSpacing(sizes.gap_px)
        column.addWidget(Words(theme, "Alarm limits for this session", size="large"))
        column.addWidget(self.row)
        for key, each in zip(self.row.keys, self._offers, strict=True):
            key.say(title_of(each), gist_of(each.limit_set) if each.limit_set else "")
            key.setAccessibleName(f"alarm limits: {title_of(each)}")
            key.setEnabled(each.limit_set is not None)
            if each.limit_set is None:
                words = f"{title_of(each)} cannot be used. {each.problem}"
                key.setAccessibleDescription(words)
                column.addWidget(Words(theme, words, role=Role.TEXT_QUIET))
        column.addWidget(self.same_arm)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(sizes.pad_px)
        outer.addWidget(Scrolled(theme, inner), 1)
        outer.addWidget(self.close_key)


class LimitsKey(Key):
    """Says which limits the session will begin with; opens the choice."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, NO_SET, name="limits_open")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_choice(self, choice: LimitChoice, *, tells_cuff: bool) -> None:
        """What is chosen now."""
        limits = choice.limits
        waits = _WAITS[choice.is_same_arm] if tells_cuff else "Press to change"
        self.say(NO_SET if limits is None else f"Alarm limits: {limits.full_title}", waits)


class SameArmKey(Key):
    """A box to tick; what it means stands under it, in as many lines as it takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, SAME_ARM, name="same_arm")
        self.setCheckable(True)
        self.setAccessibleDescription(SAME_ARM_MEANS)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """It takes the width that it is given, and is as high as its words."""
        sizes = self._theme.sizes
        title = QFontMetrics(self._theme.text_font(sizes.text_px, 600)).height()
        detail = QFontMetrics(self._theme.text_font(sizes.small_px)).height()
        return QSize(sizes.target_px, max(sizes.target_px, title + 2 * detail + 2 * sizes.pad_px))

    def _draw_words(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        box = sizes.text_px * 1.4
        room = QRectF(self.rect()).adjusted(sizes.pad_px, 4, -sizes.pad_px, -4)
        square = QRectF(room.left(), room.center().y() - box / 2, box, box)
        painter.setPen(theme.colour(Role.TEXT))
        painter.setBrush(theme.colour(Role.PAGE))
        painter.drawRect(square)
        if self.isChecked():
            painter.fillRect(square.adjusted(4, 4, -3, -3), theme.colour(Role.TEXT))
        title, detail = theme.text_font(sizes.text_px, 600), theme.text_font(sizes.small_px)
        line = QFontMetrics(title).height()
        lines = line + 2 * QFontMetrics(detail).height()
        text = room.adjusted(box + sizes.pad_px, (room.height() - lines) / 2, 0, 0)
        painter.setFont(title)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(detail)
        painter.setPen(theme.colour(Role.TEXT_QUIET))
        wrapped = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        painter.drawText(text.adjusted(0, line, 0, 0), wrapped, SAME_ARM_MEANS)
