"""Account folders written for a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from gep import opening as reader

INPUTS = (
    "indicator,component,input,item,ecosystem,region,year,value,unit,source,low,high,distribution\n"
)
PRICES = (
    "indicator,component,price,item,ecosystem,region,value,unit,year,method,source,low,"
    "high,distribution\n"
)


@pytest.fixture
def folder(tmp_path: Path):
    """Writes an account folder: rows of inputs and prices without their headers, and any other file
    by name.
    """

    def write(
        inputs: str = "",
        prices: str = "",
        years: str = "[2020]",
        price_year: str = '"current"',
        name: str = "account",
        **files: str,
    ) -> Path:
        path = tmp_path / name
        path.mkdir(exist_ok=True)
        toml = (
            'title = "t"\n'
            'region = "City"\n'
            f"years = {years}\n"
            f"price_year = {price_year}\n"
            'standard = "catalogue"\n'
        )
        (path / "account.toml").write_text(toml + files.pop("toml", ""), "utf-8")
        (path / "inputs.csv").write_text(INPUTS + inputs, "utf-8")
        if prices:
            (path / "prices.csv").write_text(PRICES + prices, "utf-8")
        for file, content in files.items():
            (path / file.replace("_csv", ".csv").replace("_toml", ".toml")).write_text(
                content, "utf-8"
            )
        return path

    return write


@pytest.fixture
def account(folder):
    """An account of such a folder."""
    return lambda *args, **kwargs: reader.read(folder(*args, **kwargs))
