"""The page in a real browser: silent console, no request, nothing wider than the screen, a printed
page of A4.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser

from gep import opening
from gep.report.page.document import page

ROOT = Path(__file__).parents[2] / "examples"
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser():
    tab = Browser()
    yield tab
    tab.close()


CONTRAST = """(() => {
  const lum = c => {
    const v = c.match(/[\\d.]+/g).slice(0, 3)
      .map(x => { x /= 255; return x <= .03928 ? x/12.92 : ((x+.055)/1.055)**2.4 });
    return .2126*v[0] + .7152*v[1] + .0722*v[2] };
  const back = lum(getComputedStyle(document.body).backgroundColor);
  const read = 'p,td,th,dt,dd,small,code,caption,a,figcaption,.tag,.bad';
  let least = 99;
  for (const e of document.querySelectorAll(read)) {
    const f = lum(getComputedStyle(e).color);
    least = Math.min(least, (Math.max(f,back)+.05)/(Math.min(f,back)+.05)) }
  return least })()"""


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler-utils is not installed")
@pytest.mark.parametrize("name", ["garze_2010", "demo_city_table"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_silent_and_fitting(browser, tmp_path, name, lang):
    at = tmp_path / "index.html"
    at.write_text(page(opening.read(ROOT / name), lang), "utf-8")
    for width, dark in ((1280, False), (390, True)):
        told, asked = browser.open(at, width, 900, dark)
        assert told == []
        assert {url.partition(":")[0] for url in asked} == {"file"} and len(asked) == 1
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert browser.evaluate(CONTRAST) >= 4.5
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 22)"
    assert browser.evaluate("[...document.querySelectorAll('th')].every(t => t.scope)")
    assert browser.evaluate(
        "[...document.querySelectorAll('svg')].every(s => s.ariaHidden || "
        "s.getAttribute('aria-label'))"
    )
    assert browser.evaluate("[...document.querySelectorAll('.wrap')].every(s => s.tabIndex == 0)")
    browser.print(tmp_path / "x.pdf")
    told = subprocess.run(["pdfinfo", tmp_path / "x.pdf"], capture_output=True, text=True).stdout
    assert "A4" in told and int(re.search(r"Pages:\s+(\d+)", told).group(1)) < 60


def test_scripts_cannot_run(browser, tmp_path):
    """Should a text ever slip through as HTML, the page's own policy still stops it."""
    at = tmp_path / "index.html"
    at.write_text(
        page(opening.read(ROOT / "garze_2010")).replace(
            "</main>",
            (
                "<img src=http://x.invalid/y "
                "onerror='document.title=1'><script>document.title=2</script></main>"
            ),
        ),
        "utf-8",
    )
    told, _ = browser.open(at)
    assert browser.evaluate("document.title").startswith("甘孜州") and len(told) >= 2
