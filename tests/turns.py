"""Tests in their order -> which process does which, one after the other, so that none ends long after the rest."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# What shares a dear set-up goes to one process; so do the thousands that take no time.
TOGETHER = {
    "tests/accounts/test_mail_crashes.py",
    "tests/stack/test_running.py",
    "tests/test_faults.py",
    "tests/test_house.py",
    "tests/wecops/test_permissions.py",
}


class Turns(LoadScopeScheduling):
    """Hands out the next test to whoever is free."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if gone := [file for file in TOGETHER if not (config.rootpath / file).exists()]:
        raise pytest.UsageError(f"tests/turns.py names what is gone: {', '.join(gone)}")
    config.option.loadscopereorder = False  # what empties the database comes after what needs it
    return Turns(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What waits for long is begun first: others use the processors meanwhile, and nobody ends alone with it.

    None of it may empty the database: most tests need what it was made with.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
