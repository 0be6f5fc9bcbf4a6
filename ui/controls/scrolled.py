"""A bar for long lists, wide enough to touch and quiet enough to forget."""

from __future__ import annotations

from ui.theme import Role, Theme


def scroll_style(theme: Theme) -> str:
    """The style sheet of a scroll area."""
    width = theme.sizes.gap_px * 2
    handle = theme.colour(Role.KEY_PRESSED).name()
    ground = theme.colour(Role.PANEL).name()
    return (
        "QScrollArea { background: transparent; }"
        f"QScrollBar:vertical {{ background: {ground}; width: {width}px; }}"
        f"QScrollBar::handle:vertical {{ background: {handle}; min-height: 60px;"
        f" border-radius: {theme.sizes.radius_px}px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
    )
