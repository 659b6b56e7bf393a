"""The figures of a 2021 review of Party building in Hanbin District as DataFrames."""

from typing import TYPE_CHECKING

from hanbin_data.lazy import lazily

# fmt: off
# isort: off
if TYPE_CHECKING:  # imported when first asked for: help and slides must not wait for pandas
    from hanbin_data.comparisons import comparisons, context
    from hanbin_data.export import export
    from hanbin_data.frames import (
        codebook, explanations, figure, figures, load, numerals, programmes, tables, vocabulary,
    )
    from hanbin_data.indicators import checks, indicator, indicators, refusals
    from hanbin_data.numerals import normalise
    from hanbin_data.source import SOURCE, __version__, citation
    from hanbin_data.verify import Verification, verify
    from hanbin_data.words import use

__all__ = [
    "SOURCE", "Verification", "__version__", "checks", "citation", "codebook", "comparisons",
    "context", "explanations", "export", "figure", "figures", "indicator", "indicators", "load",
    "normalise", "numerals", "programmes", "refusals", "tables", "use", "verify", "vocabulary",
]
# isort: on
# fmt: on

lazily(__name__, {
    "comparisons": "comparisons context",
    "export": "export",
    "frames": "codebook explanations figure figures load numerals programmes tables vocabulary",
    "indicators": "checks indicator indicators refusals",
    "numerals": "normalise",
    "source": "SOURCE __version__ citation",
    "verify": "Verification verify",
    "words": "use",
})  # fmt: skip
