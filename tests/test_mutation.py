"""A sample of the changes of ``make mutate``: each is noticed by some fast test."""

import importlib

import pytest

from mutate import (
    CONCERNED,
    DATA,
    EQUIVALENT,
    PACKAGE,
    Change,
    Page,
    answers,
    code_changes,
    csv_changes,
    notices_code,
    notices_data,
    reasons,
    sample,
)

CODE = list(code_changes())
LONG = {"__main__", "exports", "plotted", "saving"}
"""Modules that ``make mutate`` alone changes: their tests take ten seconds and more."""


@pytest.fixture(scope="module")
def page() -> Page:
    return Page()


def test_every_change_of_a_sample_of_data_is_noticed(page: Page) -> None:
    one_each = {change.file: change for change in csv_changes()}
    changes = [*sample(csv_changes(), 100), *one_each.values()]
    assert set(one_each) == set(DATA)
    assert [str(change) for change in changes if not notices_data(page, change)] == []


def test_every_change_of_a_sample_of_code_is_noticed(page: Page) -> None:
    """A literal of each module but the LONG ones, in copies of this process."""
    found: dict[str, list[Change]] = {}
    for change in CODE:
        if not reasons(change) and change.file not in LONG:
            found.setdefault(change.file, []).append(change)
    assert found.keys() | LONG == set(CONCERNED)
    changes = [of_one[len(of_one) // 2] for of_one in found.values()]
    noticed = answers(page, changes)
    assert [str(c) for c, seen in zip(changes, noticed, strict=True) if not seen] == []


def test_each_literal_that_may_change_is_one() -> None:
    """Else a reason would excuse a literal that stands beside the one it was given for."""
    found = [reason for change in CODE for reason in reasons(change)]
    assert sorted(found) == sorted(EQUIVALENT)


def test_what_changes_nothing_is_reported_as_survived(page: Page) -> None:
    """Else a broken child process would look like a test that notices everything."""
    same = Change("figures:2:value", "none", "", "", 0, lambda: DATA["figures"])
    assert not notices_data(page, same)
    for module, test in (("source", "test_source"), ("theme", "test_theme")):
        importlib.import_module(test)  # as other tests of this run may have been
        source = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
        assert not notices_code(Change(f"{module}:1:1", "none", "", "", -1, lambda s=source: s))
