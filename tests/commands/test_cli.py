"""What the commands say of themselves, and what a person may type for a name."""

from __future__ import annotations

import pytest

pytest.importorskip("typer", reason="needs the extra 'cli'")
from typer.testing import CliRunner

from gep import check as checks
from gep.commands import app
from gep.core.errors import Problem
from gep.core.source import named


def said(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, list(words))
    return found.exit_code, found.output


def test_version():
    code, text = said("--version")
    assert code == 0 and text.startswith("gep-accounting ")


@pytest.mark.parametrize("name", ["tourism", "tourism.beach", "旅游休闲", "tourism and leisure"])
def test_an_indicator_by_any_of_its_names(name):
    code, text = said("show", name)
    assert code == 0 and text.startswith("tourism  旅游休闲")


def test_a_check_that_could_not_run_is_no_failure(monkeypatch):
    """Without dask one of the checks is left out: the formulas are no worse for it."""
    skipped = Problem(
        "check.lazy/skipped", named("f"), check="lazy", why="did not run: dask is not installed"
    )
    monkeypatch.setattr(checks, "report", lambda: {"f": [skipped], "g": [skipped]})
    code, text = said("check")
    assert code == 0 and text.count("dask is not installed") == 1 and "0 problems" in text
    wrong = Problem("check.worked", named("f"), check="worked", why="gives 2")
    monkeypatch.setattr(checks, "report", lambda: {"f": [wrong, skipped]})
    code, text = said("check")
    assert code == 1 and "1 problems" in text and "gives 2" in text


def test_an_account_of_several_years_says_which_it_shows(folder):
    grain = "".join(
        f"agricultural_products,crops,quantity,rice,,,{y},{t},t,hand\n"
        for y, t in ((2020, 1), (2021, 2))
    )
    toml = 'region = "City"\nyears = [2020, 2021]\nprice_year = 2021\nstandard = "catalogue"\n'
    path = folder(
        grain, "agricultural_products,crops,product_price,rice,,,3000,元/t,2021,,hand\n", toml
    )
    assert "the table is of 2021" in said("run", str(path))[1]
    assert "表中为 2021 年" in said("run", str(path), "--lang", "zh")[1]
