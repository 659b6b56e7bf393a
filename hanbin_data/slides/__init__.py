"""From charts to slides, pictures, pages and sheets.

:func:`save` takes any plotly figure to a file, :func:`save_charts` many to a folder;
:func:`deck` takes many to one presentation; :func:`charts` reads those that a notebook holds.
"""

from typing import TYPE_CHECKING

from hanbin_data.lazy import lazily

if TYPE_CHECKING:  # imported when first asked for: a chart on screen must not wait for slides
    from hanbin_data.slides.files import deck, save, save_charts
    from hanbin_data.slides.notebooks import charts, folder

__all__ = ["charts", "deck", "folder", "save", "save_charts"]

lazily(__name__, {"files": "deck save save_charts", "notebooks": "charts folder"})
