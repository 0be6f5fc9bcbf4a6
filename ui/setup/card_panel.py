"""The dose card: the two numbers that matter most huge, the way to them in small lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.themed import Digits, Words
from ui.setup.card_words import CardWords
from ui.theme import Role, Theme

_HUGE_SHARE, _DRAW_SHARE = 2.5, 1.2
_LEAST_WIDTH_CHARACTERS = 18
_SMALL_LINES = ("Concentration", "Dose rate", "Rounded rate gives")


class CardPanel(QWidget):
    """Shows a card, or why there is none; never an old one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("Dose card")
        self.setMinimumSize(_LEAST_WIDTH_CHARACTERS * theme.sizes.text_px, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._body = QWidget()
        self._dose, self._dose_unit = self._number(_HUGE_SHARE, "mg"), self._unit("mg")
        self._rate, self._rate_unit = self._number(_HUGE_SHARE, "mL/h"), self._unit("mL/h")
        self._draw = self._number(_DRAW_SHARE, "")
        self._dose_how = Words(theme, role=Role.TEXT_QUIET)
        self._rate_how = Words(theme, role=Role.TEXT_QUIET)
        self._draw_how = Words(theme, role=Role.TEXT_QUIET)
        self._small = {name: Words(theme) for name in _SMALL_LINES}
        self._waits = Words(theme, size="large", role=Role.TEXT_QUIET)
        self._waits.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.show_card(None, "")

    def set_theme(self, theme: Theme) -> None:
        """The frame is drawn with it; the words take it by themselves."""
        self._theme = theme
        self.update()

    def show_card(self, card: CardWords | None, waits: str) -> None:
        """Show `card`; without one, `waits` says why."""
        self._body.setVisible(card is not None)
        self._waits.setVisible(card is None)
        self._waits.say(f"No dose card. {waits}")
        if card is None:
            self.setAccessibleDescription(waits)
            return
        self._dose.say(card.dose_mg)
        self._dose_how.say(card.dose_how)
        self._rate.say(card.rate_ml_per_h)
        self._rate_how.say(card.rate_how)
        self._draw.say(card.draw)
        self._draw_how.say(card.draw_how)
        self._small["Concentration"].say(f"{card.concentration} {card.concentration_how}")
        self._small["Dose rate"].say(f"{card.dose_rate} · {card.dose_rate_how}")
        self._small["Rounded rate gives"].say(f"{card.really} {card.really_how}")
        self.setAccessibleDescription(
            f"Dose {card.dose_mg} mg, {card.dose_how}. Draw {card.draw} {card.draw_how}. "
            f"Pump {card.rate_ml_per_h} mL/h, {card.rate_how}."
        )

    def _number(self, share: float, unit: str) -> Digits:
        digits = Digits(self._theme, share=share, role=Role.DRUG if unit == "mg" else Role.TEXT)
        digits.setObjectName(f"card_{unit.replace('/', '_')}" if unit else "card_draw")
        return digits

    def _unit(self, unit: str) -> Words:
        words = Words(self._theme, unit, size="huge")
        words.setWordWrap(False)
        return words

    def _lay_out(self) -> None:
        theme = self._theme
        outer = QVBoxLayout(self)
        pad = 2 * theme.sizes.pad_px
        outer.setContentsMargins(pad, theme.sizes.pad_px, pad, theme.sizes.pad_px)
        outer.addWidget(self._waits, 1)
        outer.addWidget(self._body, 1)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2)
        self._add_number(body, "Dose", self._dose, self._dose_unit, self._dose_how)
        body.addStretch(1)
        self._add_number(body, "Draw up", self._draw, None, self._draw_how)
        body.addStretch(1)
        self._add_number(body, "Pump rate", self._rate, self._rate_unit, self._rate_how)
        body.addStretch(1)
        lines = QGridLayout()
        lines.setHorizontalSpacing(theme.sizes.pad_px)
        lines.setVerticalSpacing(2)
        lines.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (name, words) in enumerate(self._small.items()):
            lines.addWidget(Words(theme, name, size="small", role=Role.TEXT_QUIET), row, 0, top)
            lines.addWidget(words, row, 1, top)
        body.addLayout(lines)

    def _add_number(
        self, body: QVBoxLayout, title: str, number: Digits, unit: Words | None, how: Words
    ) -> None:
        body.addWidget(Words(self._theme, title, role=Role.TEXT_QUIET))
        row = QHBoxLayout()
        row.setSpacing(self._theme.sizes.pad_px)
        row.addWidget(number)
        if unit is not None:
            row.addWidget(unit, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        body.addLayout(row)
        body.addWidget(how)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel behind the card."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._theme.colour(Role.LINE))
            painter.setBrush(self._theme.colour(Role.PANEL))
            radius = self._theme.sizes.radius_px
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        finally:
            painter.end()
