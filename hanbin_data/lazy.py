"""Packages whose names are imported when they are first asked for."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> None:
    """Let a package import each of these names from its module when it is first asked for.

    Some modules are called like their function; importing one must not put it in its place.

    Args:
        package: the package's name.
        homes: the names, apart by spaces, that each of its modules has.
    """
    module = sys.modules[package]
    where = {name: home for home, names in homes.items() for name in names.split()}

    class Package(ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name not in where:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            found = getattr(import_module(f"{package}.{where[name]}"), name)
            super().__setattr__(name, found)
            return found

        def __setattr__(self, name: str, value: Any) -> None:
            if not (isinstance(value, ModuleType) and name in where):
                super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted({*where, *super().__dir__()})

    module.__class__ = Package
