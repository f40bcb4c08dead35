"""Account folders written for a test, and how properties are searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# the same examples in every run, however slow the machine; tests/fuzz/long.py looks for new ones
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

collect_ignore_glob = ["*conftest.py"]  # they hold no examples to run

TOML = 'title = "t"\nregion = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n'
INPUTS = "indicator,component,input,item,ecosystem,region,year,value,unit,source\n"
PRICES = "indicator,component,price,item,ecosystem,region,value,unit,year,method,source\n"


def writer(at: Path):
    """Writes an account folder: rows of inputs and prices without their headers, and any other file
    by name.
    """

    def write(inputs: str = "", prices: str = "", toml: str = TOML, **files: str | bytes) -> Path:
        path = at / "account"
        path.mkdir(exist_ok=True)
        (path / "account.toml").write_text(toml, "utf-8")
        (path / "inputs.csv").write_text(INPUTS + inputs, "utf-8")
        if prices:
            (path / "prices.csv").write_text(PRICES + prices, "utf-8")
        for name, content in files.items():
            target = path / name.replace("_csv", ".csv").replace("_toml", ".toml")
            target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path):
    """Writes an account folder."""
    return writer(tmp_path)


@pytest.fixture
def plain_folder(tmp_path: Path):
    """The same by another name, where ``folder`` is one of several years (tests/analysis)."""
    return writer(tmp_path)
