"""What is installed is what was locked: every package by version and digest."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_package_is_pinned_with_digests():
    """No line of the lock file names a package without its version, or without a digest of sha256."""
    lines = [one for one in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if one.strip()]
    joined = "\n".join(one for one in lines if not one.startswith("#")).replace("\\\n", " ")
    packages = joined.splitlines()
    assert len(packages) > 30
    pinned = re.compile(
        r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[^ ;]+( *;[^#]*?)?( +--hash=sha256:[0-9a-f]{64})+ *(#.*)?"
    )
    assert [one[:60] for one in packages if not pinned.fullmatch(one)] == []


def test_setup_installs_nothing_else():
    """The digests are demanded; what is not in the lock file is only this project's own, without its dependencies."""
    installs = [
        line.split("install", 1)[1].split()
        for line in (ROOT / "scripts/setup").read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*\$pip install", line)
    ]
    assert ["--require-hashes", "-r", "requirements.lock"] in installs
    for arguments in installs:
        assert "--require-hashes" in arguments or {"--no-deps", "--no-build-isolation"} <= set(arguments)
