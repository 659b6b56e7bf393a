"""The figures of a 2021 review of Party building in Hanbin District as DataFrames."""

from hanbin_data.derived import checks, indicator, indicators, refusals
from hanbin_data.frames import (
    codebook,
    figures,
    load,
    numerals,
    programmes,
    tables,
    vocabulary,
)
from hanbin_data.numerals import normalise
from hanbin_data.outside import comparisons, context
from hanbin_data.source import SOURCE, citation
from hanbin_data.verify import Verification, verify

__version__ = "0.1.0"

__all__ = [
    "SOURCE",
    "Verification",
    "checks",
    "citation",
    "codebook",
    "comparisons",
    "context",
    "figures",
    "indicator",
    "indicators",
    "load",
    "normalise",
    "numerals",
    "programmes",
    "refusals",
    "tables",
    "verify",
    "vocabulary",
]
