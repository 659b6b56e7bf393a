"""A sample of the changes of ``make mutate``: each is noticed by some fast test."""

import pytest

from mutate import (
    DATA,
    PACKAGE,
    Change,
    Page,
    code_changes,
    csv_changes,
    notices_code,
    notices_data,
    sample,
)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page()


def test_every_change_of_a_sample_is_noticed(page: Page) -> None:
    one_each = {change.file: change for change in csv_changes()}
    changes = [*sample(csv_changes(), 100), *one_each.values()]
    assert set(one_each) == set(DATA)
    assert [str(change) for change in changes if not notices_data(page, change)] == []


def test_what_changes_nothing_is_reported_as_survived(page: Page) -> None:
    """Else a broken child process would look like a test that notices everything."""
    same = Change("figures:2:value", "none", "", "", 0, lambda: DATA["figures"])
    assert not notices_data(page, same)
    source = (PACKAGE / "source.py").read_text(encoding="utf-8")
    assert not notices_code(Change("source:1:1", "none", "", "", -1, lambda: source))


def test_a_change_of_code_is_noticed() -> None:
    change = next(change for change in code_changes() if change.file == "source")
    assert notices_code(change)
