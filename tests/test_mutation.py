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
    code_changes,
    csv_changes,
    notices_code,
    notices_data,
    reasons,
    sample,
)

CODE = list(code_changes())


@pytest.fixture(scope="module")
def page() -> Page:
    return Page()


def test_every_change_of_a_sample_of_data_is_noticed(page: Page) -> None:
    one_each = {change.file: change for change in csv_changes()}
    changes = [*sample(csv_changes(), 100), *one_each.values()]
    assert set(one_each) == set(DATA)
    assert [str(change) for change in changes if not notices_data(page, change)] == []


def test_every_change_of_a_sample_of_code_is_noticed() -> None:
    """A literal of each module, in this process, which has imported the package and tests."""
    changes = {change.file: change for change in CODE if not reasons(change)}
    assert set(changes) == {change.file for change in CODE} - {"saving"} <= set(CONCERNED)
    assert [str(change) for change in changes.values() if not notices_code(change)] == []


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
