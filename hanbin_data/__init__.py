"""The figures of a 2021 review of Party building in Hanbin District as DataFrames."""

from hanbin_data.article import Verification, normalise, verify
from hanbin_data.frames import (
    codebook,
    figures,
    load,
    numerals,
    programmes,
    tables,
    vocabulary,
)
from hanbin_data.source import SOURCE, citation

__version__ = "0.1.0"

__all__ = [
    "SOURCE",
    "Verification",
    "citation",
    "codebook",
    "figures",
    "load",
    "normalise",
    "numerals",
    "programmes",
    "tables",
    "verify",
    "vocabulary",
]
