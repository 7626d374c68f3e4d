"""The generated reference says what the code says."""

import runpy
from pathlib import Path

import pytest

from erp_ar_ext.errors import ErpArError

REPOSITORY = Path(__file__).resolve().parents[3]
REFERENCE = REPOSITORY / "docs" / "reference"


GENERATOR = runpy.run_path(str(REPOSITORY / "scripts" / "docs"))
PAGES = GENERATOR["pages"]()


def _every_error(error=ErpArError):
    return [error, *(found for kind in error.__subclasses__() for found in _every_error(kind))]


@pytest.mark.parametrize(("name", "text"), PAGES.items(), ids=list(PAGES))
def test_a_generated_page_is_what_the_code_says(name, text):
    """A page of the reference equals what the generator makes of the code: run scripts/docs after a change."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == text


def test_every_error_has_a_code_of_its_own():
    """No two kinds of error share a code, so that a code in a log names one page entry."""
    codes = [error.code for error in _own(_every_error())]
    assert len(codes) == len(set(codes))


def test_every_error_is_listed_with_its_next_step():
    """The page of errors names each kind of error with its code, its exit code and what to do."""
    page = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    for error in _own(_every_error()):
        [line] = [line for line in page.splitlines() if line.startswith(f"| `{error.code}` |")]
        assert f"| {error.__name__} | {error.exit_code} |" in line
        assert GENERATOR["NEXT_STEPS"][error.__name__] in line


def _own(errors):
    """Errors of the project itself; a test or a foreign adapter may have made others."""
    return [error for error in errors if error.__module__.startswith("erp_ar_ext")]
