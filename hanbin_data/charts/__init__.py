"""Charts of the report's figures: one look, the caption, and the forms plotly lacks.

A notebook calls :func:`use` once, draws with ``plotly.express`` or a form of this module,
and ends a chart with :func:`caption`, so that title, unit, period, source and alternative
text go wherever the chart goes.
"""

from hanbin_data.charts.captions import caption, drawn
from hanbin_data.charts.forms import bars, counted, dots, ends, ranges, spans, stacked, tiles
from hanbin_data.charts.look import use
from hanbin_data.charts.palette import PALETTE, SEQUENCE
from hanbin_data.charts.tables import table
from hanbin_data.charts.terms import label, ready, written
from hanbin_data.words import say

__all__ = [
    "PALETTE", "SEQUENCE", "bars", "caption", "counted", "dots", "drawn", "ends", "label",
    "ranges", "ready", "say", "spans", "stacked", "table", "tiles", "use", "written",
]  # fmt: skip
