"""Root finds somebody who may run PostgreSQL; nothing on the machine is opened for that."""

import os
import stat

import pytest

from wecops.launcher import privilege
from wecops.launcher.places import Refusal, private_folder, reachable
from wecops.launcher.processes import AS_WE_ARE, RunAs

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
NOBODY = RunAs(uid=65534, gid=65534)


@pytest.fixture
def programs(tmp_path):
    (tmp_path / "postgres").touch(mode=0o755)
    return tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="needs a normal user")
def test_a_normal_user_stays_who_they_are(programs):
    assert privilege.for_postgresql(programs, programs) == AS_WE_ARE


@as_root
def test_root_never_runs_it_as_root(programs):
    assert privilege.for_postgresql(programs, programs) in (RunAs(prefix=privilege.NAMESPACE), privilege.as_nobody())


@as_root
def test_root_in_somebody_elses_home_runs_it_as_nobody(programs):
    """Behind a namespace root may not enter there; the account nobody gets copies elsewhere."""
    home = programs / "home"
    data = home / "data"
    data.mkdir(parents=True)
    os.chown(home, 65534, 65534)
    home.chmod(0o700)

    assert privilege.for_postgresql(data, programs) == privilege.as_nobody()


def test_without_an_account_to_lend_root_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(privilege, "ACCOUNT", "no-such-account")

    with pytest.raises(Refusal, match=r"^PostgreSQL does not run as root, .* or set DATABASE_URL\.$"):
        privilege.as_nobody()


def test_an_own_server_lives_in_the_data_folder(tmp_path):
    assert privilege.home_for(AS_WE_ARE, tmp_path) == tmp_path


def test_another_accounts_server_lives_where_it_may_pass_and_not_look(tmp_path, shared):
    home = privilege.home_for(NOBODY, tmp_path)

    assert home.parent == shared
    assert stat.S_IMODE(home.stat().st_mode) == 0o711


@as_root
def test_a_folder_that_somebody_prepared_for_us_is_refused(tmp_path, shared):
    home = privilege.home_for(NOBODY, tmp_path)
    os.chown(home, 65534, 65534)

    with pytest.raises(Refusal, match=r" belongs to somebody else: remove it and start again\.$"):
        privilege.home_for(NOBODY, tmp_path)


def test_a_link_that_somebody_prepared_for_us_is_refused(tmp_path, shared):
    home = privilege.home_for(NOBODY, tmp_path)
    home.rmdir()
    home.symlink_to(tmp_path)

    with pytest.raises(Refusal, match=r" belongs to somebody else: remove it and start again\.$"):
        privilege.home_for(NOBODY, tmp_path)


@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_private_folder_open_to_others_is_refused(tmp_path, mode):
    folder = tmp_path / "private"
    folder.mkdir()
    folder.chmod(mode)

    with pytest.raises(Refusal, match=r"is open to others: remove it and start again\.$"):
        private_folder(folder)


def test_a_private_folder_is_closed(tmp_path):
    assert stat.S_IMODE(private_folder(tmp_path / "private").stat().st_mode) == 0o700


def test_what_lies_below_a_closed_folder_is_out_of_reach(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    tmp_path.chmod(0o700)

    assert not reachable(tmp_path / "open")
    assert reachable(tmp_path.__class__("/usr"))


def test_copies_can_be_read_by_everybody_and_stay_side_by_side(tmp_path):
    package, libraries = tmp_path / "package", tmp_path / "package.libs"
    for folder in (package, libraries):
        folder.mkdir(mode=0o700)
    (package / "postgres").touch(mode=0o700)
    (libraries / "libpq.so").touch(mode=0o600)
    (libraries / "libpq.so.5").symlink_to("libpq.so")

    privilege.copy_for_everybody([package, libraries], tmp_path / "copy")

    copy = tmp_path / "copy"
    modes = {str(path.relative_to(copy)): stat.S_IMODE(path.stat().st_mode) for path in copy.rglob("*")}
    assert modes == {
        "package": 0o755,
        "package/postgres": 0o755,
        "package.libs": 0o755,
        "package.libs/libpq.so": 0o644,
        "package.libs/libpq.so.5": 0o644,
    }


def test_a_finished_copy_is_left_as_it_is(tmp_path):
    (tmp_path / "copy").mkdir()

    privilege.copy_for_everybody([tmp_path / "gone"], tmp_path / "copy")

    assert list((tmp_path / "copy").iterdir()) == []
