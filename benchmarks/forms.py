"""48 forms × 74 sub-districts: write the templates, fill every cell with a synthetic figure, read
it all back.

``python benchmarks/forms.py`` prints seconds; the target is to read in at most 20 s. All figures
are synthetic.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from gep.account.basis import Region
from gep.forms.back.read import read_files
from gep.forms.define import field, forms
from gep.forms.desk.result import write_account
from gep.forms.out.fill import fill
from gep.forms.out.template import write_templates
from gep.forms.round import Figure, Key, Round

DISTRICTS, SUBDISTRICTS = 10, 74


def city(districts: int = DISTRICTS, subdistricts: int = SUBDISTRICTS) -> Round:
    """A made-up city with districts and sub-districts."""
    out = {f"区{d:02d}": Region(f"区{d:02d}", "模拟市", f"9902{d:02d}") for d in range(districts)}
    out |= {
        f"街道{s:02d}": Region(
            f"街道{s:02d}", f"区{s % districts:02d}", f"9902{s % districts:02d}{s:03d}"
        )
        for s in range(subdistricts)
    }
    return Round("模拟市", 2020, "990100", regions=out, evidence="synthetic")


def figures(r: Round, seed: int = 1) -> list[Figure]:
    """A figure for every blank of every form."""
    rng = random.Random(seed)
    out = []
    for form in forms().values():
        for key in r.rows(form):
            if "item" in form.keys or form.layout == "delivery":
                continue
            for f in form.fields:
                low, high = f.low or 0.0, f.high if f.high is not None else 100.0
                own = key if form.layout == "table" else Key(year="2020")
                out.append(
                    Figure(f.code, own, f"{rng.uniform(low, max(low, high)):.4f}", f.unit_zh)
                )
                if form.layout == "list":
                    continue
        if form.layout == "list":
            kept = {x.field: x for x in out if x.field.startswith(form.code)}
            out = [x for x in out if not x.field.startswith(form.code)] + list(kept.values())
    return out


def items(r: Round) -> list[Figure]:
    """Named places in forms with open rows, one a region."""
    rng = random.Random(2)
    out = []
    for form in forms().values():
        if "item" not in form.keys or form.layout != "table":
            continue
        regions = [x.name for x in r.reporting(form.level)] if "region" in form.keys else [""] * 20
        for n, region in enumerate(regions):
            for part in form.components or ("",):
                key = Key(
                    part,
                    region,
                    "",
                    f"名称{n}",
                    "吨" if "unit" in form.keys else "",
                    "2020" if "year" in form.keys else "",
                )
                for f in form.fields:
                    unit = f.unit_zh or ("元/吨" if field(f.code).type == "rate" else "吨")
                    out.append(
                        Figure(
                            f.code,
                            key._replace(unit=unit if "unit" in form.keys else ""),
                            f"{rng.uniform(f.low or 0, f.high or 100):.4f}",
                            unit,
                        )
                    )
    return out


def main(
    out: Path, districts: int = DISTRICTS, subdistricts: int = SUBDISTRICTS
) -> dict[str, float]:
    """Run it; seconds and counts by name."""
    r = city(districts, subdistricts)
    given = [*figures(r), *items(r)]
    asked = replace(r, last=tuple(given), last_year=2019)
    began = time.perf_counter()
    made = write_templates(asked, out)
    written = time.perf_counter()
    for path in made:
        fill(path, asked, given, out / "returned" / path.name)
    filled = time.perf_counter()
    sent = [(p, p.name, "2021-01-01") for p in sorted((out / "returned").iterdir())]
    reading = read_files(asked, sent)
    read = time.perf_counter()
    write_account(reading, out / "account")
    return {
        "forms": len(reading.by_form),
        "figures": len(reading.answers),
        "lost": len(given) - len(reading.answers),
        "rows": len(reading.rows),
        "MiB": sum(p.stat().st_size for p, _, _ in sent) / 2**20,
        "write_s": written - began,
        "fill_s": filled - written,
        "read_s": read - filled,
        "account_s": time.perf_counter() - read,
        "problems": len(reading.problems),
    }


if __name__ == "__main__":
    small = "--small" in sys.argv
    with tempfile.TemporaryDirectory() as scratch:
        found = main(Path(scratch), *((2, 4) if small else (DISTRICTS, SUBDISTRICTS)))
    for name, value in found.items():
        print(f"{name:10} {value:,.2f}" if isinstance(value, float) else f"{name:10} {value:,}")
