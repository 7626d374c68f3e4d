"""Files are whole or not there, and are never written through a link."""

import os

import pytest

from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.snapshot.files import write_whole


@pytest.mark.parametrize("private", [True, False])
def test_a_link_beside_the_file_is_not_followed(tmp_path, private):
    """A link that somebody put where the temporary file goes is removed; what it leads to stays as it was."""
    victim, wanted = tmp_path / "victim", tmp_path / "plan.json"
    victim.write_text("untouched")
    (tmp_path / f".plan.json.{os.getpid()}.tmp").symlink_to(victim)
    write_whole(wanted, b"{}", private=private)
    assert (victim.read_text(), wanted.read_text()) == ("untouched", "{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "victim"]


@pytest.mark.parametrize("name", ["../elsewhere", "sha256:../elsewhere", "/etc", "sha256:", "."])
def test_the_name_of_a_snapshot_is_no_path(tmp_path, name):
    """A name that leads elsewhere opens nothing, whatever is there."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotError):
        SnapshotStore(tmp_path / "snapshots", tmp_path / "quarantine").open(name)
