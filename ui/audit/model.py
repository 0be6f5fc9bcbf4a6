"""The rows of the audit trail, fetched page by page as somebody scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kmonitor.ports import AuditEntry
from ui.audit.words import HEADINGS, cells, spoken

PAGE = 200

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[int, int], None]


class AuditModel(QAbstractTableModel):
    """`fetch(limit, offset)` is asked for more; `take` gets what came."""

    def __init__(self, zone: tzinfo, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._fetch = fetch
        self._entries: list[AuditEntry] = []
        self._has_more = False
        self._is_waiting = False

    @property
    def entries(self) -> Sequence[AuditEntry]:
        """What has been fetched so far."""
        return self._entries

    def begin(self) -> None:
        """Another question: forget what is there and ask from the newest on."""
        self.beginResetModel()
        self._entries = []
        self._has_more = False
        self.endResetModel()
        self._is_waiting = True
        self._fetch(PAGE, 0)

    def take(self, entries: Sequence[AuditEntry]) -> None:
        """One page; a short one is the last."""
        self._is_waiting = False
        self._has_more = len(entries) == PAGE
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries.extend(entries)
            self.endInsertRows()

    def fail(self) -> None:
        """Nothing came, and nothing more is asked for by itself."""
        self._is_waiting = self._has_more = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """What has been fetched so far."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """As many as there are headings."""
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell; a screen reader hears the whole row."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(entry, self._zone)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry, self._zone)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The headings."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there may be older rows."""
        return not parent.isValid() and self._has_more and not self._is_waiting

    def fetchMore(self, parent: Index) -> None:
        """The view came to the end of what is there."""
        if self.canFetchMore(parent):
            self._is_waiting = True
            self._fetch(PAGE, len(self._entries))
