"""What the README and the quickstart print is what happens: files are written, commands run, outputs compared."""

import re
from pathlib import Path

import pytest

from erp_ar_ext.cli import output
from erp_ar_ext.cli.main import run

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = "/home/anna/first"
FILE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
SESSION = re.compile(r"^```text\n(\$ erp-ar .*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ erp-ar (.*)$", re.MULTILINE)
WIDTH = 132


def _sessions(text):
    """Commands of the page in order, each with the lines printed under it."""
    for session in SESSION.findall(text):
        _, *parts = COMMAND.split(session)
        yield from zip(parts[::2], parts[1::2], strict=True)


def _lines(printed, folder):
    """Lines without what may differ from machine to machine: space, the folder, Python's version, digests of files."""
    told = re.sub(r"Python 3\.\d+\.\d+", "Python 3", printed.replace(str(folder), FOLDER))
    told = re.sub(r"\b[0-9a-f]{12}\b", "<digest>", told)
    return [" ".join(line.split()) for line in told.splitlines() if line.strip()]


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The page's text; its files stand in the current folder, and a terminal is as wide as the page's."""
    text = (REPOSITORY / "docs" / "quickstart.md").read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(output, "PLAIN_WIDTH", WIDTH)
    monkeypatch.setattr(output, "to_people", lambda: True)
    monkeypatch.delenv("ERP_AR_CONFIG", raising=False)
    return text


def test_the_quickstart_prints_what_it_says(page, tmp_path, capsys):
    """Every command of the page, run in order on the page's files, prints the lines that the page shows."""
    sessions = list(_sessions(page))
    assert len(sessions) > 8
    for command, shown in sessions:
        run(command.split())
        captured = capsys.readouterr()
        printed = _lines(captured.out + captured.err, tmp_path)
        missing = [line for line in _lines(shown, FOLDER) if line not in printed]
        assert not missing, f"erp-ar {command} does not print {missing} but {printed}"


def test_the_demo_prints_what_the_readme_says(tmp_path, capsys):
    """The sample in the README is what `erp-ar demo` prints, and so is the reason of one of its actions."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert run(["demo", "--dir", str(tmp_path / "demo")]) == 0
    printed = _lines(capsys.readouterr().out, tmp_path)
    [sample] = re.findall(r"^```text\n(sync .*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert [line for line in _lines(sample, FOLDER) if line not in printed] == []

    [(key, shown)] = re.findall(r"erp-ar explain \S+ ([0-9a-f]{8})\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    [plan] = (tmp_path / "demo/.erp-ar/plans").iterdir()
    assert run(["explain", str(plan), key]) == 0
    printed = _lines(capsys.readouterr().out, tmp_path)
    for line in _lines(shown, FOLDER):
        assert any(each.startswith(line.removesuffix("...")) for each in printed), line
