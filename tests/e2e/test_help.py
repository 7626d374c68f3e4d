"""What helps at the keyboard: examples in every command's help, and completion by the shell."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest
from typer.main import get_command

from erp_ar_ext.cli.app import app
from erp_ar_ext.cli.later import ANY_ARGUMENTS


def commands(group, names=()):
    """Every command that does something, by its names, with the command itself."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*names, name))
        elif command.context_settings != ANY_ARGUMENTS:
            yield (*names, name), command


EVERY = list(commands(get_command(app)))
WRITING = [command for _, command in EVERY if "out" in {option.name for option in command.params}]


@pytest.mark.parametrize(("names", "command"), EVERY, ids=[" ".join(names) for names, _ in EVERY])
def test_the_help_of_a_command_has_an_example_that_can_be_typed(names, command):
    """Its options and arguments are the command's own."""
    examples = [line.strip() for line in command.help.splitlines() if line.strip().startswith("Example: ")]
    assert examples
    for example in examples:
        program, *words = shlex.split(example.removeprefix("Example: ").split(" > ")[0])
        assert (program, *words[: len(names)]) == ("erp-ar", *names)
        command.make_context(names[-1], words[len(names) :])


@pytest.mark.parametrize("command", WRITING, ids=[command.name for command in WRITING])
def test_a_command_that_writes_a_file_checks_its_place_before_any_work(company, command):
    """A folder in the file's place is refused as wrong usage, whatever the file would hold."""
    example = next(line.strip() for line in command.help.splitlines() if line.strip().startswith("Example: "))
    words = shlex.split(example)[2:]
    if "--out" in words:
        del words[words.index("--out") : words.index("--out") + 2]
    (company.folder / "folder.csv").mkdir()
    before = company.files()
    answer = company.erp_ar(*words, "--out", company.folder / "folder.csv", "--json")
    assert (answer.code, answer.json["error"]["message"].endswith("folder.csv is a folder")) == (64, True)
    assert company.files() == before


def in_a_shell(*arguments, **environment):
    """Run the command as a shell's completion does."""
    return subprocess.run(
        [sys.executable, "-c", "from erp_ar_ext.cli import main; main()", *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "position", "offered"),
    [
        ("erp-ar pl", 1, {"plan"}),
        ("erp-ar policy ", 2, {"check", "schema", "facts"}),
        ("erp-ar plan --o", 2, {"--out"}),
    ],
)
def test_a_shell_completes_commands_and_options(typed, position, offered):
    """What the installed completion asks for is answered."""
    done = in_a_shell(_ERP_AR_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(position))
    assert (done.returncode, set(done.stdout.split())) == (0, offered)
    assert done.stderr == ""
