"""The one key of a page that everything else waits for."""

from __future__ import annotations

from dataclasses import replace

from ui.controls.key import Key
from ui.theme import Theme


class BigKey(Key):
    """A `Key` twice as high as a finger needs, its words as large as a heading."""

    def __init__(
        self, theme: Theme, title: str, *, name: str = "", letter: str = "", strong: bool = False
    ) -> None:
        super().__init__(_enlarged(theme), title, name=name, letter=letter, strong=strong)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        super().set_theme(_enlarged(theme))


def _enlarged(theme: Theme) -> Theme:
    sizes = theme.sizes
    larger = replace(
        sizes,
        text_px=round(sizes.large_px * 1.25),
        small_px=sizes.text_px,
        target_px=round(sizes.target_px * 1.7),
    )
    return replace(theme, sizes=larger)
