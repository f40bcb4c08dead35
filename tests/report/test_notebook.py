"""What a notebook shows: figures of the account, short, and hostile text as text; charts carry the
account's figures.
"""

import re

import pytest

from gep import indicators, opening
from gep.core.errors import GepError, InputError, Problem
from gep.core.source import named
from gep.indicators.soil_retention import retained_soil
from gep.indicators.water_retention import retained_water


@pytest.fixture(scope="module")
def garze():
    return opening.read("examples/garze_2010")


def words(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_account(garze):
    html = garze._repr_html_()
    assert html.startswith("<details open>") and len(html) < 6000
    assert "754.89 billion CNY" in html and "226.97" in html
    assert sum(
        float(garze.by("indicator")[k]) for k in garze.by("indicator").index
    ) == pytest.approx(float(garze.total))


def test_formula():
    html = retained_water._repr_html_()
    assert "( precipitation − surface runoff − evapotranspiration ) × area" in words(html)
    assert "m³/yr" in html and "<math" in html


def test_substance_and_long_formulas():
    """One kernel for many substances; a product is broken between its factors only."""
    from gep.indicators.air_purification import INDICATOR

    assert all("<math" in f._repr_html_() for f in INDICATOR.formulas().values())
    assert retained_soil._repr_html_().count("<math") >= 7


@pytest.mark.parametrize("id", indicators.IDS)
def test_every_formula_is_drawn(id):
    for f in indicators.get(id).formulas().values():
        html = f._repr_html_()
        assert "<math" in html and "None" not in html, f.__name__
        body = html[html.index("<math") :]
        for argument in re.findall(r"<code>(\w+)</code>", html):
            assert argument in f.inputs
        assert body.count("<mrow>") == body.count("</mrow>")


def test_indicator():
    html = indicators.get("water_retention")._repr_html_()
    assert "涵养水源" in html and "reservoir_cost" in html and html.count("<details>") == 5


def test_explanation(garze):
    html = garze.explain("soil_retention")._repr_html_()
    assert (
        "<math" in html
        and "15.58 CNY/m3" in html
        and "38.86 亿t" in html
        and "1.56242e+10 CNY/yr" in html
    )


def test_problems_are_text():
    error = InputError("<b>bad</b>", [Problem("unit.missing", named("<script>x</script>"))])
    assert isinstance(error, GepError)
    assert (
        "<script" not in error._repr_html_()
        and "&lt;script&gt;" in error._repr_html_()
        and "<b>bad" not in error._repr_html_()
    )


@pytest.fixture
def plt():
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    yield plt
    plt.close("all")


def test_plots_carry_the_figures(plt, garze):
    axes = garze.plot.indicators(lang="zh")
    lengths = sorted(bar.get_width() for bar in axes.patches)
    assert lengths == pytest.approx(sorted(v / 1e8 for v in garze.by("indicator")))
    assert (
        "水源涵养" in [t.get_text() for t in axes.get_yticklabels()] and axes.get_xlabel() == "亿元"
    )
    _, own = plt.subplots()
    matrix = opening.read("examples/garze_2010_matrix")
    assert matrix.plot.ecosystems(own) is own
    assert sorted(b.get_width() for b in own.patches) == pytest.approx(
        sorted(v / 1e9 for v in matrix.by("ecosystem"))
    )
    with pytest.raises(GepError, match="districts"):
        garze.plot.districts()
    with pytest.raises(GepError, match="no series"):
        garze.plot.effects()


def test_plots_draw_chinese_without_a_warning(plt, tmp_path):
    from gep.report import plot

    if plot.fonts() == ["DejaVu Sans"]:
        pytest.skip("no Chinese font on this machine")
    city = opening.read("examples/demo_city_table")
    for ax in (
        city.plot.indicators(lang="zh"),
        city.plot.districts(lang="zh"),
        city.plot.ecosystems(lang="zh"),
        city.plot.years(lang="zh"),
    ):
        ax.figure.savefig(
            tmp_path / "x.png"
        )  # a glyph that the font lacks would warn, and a warning is an error here
