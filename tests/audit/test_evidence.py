"""Evidence: every coefficient with source and tag, and shares of the value that add to one; the
commands.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gep
from gep import opening as folders
from gep import standards
from gep.audit import evidence
from gep.commands import app

ROOT = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("id", standards.ids())
def test_every_figure_of_a_standard_has_a_source(id):
    frame = evidence.of_standard(id)
    assert (
        len(frame)
        and (frame["source"] != "").all()
        and (frame["year"] != "").all()
        and frame["evidence"].isin(evidence.TAGS).all()
    )
    profile = standards.get(id)
    named = {(r["indicator"], r["component"]) for r in frame.to_dict("records")}
    assert all(profile.row(*key) is not None for key in named)


def test_no_price_of_another_substance():
    frame = evidence.of_standard("garze2010")
    assert not frame[
        (frame.component == "phosphorus") & (frame.kind == "price") & ~frame.unit.str.contains("P")
    ].size


def test_weakest_figure_tells(folder):
    """60 from a figure tagged uncertain, 30 from a coefficient of the catalogue, 10 without a
    source.
    """
    toml = 'region = "City"\nyear = 2020\nprice_year = 2020\n'
    header = "indicator,component,input,item,ecosystem,region,year,value,unit,source,evidence\n"
    path = folder(toml=toml)
    (path / "inputs.csv").write_text(
        header + "sand_fixation,fixed_sand,value,,,,,60,元,s,uncertain\n"
        "negative_air_ions,all,value,,,,,10,元,,\n"
        "carbon_sequestration,carbon,nep,,,,,3,t C,s,sourced\n",
        "utf-8",
    )
    (path / "prices.csv").write_text(
        "indicator,component,price,item,ecosystem,region,value,unit,year,method,source\n"
        "carbon_sequestration,carbon,carbon_price,,,,2.7272727272727,CNY/t CO2,2020,,s\n",
        "utf-8",
    )
    shares = evidence.shares(gep.run(path))
    assert shares["uncertain"] == pytest.approx(0.6) and shares["unsourced"] == pytest.approx(0.1)
    assert shares["given"] + shares["general"] + shares["derived"] == pytest.approx(
        0.3
    )  # NEP with a source of its own, 44/12 from the table
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "name", ["garze_2010", "gaotianyan_2014", "shenzhen_2020", "gallery/shandong_carbon_2013"]
)
def test_shares_add_to_one(name):
    account = folders.read(ROOT / name)
    assert evidence.shares(account).sum() == pytest.approx(1) and evidence.shares(
        account, by="row"
    ).sum() == pytest.approx(1)
    assert evidence.of_account(account)["value"].sum() == pytest.approx(float(account.total))


def test_reconstructed_rows_are_seen():
    account = folders.read(ROOT / "garze_2010", "gbt46869_2025")
    shares = evidence.shares(account, by="row")
    # climate (2157.87), flood (59.59) and carbon (117.8) of 5710.21 rest on rows that a source
    # confirms
    assert shares["confirmed"] == pytest.approx((2157.8685 + 59.5864 + 117.8) / 5710.2103, abs=1e-4)


def test_commands(tmp_path):
    run = CliRunner().invoke
    out = run(app, ["evidence", str(ROOT / "garze_2010"), "--json"])
    assert out.exit_code == 0 and json.loads(out.output)["shares"]["given"] == 1
    out = run(app, ["evidence", "--standard", "hj1173_2021", "--lang", "zh"])
    assert out.exit_code == 0 and "HJ 1173-2021" in out.output
    assert run(app, ["evidence"]).exit_code == 2
    out = run(
        app,
        [
            "compare",
            str(ROOT / "garze_2010"),
            "--standard",
            "garze2010",
            "--standard",
            "ndrc2022",
            "--out",
            str(tmp_path / "c.csv"),
        ],
    )
    assert out.exit_code == 0 and "-182.48" in out.output and "oxygen release is out" in out.output
    assert (
        (tmp_path / "c.csv").read_text("utf-8").startswith("account,level,indicator,measure,value")
    )
    out = run(app, ["compare", str(ROOT / "garze_2010"), str(ROOT / "shenzhen_2020"), "--json"])
    total = json.loads(out.output)["difference"][-1]
    assert total["level"] == "total" and total["difference"] == pytest.approx(
        sum(total[k] for k in ("coverage", "method", "quantity", "price", "unsplit"))
    )
    assert run(app, ["compare", str(ROOT / "garze_2010"), "--lang", "zh"]).exit_code == 2
    out = run(
        app, ["seea", str(ROOT / "gallery" / "baiyangdian_2011"), "--out", str(tmp_path / "s")]
    )
    assert (
        out.exit_code == 0
        and (tmp_path / "s" / "seea.xlsx").exists()
        and "of_which_travel_time" in out.output
    )
    out = run(app, ["list", "--standard", "gbt46869_2025"])
    assert (
        out.exit_code == 0
        and "Known in part" in out.output
        and "oxygen release" in out.output
        and "out" in out.output
    )
