"""The figures of a 2021 review of Party building in Hanbin District as DataFrames."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

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
_HOMES = {
    "comparisons": "comparisons context",
    "export": "export",
    "indicators": "checks indicator indicators refusals",
    "numerals": "normalise",
    "source": "SOURCE __version__ citation",
    "verify": "Verification verify",
    "words": "use",
}


class _Package(ModuleType):
    """Imports a name's module, ``frames`` unless told, when the name is first asked for.

    Some modules are called like their function; importing one must not put it in its place.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = next((home for home, names in _HOMES.items() if name in names.split()), "frames")
        found = getattr(import_module(f"hanbin_data.{home}"), name)
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*__all__, *super().__dir__()]


sys.modules[__name__].__class__ = _Package
