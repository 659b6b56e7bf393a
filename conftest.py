"""For every kernel that pytest starts: notebooks are stored with plotly's JSON alone."""

import os

os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
