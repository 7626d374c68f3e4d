"""Relative links of the documentation lead somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PAGES = sorted(
    page.relative_to(REPOSITORY)
    for pattern in ("*.md", "docs/**/*.md", "adapters/*/README.md", "examples/*/README.md", "benchmarks/*.md")
    for page in REPOSITORY.glob(pattern)
)
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _text(page):
    """A page without its code, in which brackets are no links."""
    return CODE.sub("", (REPOSITORY / page).read_text(encoding="utf-8"))


def _anchors(page):
    """Names that a heading can be linked by."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in kept}


def _links(page):
    return [link for link in LINK.findall(_text(page)) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page):
    """Every relative link of a page names a file that exists, and a heading that the file has."""
    for link in _links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (REPOSITORY / page).parent / path if path else REPOSITORY / page
        assert target.exists(), f"{page} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{page} links to {link}"


def test_there_are_pages_with_links():
    """The pages are found at all: the README and the guides link to one another."""
    assert Path("README.md") in PAGES
    assert sum(len(_links(page)) for page in PAGES) > 50
