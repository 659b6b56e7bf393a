"""Colours, sizes and fonts of all charts."""

WIDTH, HEIGHT = 960, 540
"""Size of a picture in pixels and of a slide in points. On screen a chart follows its cell."""

NARROW = 848
"""Pixels that a laptop's screen leaves for a chart: titles are broken to fit them."""

EDGE = 28
"""Pixels between a chart's rim and its text."""

INK, SOFT, RULE, PAPER = "#1f2933", "#52606d", "#d9dee3", "#ffffff"
"""Text, secondary text, grid lines, background."""

PALETTE = {
    "political": "#004488",
    "grassroots": "#2a9d8f",
    "talent": "#b8860b",
    "discipline": "#8c510a",
    "neutral": "#5e5e5e",
}
"""One colour a theme and one for the rest. Each has 3:1 against the paper, and they stay
apart under protanopia, deuteranopia and tritanopia; a test computes both."""

SEQUENCE = ("#0b2545", "#2f6690", "#767676")
"""Dark to light, for the parts of one whole; white text on each has 4.5:1."""

FONTS = (
    "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Segoe UI, "
    "Arial, sans-serif"
)
