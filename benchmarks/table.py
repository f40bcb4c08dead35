"""The table account of all sixteen: 74 sub-districts × 10 ecosystem types × 10 years, before the
ledger view is built.
"""

from __future__ import annotations

import csv
import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.__main__ import ROOT, machine
from gep import opening
from gep.account import Account, build
from gep.account.evaluate import work_out

PLACES = tuple(f"街道{n:02d}" for n in range(1, 75))
YEARS = tuple(range(2011, 2021))
RUNS = 5


def write(path: Path) -> int:
    """Write an account folder of this size with the generator of the synthetic city; the number of
    its rows.
    """
    spec = importlib.util.spec_from_file_location(
        "make_demo_city_table", ROOT / "examples" / "demo_city_table" / "make.py"
    )
    assert spec is not None and spec.loader is not None
    make: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    plain = list(make.inputs(PLACES, PLACES[:20], YEARS))
    rows = {"inputs.csv": [*plain, *make.carbon_areas(plain)], "prices.csv": list(make.prices())}
    for name, lines in rows.items():
        with (path / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    text = (
        str(make.ACCOUNT)
        .replace("year = 2020\nprice_year", f"years = {list(YEARS)}\nprice_year", 1)
        .replace("standard =", 'price_basis = "as_given"\nstandard =')
    )
    (path / "account.toml").write_text(text, "utf-8")
    return sum(map(len, rows.values()))


def seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Best time on the clock and best time of one processor: where the machine is shared, the
    second tells more.
    """
    times = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(t for t, _ in times), min(t for _, t in times)


def main() -> None:
    """Reading, checking, computing and the ledger, each by itself."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch)
        count = write(path)
        loaded = opening.load(path)

        def made() -> Account:
            return build.build(
                loaded.inputs,
                loaded.prices,
                loaded.basis,
                loaded.controls,
                loaded.problems,
                loaded.files,
            )

        account = made()

        def computed() -> float:
            for part in account.parts:
                work_out(part.solution, account.basis)
            return float(account.add(account.counted))

        def ledger() -> object:
            account.__dict__.pop("ledger", None)
            return account.ledger

        values = sum(p.data["value"].size for p in account.parts)
        assert not account.missing and len(account.profile.rows) == 16
        print(
            f"table account: {len(PLACES)} places × 10 types × {len(YEARS)} years, {count:,} rows"
            f" given, {len(account.parts)} components, {values:,} values"
        )
        for what, run, goal in (
            ("read the folder", lambda: opening.load(path), ""),
            ("check, arrange, compute", made, ""),
            ("  of which compute and add up", computed, "   (goal ≤ 0.2 s)"),
            ("ledger view", ledger, ""),
        ):
            wall, cpu = seconds(run)
            print(f"{what:32}{wall:8.3f} s ({cpu:.3f} s of one processor){goal}")


if __name__ == "__main__":
    print(machine())
    main()
