"""Which monitors are listened to: named by the simulator, or chosen as port and protocol."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.ports import ProtocolFacts
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.monitors import (
    MOST_MONITORS,
    MonitorEntry,
    Monitors,
    read_monitors,
    tells_cuff,
)
from ui.theme import Role, Theme


class SimulatedMonitors(QWidget):
    """Names the simulated monitors; nothing to choose."""

    changed = Signal()

    def __init__(
        self, theme: Theme, addresses: Sequence[str], protocols: Sequence[ProtocolFacts] = ()
    ) -> None:
        super().__init__()
        self._addresses = tuple(addresses)
        spoken = (address.rpartition(":")[2] for address in self._addresses)
        self._tells_cuff = any(tells_cuff(protocol, protocols) for protocol in spoken)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Words(theme, "Monitors"))
        listed = ", ".join(self._addresses)
        layout.addWidget(Words(theme, f"Simulated: {listed}", role=Role.TEXT_QUIET))

    @property
    def monitors(self) -> Monitors:
        """The simulator's addresses."""
        return Monitors(self._addresses, tells_cuff=self._tells_cuff)

    def take_focus(self) -> None:
        """There is nothing to type here."""


class ChosenMonitors(QWidget):
    """Two pairs of port and protocol in one row; the second may stay empty."""

    changed = Signal()

    def __init__(self, theme: Theme, protocols: Sequence[ProtocolFacts]) -> None:
        super().__init__()
        self._protocols = tuple(protocols)
        self._rows: list[tuple[TextField, QComboBox]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(Words(theme, "Monitors: port and protocol; a second one if there is one"))
        row = QHBoxLayout()
        row.setSpacing(2 * theme.sizes.pad_px)
        for number in range(1, MOST_MONITORS + 1):
            row.addLayout(self._pair(theme, number, protocols), 1)
        layout.addLayout(row)

    @property
    def monitors(self) -> Monitors:
        """What is chosen now."""
        return read_monitors(
            [MonitorEntry(field.text(), str(box.currentData() or "")) for field, box in self._rows],
            self._protocols,
        )

    def take_focus(self) -> None:
        """Type the first port."""
        self._rows[0][0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _pair(self, theme: Theme, number: int, protocols: Sequence[ProtocolFacts]) -> QHBoxLayout:
        field = TextField(theme, name=f"port_{number}", accessible=f"Port of monitor {number}")
        field.setPlaceholderText("port" if number == 1 else "second port")
        box = QComboBox()
        box.setObjectName(f"protocol_{number}")
        box.setAccessibleName(f"Protocol of monitor {number}")
        box.setFont(theme.text_font(theme.sizes.text_px))
        box.setMinimumHeight(field.height())
        for facts in protocols:
            box.addItem(f"{facts.name} ({facts.title})", facts.name)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.view().setMinimumWidth(box.sizeHint().width())
        field.textChanged.connect(lambda _text: self.changed.emit())
        field.returnPressed.connect(self.focusNextChild)
        box.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self._rows.append((field, box))
        pair = QHBoxLayout()
        pair.setSpacing(theme.sizes.gap_px // 2)
        pair.addWidget(field, 5)
        pair.addWidget(box, 4)
        return pair
