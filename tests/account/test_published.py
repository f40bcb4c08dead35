"""Published accounts: every printed row within the rounding of the printed figures and of the
printed inputs.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import gep
from gep.core.units import conversion

ROOT = Path(__file__).parents[2]
EXPECTED = Path(__file__).parent / "expected"
CASES = {
    "garze_2010": "garze2010",
    "shenzhen_2020": "shenzhen_gep2020",
    "gaotianyan_2014": "gaotianyan2014",
}
KINDS = ("row", "total", "control")
# What the sources get wrong, each explained in the example's README; the account's own figure is
# the right-hand one.
SLIPS = {
    (
        "gaotianyan2014",
        "carbon_sequestration",
        "coniferous forest",
    ): "printed 374.62, the printed 9862.01 t × 379.87 gives 374.628",
    (
        "gaotianyan2014",
        "air_purification",
        "",
    ): "the printed table counts dust alone and leaves SO2 (48.08) out",
    (
        "gaotianyan2014",
        "total",
        "",
    ): "counts social security (115.44), no ecosystem product, and leaves SO2 (48.08) out",
}


def _rows():
    for example, case in CASES.items():
        with (EXPECTED / f"{case}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["kind"] in KINDS and "Table 4" not in row["indicator"]:
                    yield pytest.param(
                        example,
                        case,
                        row,
                        id="-".join(
                            filter(
                                None, (case, row["indicator"], row["component"], row["ecosystem"])
                            )
                        ),
                    )


@pytest.fixture(scope="module")
def accounts():
    return {example: gep.run(ROOT / "examples" / example) for example in CASES}


@pytest.mark.parametrize(("example", "case", "row"), list(_rows()))
def test_row(accounts, example, case, row):
    ledger = accounts[example].ledger
    rows = ledger[ledger.role == "priced"]
    name = row["indicator"]
    if name.startswith("level:"):
        rows = rows[rows.level == name.removeprefix("level:")]
    elif name != "total":
        rows = rows[rows.indicator.isin(name.split("+"))]
    for column in ("component", "ecosystem"):
        if row[column]:
            rows = rows[rows[column] == row[column]]
    assert len(rows)
    scale = conversion(row["unit"], "CNY")[0]
    reach = float(row["tolerance"]) + float(row["tolerance_inputs"] or 0)
    if row["kind"] != "row":  # a sum can be as far off as its rows
        account = accounts[example]
        control = next(
            c for c in account.controls if c.name == name and not c.labels.get("ecosystem")
        )
        reach += control.rounding_inputs / scale
    gap = abs(rows.value.sum() / scale - float(row["value"]))
    slip = SLIPS.get((case, name, row["ecosystem"]))
    if slip:
        assert gap > reach, f"no slip any more: {slip}"
    else:
        assert gap <= reach * (1 + 1e-9)


def test_garze_totals(accounts):
    account = accounts["garze_2010"]
    assert round(account.total / 1e8, 1) == 7548.9
    assert account.total.left_out == ()
    assert len(account.profile.rows) == 16
    assert all(c.within for c in account.controls)


def test_garze_shows_the_gap_row_by_row(accounts):
    gaps = {c.name: c.difference / 1e8 for c in accounts["garze_2010"].controls}
    rows = {k: v for k, v in gaps.items() if "." in k}
    assert len(rows) == 28
    # the printed total (7545.59) differs from the sum of the printed rows by their rounding only;
    # one row has two digits
    assert gaps["total"] == pytest.approx(sum(rows.values()), abs=27 * 0.00005 + 0.005 + 0.005)
    assert max(rows, key=lambda k: abs(rows[k])) == "oxygen_release.oxygen"


def test_shenzhen_total(accounts):
    account = accounts["shenzhen_2020"]
    assert round(account.total / 1e8, 2) == 1303.82
    assert {m.inside for m in account.missing} <= {
        "material_other",
        "regulating_other",
        "cultural_other",
        "tourism",
        "climate_regulation",
        "landscape_premium",
    }


def test_identical_bytes(tmp_path):
    for name in ("a", "b"):
        gep.run(ROOT / "examples" / "garze_2010", tmp_path / name)
    for file in ("ledger.csv", "summary.json", "index.html"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_value_is_quantity_times_price(accounts):
    for account in accounts.values():
        rows = account.ledger.query("status in ('computed', 'given') and role == 'priced'").dropna(
            subset=["quantity", "price"]
        )
        assert len(rows) or account.basis.region == "Shenzhen"
        assert (rows.value - rows.quantity * rows.price).abs().max() == 0 if len(rows) else True


def test_explain_leads_to_file_and_line(accounts):
    text = str(accounts["garze_2010"].explain("soil_retention"))
    assert "38.86 亿t — inputs.csv, line" in text
    assert "retained_soil * siltation_share / bulk_density" in text
    assert "dredging_cost" in text or "price = 15.58 CNY/m^3" in text


def test_explain_in_chinese(accounts):
    text = str(accounts["garze_2010"].explain("soil_retention", "siltation", lang="zh"))
    assert (
        "土壤保持量 retained_soil = 3.886e+09 t/yr" in text
        and "38.86 亿t — inputs.csv 第38行" in text
    )
    assert text.splitlines()[-1].strip() == "价值量 (实物量 × 单价) = 1.56242e+10 CNY/yr"
