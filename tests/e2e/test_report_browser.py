"""The report of the example company in a real browser."""

import html
import json
import re
import shutil
import subprocess

import pytest

from erp_ar_ext.demo import DEMO_AS_OF, write_company
from erp_ar_ext.plan import read_plan
from erp_ar_ext.workspace import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--enable-logging=stderr", "--v=0"),
)
PNG = b"\x89PNG\r\n\x1a\n"
RULER = """<!doctype html><meta charset="utf-8">
<iframe id="page" style="width:{width}px;height:900px;border:0" srcdoc="{page}"></iframe><pre id="told"></pre>
<script>
addEventListener("load", () => {{
  const frame = document.getElementById("page"), page = frame.contentDocument, root = page.documentElement;
  const beyond = [...page.body.querySelectorAll("*")].filter(
    (one) => !one.closest(".scroll, svg, thead") && one.getBoundingClientRect().right > root.clientWidth + 1);
  const bars = [...page.querySelectorAll("g.bar rect")].map((one) => one.getBoundingClientRect());
  document.getElementById("told").textContent = JSON.stringify({{
    width: frame.contentWindow.innerWidth,
    scrolls: root.scrollWidth > root.clientWidth,
    beyond: beyond.map((one) => one.tagName + "." + one.className + " " + one.textContent.slice(0, 40)),
    bars: bars.length,
    drawn: bars.filter((one) => one.height > 1 && one.right <= root.clientWidth).length,
    fetched: frame.contentWindow.performance.getEntriesByType("resource").length,
  }});
}});
</script>"""

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is on PATH"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the report of the example company, before anything was applied."""
    folder = tmp_path_factory.mktemp("example")
    write_company(folder)
    with Workspace.open(folder / "erp-ar.toml") as desk:
        desk.sync()
        path, _ = desk.plan(DEMO_AS_OF, maker="anna")
        return desk.report(read_plan(path))


def browse(page, profile, *arguments, width=1280):
    """Open a file in the browser; returns what it printed, and what its console said."""
    size = f"--window-size={width},1000"
    command = [BROWSER, *FLAGS, f"--user-data-dir={profile}", size, *arguments, page.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    said = [line for line in done.stderr.decode(errors="replace").splitlines() if ":CONSOLE" in line]
    return done.stdout.decode(), said


def test_a_browser_shows_every_bar_and_says_nothing(report, tmp_path):
    """The page is whole after rendering: five bars in each of four currencies, and a silent console."""
    dom, said = browse(report, tmp_path / "profile", "--dump-dom")
    assert said == []
    assert dom.count('<g class="bar">') == 20
    assert len(re.findall(r"<section id=", dom)) == 7


def test_the_console_would_tell_of_a_page_that_fetches(report, tmp_path):
    """A copy that asks for a picture is refused by the page's own policy, and the console says so."""
    fetching = tmp_path / "fetching.html"
    text = report.read_text(encoding="utf-8")
    fetching.write_text(text.replace("</body>", '<img src="picture.png" alt=""></body>'), encoding="utf-8")
    _, said = browse(fetching, tmp_path / "profile", "--dump-dom")
    assert any("Content Security Policy" in line for line in said)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_runs_out_of_the_page(report, tmp_path, width):
    """On a desk and on a telephone no element is wider than the window, bars have height, nothing is fetched."""
    ruler = tmp_path / "ruler.html"
    page = html.escape(report.read_text(encoding="utf-8"))
    ruler.write_text(RULER.format(width=width, page=page), encoding="utf-8")
    dom, _ = browse(ruler, tmp_path / "profile", "--dump-dom", width=1400)
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    told = json.loads(html.unescape(found.group(1)))
    assert told["width"] == width
    assert told["beyond"] == []
    assert not told["scrolls"]
    assert told["bars"] == 20
    assert told["drawn"] >= 14
    assert told["fetched"] == 0


def test_a_picture_of_the_page_can_be_taken(report, tmp_path):
    """The page paints: a screenshot is a picture of some size, not an empty sheet."""
    picture = tmp_path / "report.png"
    browse(report, tmp_path / "profile", f"--screenshot={picture}")
    content = picture.read_bytes()
    assert content.startswith(PNG)
    assert len(content) > 20_000
