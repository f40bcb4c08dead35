"""What spreadsheets make of a table, and names nearly right: read where it is plain, else told with
a remedy that fits.
"""

from __future__ import annotations

import pytest

import gep
from gep.core.text import say

GOOD = "water_retention,retained_water,quantity,,,,,3,亿m3,s"
PRICE = "water_retention,retained_water,reservoir_cost,,,,7.06,CNY/m3,2020,,s\n"


def only(path):
    with pytest.raises(gep.GepError) as caught:
        gep.run(path)
    (problem,) = caught.value.problems
    return problem


def test_empty_columns_and_rows_at_the_end_are_nothing(folder):
    path = folder(GOOD + ",,,\n,,,,,,,,,,,,\n\n", PRICE)
    file = path / "inputs.csv"
    head, rest = file.read_text("utf-8").split("\n", 1)
    file.write_text(f"{head},,,\n{rest}", "utf-8")
    assert gep.run(path).total == pytest.approx(3e8 * 7.06)


def test_a_cell_beyond_the_columns_is_still_refused(folder):
    assert only(folder(GOOD + ",,x\n", PRICE)).code == "row.long"


def test_a_raised_power_that_a_spreadsheet_lost(folder):
    problem = only(folder(GOOD.replace("亿m3", "亿m?") + "\n", PRICE))
    assert "'亿m?' has an unknown sign: '?'" in str(problem)
    assert "“亿m?”" in say(problem, "zh") and "写 m3" in say(problem, "zh")


@pytest.mark.parametrize(
    ("row", "near", "lister"),
    [
        ("soil_retention,,retained_sol,,,,,3,t,s", "retained_soil", "gep show soil_retention"),
        ("water_retentoin,retained_water,quantity,,,,,3,亿m3,s", "water_retention", "gep list"),
        (",,precipitaton,,,,,3,mm,s", "precipitation", "gep show --inputs"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_name_that_was_meant(folder, row, near, lister):
    problem = only(folder(row + "\n"))
    assert str(problem).endswith(f"one of: {near} ({lister})")
    wrong = (
        next(w for w in row.split(",") if w)
        if problem.code == "indicator.unknown"
        else row.split(",")[2]
    )
    assert wrong in say(problem, "zh") and near in say(problem, "zh")


def test_a_standard_that_is_nearly_right(folder):
    problem = only(
        folder(
            GOOD + "\n",
            PRICE,
            toml='region = "C"\nyear = 2020\nprice_year = 2020\nstandard = "shenzen"\n',
        )
    )
    assert "shenzen" in say(problem, "zh") and "shenzhen" in str(problem)
