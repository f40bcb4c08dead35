"""10,000 draws of the full table account: seconds and memory, printed with the class of the
machine, never asserted.
"""

from __future__ import annotations

import resource
import time
import warnings

from benchmarks.__main__ import ROOT, machine
from gep import opening
from gep.analysis.uncertainty import uncertainty


def main() -> None:
    """Every figure of the demo city drawn from a stated error, areas and prices alike."""
    warnings.simplefilter("ignore")
    account = opening.read(ROOT / "examples" / "demo_city_table")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    for draws in (1_000, 10_000):
        start, cpu = time.perf_counter(), time.process_time()
        found = uncertainty(account, draws, 1, errors={"*": "10 %"})
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{draws:>7,} draws of {len(found.sources.figures):,} figures, {len(found.ledger):,}"
            f" ledger rows   {seconds:6.2f} s ({cpu:.2f} s of one processor), peak {peak:.2f} GiB"
            f" ({before:.2f} before){'   (goal ≤ 5 s, ≤ 2 GiB)' if draws == 10_000 else ''}"
        )


if __name__ == "__main__":
    print(machine())
    main()
