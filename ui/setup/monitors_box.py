"""Which monitors are listened to: named by the simulator, or chosen as port and protocol."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.ports import ProtocolFacts
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.monitors import MOST_MONITORS, MonitorEntry, Monitors, read_monitors
from ui.theme import Role, Theme


class SimulatedMonitors(QWidget):
    """Names the simulated monitors; nothing to choose."""

    changed = Signal()

    def __init__(self, theme: Theme, addresses: Sequence[str]) -> None:
        super().__init__()
        self._addresses = tuple(addresses)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Words(theme, "Monitors"))
        listed = ", ".join(self._addresses)
        layout.addWidget(Words(theme, f"Simulated: {listed}", role=Role.TEXT_QUIET))

    @property
    def monitors(self) -> Monitors:
        """The simulator's addresses."""
        return Monitors(self._addresses)


class ChosenMonitors(QWidget):
    """Two rows of port and protocol; the second may stay empty."""

    changed = Signal()

    def __init__(self, theme: Theme, protocols: Sequence[ProtocolFacts]) -> None:
        super().__init__()
        self._rows: list[tuple[TextField, QComboBox]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.sizes.pad_px)
        layout.addWidget(Words(theme, "Monitors: port and protocol"))
        for number in range(1, MOST_MONITORS + 1):
            layout.addLayout(self._row(theme, number, protocols))

    @property
    def monitors(self) -> Monitors:
        """What is chosen now."""
        return read_monitors(
            [MonitorEntry(field.text(), str(box.currentData() or "")) for field, box in self._rows]
        )

    def _row(self, theme: Theme, number: int, protocols: Sequence[ProtocolFacts]) -> QHBoxLayout:
        field = TextField(theme, name=f"port_{number}", accessible=f"Port of monitor {number}")
        field.setPlaceholderText("port" if number == 1 else "a second port, or empty")
        box = QComboBox()
        box.setObjectName(f"protocol_{number}")
        box.setAccessibleName(f"Protocol of monitor {number}")
        box.setFont(theme.text_font(theme.sizes.text_px))
        box.setMinimumHeight(field.height())
        for facts in protocols:
            box.addItem(f"{facts.name} ({facts.title})", facts.name)
        field.textChanged.connect(lambda _text: self.changed.emit())
        field.returnPressed.connect(self.focusNextChild)
        box.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self._rows.append((field, box))
        row = QHBoxLayout()
        row.addWidget(field, 2)
        row.addWidget(box, 3)
        return row
