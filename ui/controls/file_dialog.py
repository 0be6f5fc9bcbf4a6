"""A file dialog that stops nothing: alarms can be acknowledged while it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog


def show_beside(dialog: QFileDialog) -> None:
    """Show it without taking presses from the window; it goes when it is answered."""
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()
