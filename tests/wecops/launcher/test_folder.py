"""A data folder is ours alone, held by one run at a time, and its secrets are readable by us alone."""

import os

import pytest

from wecops.launcher.folder import DataFolder
from wecops.launcher.places import Refusal


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    assert folder.hold()
    yield folder
    folder.release()


def test_two_runs_do_not_share_a_folder(folder):
    second = DataFolder(folder.path)

    assert not second.hold()

    folder.release()
    assert second.hold()
    second.release()


def test_a_folder_that_holds_somethings_else_is_refused(tmp_path):
    (tmp_path / "thesis.odt").touch()

    with pytest.raises(Refusal, match=r" is not empty and was not made by this program: name another folder\.$"):
        DataFolder(tmp_path).hold()

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_account_is_refused(tmp_path):
    os.chown(tmp_path, 65534, 65534)

    with pytest.raises(Refusal, match=r" belongs to another account: name another folder with --data\.$"):
        DataFolder(tmp_path).hold()

    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_a_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(Refusal, match=r"^The data folder .*/file/data cannot be used: Not a directory\.$"):
        DataFolder(tmp_path / "file" / "data").hold()


def test_the_secret_key_stays_and_is_ours_alone(folder):
    key = folder.secret_key()

    assert len(key) >= 50
    assert DataFolder(folder.path).secret_key() == key
    assert (folder.path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_the_note_of_what_runs_is_ours_alone_and_goes_with_the_run(folder):
    assert folder.noted() is None

    folder.note({"DATABASE_URL": "postgres:///x"})

    assert folder.noted() == {"DATABASE_URL": "postgres:///x"}
    assert (folder.path / "services.json").stat().st_mode & 0o777 == 0o600
    folder.release()
    assert folder.noted() is None


def test_the_note_of_a_run_that_was_killed_is_dropped_by_the_next(folder):
    note = (folder.path / "services.json", '{"DATABASE_URL": "postgres:///gone"}')
    folder.release()
    note[0].write_text(note[1])

    assert folder.hold()
    assert folder.noted() is None


def test_the_last_runs_logs_stay_readable(folder):
    folder.log("web").write_text("the last run")
    folder.release()

    folder.hold()

    assert not folder.log("web").exists()
    assert folder.log("web").with_suffix(".old").read_text() == "the last run"


def test_clearing_takes_what_we_made_and_nothing_else(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (folder.path / "postgres-18").mkdir()
    (folder.path / "postgres-18" / "PG_VERSION").touch()
    (folder.path / "postgres-17").symlink_to(elsewhere)
    (folder.path / "notes.txt").touch()
    key = folder.secret_key()
    folder.welcome.touch()

    folder.clear()

    assert {path.name for path in folder.path.iterdir()} == {"wecops.lock", "logs", "static", "beat", "notes.txt"}
    assert (elsewhere / "kept").exists()
    assert folder.secret_key() != key
