"""The set-up page: who, how much, from which vial; then the read-back and Confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from kmonitor.alarms.limits import LimitSet
from kmonitor.infusion import InfusionPlan
from kmonitor.limit_sets import OfferedSet
from kmonitor.people import Patient
from ui.controls.key import Key
from ui.controls.themed import Words, retheme
from ui.setup.card_panel import CardPanel
from ui.setup.form import EMPTY, Field, Form
from ui.setup.form_panel import FormPanel
from ui.setup.limit_choice import LimitChoice, LimitsKey, shipped
from ui.setup.monitors_box import ChosenMonitors, SimulatedMonitors
from ui.setup.read_back import ReadBack
from ui.setup.view_model import SetupView, view
from ui.theme import Role, Theme
from ui.widgets.mode_strip import ModeStripWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What was read back and confirmed; `used_anyway` are the soft limits passed on purpose.

    `limits` is the set as it was loaded: every session begins with exactly that.
    """

    patient: Patient
    plan: InfusionPlan
    addresses: tuple[str, ...]
    used_anyway: tuple[str, ...]
    limits: LimitSet
    is_same_arm: bool = False


class SetupPage(QWidget):
    """`confirmed` carries a `Confirmed`; nothing typed is lost when it cannot be carried out.

    `left` is for going back to the start page, where `has_way_back`.
    """

    confirmed = Signal(object)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        chair: str,
        monitors: SimulatedMonitors | ChosenMonitors,
        offers: Sequence[OfferedSet] | None = None,
        form: Form = EMPTY,
        mode_words: str = "",
        has_way_back: bool = False,
    ) -> None:
        """`offers` are the limit sets of this computer; without them the program's own."""
        super().__init__()
        self._has_way_back = has_way_back
        self._theme = theme
        self._chair = chair
        self._trouble = ""
        self._monitors = monitors
        self.limits = LimitChoice(theme, shipped() if offers is None else offers)
        self.limits_key = LimitsKey(theme)
        self.form = FormPanel(theme, form)
        self._card = CardPanel(theme)
        self._read_head = Words(theme, "Read back", size="small", role=Role.TEXT_QUIET)
        self._read_back = ReadBack(theme)
        self.confirm = Key(theme, "Confirm", strong=True, name="confirm")
        self.confirm.say("Confirm", "Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._ask_to_confirm)
        self._lay_out(mode_words)
        self.form.changed.connect(self._show)
        monitors.changed.connect(self._show)
        self.limits.changed.connect(self._show)
        self.limits.done.connect(lambda: self.choose_limits(is_open=False))
        self.limits_key.clicked.connect(lambda: self.choose_limits(is_open=True))
        self.confirm.clicked.connect(self._confirm)
        self._show()

    def complain(self, sentence: str) -> None:
        """Say why what was confirmed could not be carried out; everything stays as typed."""
        self._trouble = sentence
        self._show()
        self._trouble = ""

    def take_focus(self) -> None:
        """Type the patient's label at once."""
        self.form.fields[Field.LABEL].setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """What is typed goes into the first field at once, also where no window manager helps."""
        super().showEvent(event)
        if not event.spontaneous():
            self.window().activateWindow()
            self.take_focus()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        retheme(self, theme)

    def _show(self) -> None:
        now = self._view()
        self.form.show_view(now)
        tells_cuff = self._monitors.monitors.tells_cuff
        self.limits.ask_about_arm(is_asked=tells_cuff)
        self.limits_key.show_choice(self.limits, tells_cuff=tells_cuff)
        self._card.show_card(now.card, now.card_waits)
        says = self._trouble or now.why_not or now.read_back
        is_read_back = says == now.read_back
        self._read_head.say("Read back" if is_read_back else "Not yet")
        self._read_head.set_role(Role.TEXT_QUIET)
        self._read_back.say(says)
        self.confirm.setEnabled(not now.why_not)

    def choose_limits(self, *, is_open: bool) -> None:
        """The choice of the limit set stands where the dose card stands, until it is done."""
        self._right.setCurrentWidget(self.limits if is_open else self._card)
        if is_open:
            self.limits.take_focus()
        else:
            self.limits_key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _view(self) -> SetupView:
        return view(self.form.form, self._monitors.monitors, self._chair, self.limits.limits)

    def _ask_to_confirm(self) -> None:
        """Ctrl+Enter confirms, or goes to what stands in the way and says so."""
        now = self._view()
        if not now.why_not:
            self.confirm.click()
            return
        if now.in_the_way is None:
            self._monitors.take_focus()
        else:
            self.form.go_to(now.in_the_way)
        self._show()
        self._read_head.say("NOT CONFIRMED")
        self._read_head.set_role(Role.TEXT)

    def _confirm(self) -> None:
        now, limits = self._view(), self.limits.limits
        if now.patient is None or now.plan is None or limits is None:
            return
        self.confirmed.emit(
            Confirmed(
                patient=now.patient,
                plan=now.plan,
                addresses=self._monitors.monitors.addresses,
                used_anyway=now.used_anyway,
                limits=limits,
                is_same_arm=self.limits.is_same_arm,
            )
        )

    def _lay_out(self, mode_words: str) -> None:
        theme, pad = self._theme, self._theme.sizes.pad_px
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        strip = ModeStripWidget(theme)
        strip.setFixedHeight(round(theme.sizes.small_px * 1.8))
        strip.show_words(mode_words)
        whole.addWidget(strip)
        outer = QVBoxLayout()
        whole.addLayout(outer, 1)
        outer.setContentsMargins(2 * pad, pad // 2, 2 * pad, pad)
        outer.setSpacing(pad // 2)
        head = QHBoxLayout()
        head.setSpacing(pad)
        head.addWidget(Words(theme, self._chair.upper(), size="large"))
        title = Words(theme, "New session: set-up", size="large", role=Role.TEXT_QUIET)
        head.addWidget(title, 1)
        outer.addLayout(head)
        middle = QHBoxLayout()
        middle.setSpacing(2 * pad)
        middle.addWidget(self._scrolled(), 8)
        middle.addLayout(self._right_side(), 5)
        outer.addLayout(middle, 1)
        outer.addLayout(self._foot())

    def _right_side(self) -> QVBoxLayout:
        """The dose card or the choice of limits, and under it what is chosen."""
        self._right = QStackedLayout()
        self._right.addWidget(self._card)
        self._right.addWidget(self.limits)
        right = QVBoxLayout()
        right.setSpacing(self._theme.sizes.pad_px)
        right.addLayout(self._right, 1)
        right.addWidget(self.limits_key)
        return right

    def _way_back(self) -> Key:
        back = Key(self._theme, "Back", name="setup_back")
        back.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        back.clicked.connect(self.left)
        return back

    def _scrolled(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        pad = self._theme.sizes.pad_px
        column.setContentsMargins(0, 0, pad, 0)
        column.setSpacing(2)
        column.addWidget(self.form, 1)
        column.addWidget(self._monitors)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(inner.minimumSizeHint().width() + area.verticalScrollBar().width())
        ground = QWidget()  # to ask for the area's own costs 25 ms: the binding builds all classes
        area.setViewport(ground)
        for surface in (ground, inner):
            surface.setAutoFillBackground(False)
        area.setStyleSheet(_scroll_style(self._theme))
        self._area = area
        area.setWidget(inner)
        for field in self.form.fields.values():
            field.installEventFilter(self)
        return area

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(2 * self._theme.sizes.pad_px)
        if self._has_way_back:
            foot.addWidget(self._way_back())
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._read_head)
        words.addWidget(self._read_back)
        foot.addLayout(words, 3)
        foot.addWidget(self.confirm, 1)
        return foot

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that gets the focus is brought into view."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._area.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)


def _scroll_style(theme: Theme) -> str:
    """A bar that is wide enough to touch and quiet enough to forget."""
    width = theme.sizes.gap_px * 2
    handle = theme.colour(Role.KEY_PRESSED).name()
    ground = theme.colour(Role.PANEL).name()
    return (
        f"QScrollBar:vertical {{ background: {ground}; width: {width}px; }}"
        f"QScrollBar::handle:vertical {{ background: {handle}; min-height: 60px;"
        f" border-radius: {theme.sizes.radius_px}px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
    )
