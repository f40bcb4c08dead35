"""The report of the demo city as a page and as a workbook: seconds and size, printed with the class
of the machine.
"""

from __future__ import annotations

import time
import warnings
from importlib.util import find_spec

from benchmarks.__main__ import ROOT, machine
from gep import opening
from gep.report.excel.book import workbook
from gep.report.page.document import page

RUNS = 3


def main() -> None:
    """Both languages; the account itself is computed before."""
    warnings.simplefilter("ignore")
    for lang in ("zh", "en"):
        times, size = [], 0
        for _ in range(RUNS):
            account = opening.read(
                ROOT / "examples" / "demo_city_table"
            )  # afresh: a page may keep what it has worked out
            start = time.perf_counter()
            size = len(page(account, lang).encode())
            times.append(time.perf_counter() - start)
        print(
            f"page ({lang})       {min(times):6.2f} s   {size / 2**20:.2f} MiB (goal ≤ 3 s, ≤ 2 MB)"
        )
    if find_spec("openpyxl"):
        start = time.perf_counter()
        size = len(workbook(account, "zh"))
        print(f"workbook        {time.perf_counter() - start:6.2f} s   {size / 2**20:.2f} MiB")


if __name__ == "__main__":
    print(machine())
    main()
