"""The infusion bar: phase block, one big clock in words, milligrams by clock, rate."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.bedside.view_models.infusion_bar import InfusionBar
from ui.theme import Role
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting

_WIDEST_PHASE = "RECOVERY"


class InfusionBarWidget(Painted[InfusionBar]):
    """Draws an `InfusionBar`; END DUE turns the whole bar."""

    ground = Role.PANEL

    def lay_out(self, sheet: Sheet, model: InfusionBar) -> None:
        """Block, clock and rate have their places; milligrams take what is between."""
        sizes = self.theme.sizes
        if model.is_urgent:
            sheet.box(QRectF(self.rect()), Role.DRUG_BLOCK)
        left = self._block(sheet, model)
        clock_end = self._clock(sheet, model, left + sizes.pad_px * 1.5)
        rate_begin = self._rate(sheet, model)
        self._given(sheet, model, clock_end + sizes.pad_px * 2.2, rate_begin - sizes.pad_px * 2)

    def _ink(self, model: InfusionBar, role: Role) -> Role:
        return Role.DRUG_BLOCK_TEXT if model.is_urgent else role

    def _block(self, sheet: Sheet, model: InfusionBar) -> float:
        sizes = self.theme.sizes
        font = self.theme.text_font(sizes.large_px * 0.95, 700)
        wide = max(advance(font, _WIDEST_PHASE), advance(font, model.phase)) + sizes.pad_px * 2
        rect = QRectF(sizes.pad_px, sizes.pad_px * 0.8, wide, self.height() - sizes.pad_px * 1.6)
        fill, ink = Role.KEY, Role.TEXT
        if model.is_running:
            fill, ink = Role.DRUG_BLOCK, Role.DRUG_BLOCK_TEXT
        if model.is_urgent:
            fill, ink = Role.KEY_STRONG, Role.KEY_STRONG_TEXT
        sheet.box(rect, fill, radius=sizes.radius_px, outline=Role.LINE)
        x = rect.center().x() - advance(font, model.phase) / 2
        sheet.text(x, (self.height() + cap_height(font)) / 2, model.phase, font, ink)
        return rect.right()

    def _lines(self) -> tuple[float, float]:
        return self.height() * 0.55, self.height() * 0.86

    def _clock(self, sheet: Sheet, model: InfusionBar, left: float) -> float:
        sizes = self.theme.sizes
        above, below = self._lines()
        room = self.width() * 0.33
        fonts = [self.theme.text_font(sizes.huge_px * share, 600) for share in (1, 0.85, 0.72, 0.6)]
        font = largest_fitting(fonts, model.big, room)
        end = sheet.text(left, above, model.big, font, self._ink(model, Role.TEXT))
        fonts = [self.theme.text_font(px, 500) for px in (sizes.text_px, sizes.small_px)]
        small = largest_fitting(fonts, model.detail, room)
        role = self._ink(model, Role.TEXT_QUIET)
        return max(end, sheet.text(left, below, model.detail, small, role), left + room * 0.8)

    def _rate(self, sheet: Sheet, model: InfusionBar) -> float:
        sizes = self.theme.sizes
        above, below = self._lines()
        right = self.width() - sizes.pad_px * 1.5
        big = self.theme.text_font(sizes.huge_px * 0.72, 600)
        small = self.theme.text_font(sizes.small_px)
        begin = sheet.text_right(right, above, model.rate, big, self._ink(model, Role.TEXT))
        role = self._ink(model, Role.TEXT_QUIET)
        return min(begin, sheet.text_right(right, below, model.dose_rate, small, role))

    def _given(self, sheet: Sheet, model: InfusionBar, left: float, right: float) -> None:
        if model.share is None:
            return
        sizes = self.theme.sizes
        above, _ = self._lines()
        strong = self._ink(model, Role.DRUG)
        font = self.theme.text_font(sizes.large_px * 1.15, 700)
        plain = self.theme.text_font(sizes.text_px, 500)
        baseline = above - sizes.text_px * 0.1
        x = sheet.text(left, baseline, model.given, font, strong) + sizes.text_px * 0.4
        x = sheet.text(x, baseline, model.planned, plain, self._ink(model, Role.TEXT))
        self._extras(sheet, model, x, right, baseline)
        bar = QRectF(left, self.height() * 0.66, max(0.0, right - left), self.height() * 0.16)
        radius = bar.height() / 3
        sheet.box(bar, Role.GAP, radius=radius)
        done = QRectF(bar.left(), bar.top(), bar.width() * model.share, bar.height())
        fill = Role.DRUG_BLOCK_TEXT if model.is_urgent else Role.DRUG
        sheet.box(done, fill, radius=radius)

    def _extras(
        self, sheet: Sheet, model: InfusionBar, x: float, right: float, baseline: float
    ) -> None:
        sizes = self.theme.sizes
        small = self.theme.text_font(sizes.small_px)
        role = self._ink(model, Role.TEXT_QUIET)
        for text in (model.volume, model.order):
            begin = right - advance(small, text)
            if begin < x + sizes.pad_px * 1.4:
                return
            sheet.text(begin, baseline, text, small, role)
            right = begin - sizes.pad_px * 1.6
