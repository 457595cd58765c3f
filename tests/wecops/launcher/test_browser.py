"""The browser that CHROMIUM names, else the first known one; CI insists on one."""

import pytest

from wecops.launcher import browser


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with the given programs and nothing else."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    def machine(*programs):
        for program in programs:
            (tmp_path / program).touch(mode=0o755)
        return tmp_path

    return machine


def test_the_first_known_browser_is_found(machine):
    folder = machine("google-chrome", "chromium")

    assert browser.path() == str(folder / "chromium")


def test_a_named_browser_wins(machine, monkeypatch):
    folder = machine("chromium", "firefox")
    monkeypatch.setenv("CHROMIUM", str(folder / "firefox"))

    assert browser.path() == str(folder / "firefox")


@pytest.mark.parametrize("named", ["", "/nowhere/chromium"])
def test_no_browser_is_none(machine, monkeypatch, named):
    monkeypatch.setenv("CHROMIUM", named)

    assert browser.path() is None


@pytest.mark.parametrize(
    ("ci", "required", "expected"),
    [("true", "", True), ("1", "", True), ("", "1", True), ("", "", False), ("false", "0", False)],
)
def test_ci_insists_on_a_browser(monkeypatch, ci, required, expected):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("REQUIRE_BROWSER", required)

    assert browser.is_required() is expected
