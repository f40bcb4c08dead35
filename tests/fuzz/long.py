"""Fuzz the readers for a while: ``python tests/fuzz/long.py MINUTES [READER ...]``, each reader for
so many minutes.

What is found is printed with the edits that cause it; the exit code is then 1.
"""

from __future__ import annotations

import random
import resource
import sys
import time
import traceback

import cases
from hypothesis import HealthCheck, given, seed, settings


def fuzz(name: str, seconds: float) -> int:
    """Try cases for that long and tell each defect once, by the fewest edits that were seen to
    cause it; how many there are.
    """
    start, tried, slowest = time.monotonic(), 0, 5.0
    found: dict[str, tuple[list[tuple], str]] = {}
    while time.monotonic() - start < seconds:

        @seed(random.randrange(2**32))
        @settings(
            max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(cases.edits)
        def search(changes: list[tuple]) -> None:
            nonlocal tried, slowest
            tried += 1
            began = time.monotonic()
            try:
                cases.run(name, changes)
            except Exception as error:
                at = _where(error)
                if at not in found or len(repr(changes)) < len(repr(found[at][0])):
                    found[at] = changes, traceback.format_exc(limit=-6)
            if time.monotonic() - began > slowest:
                slowest = time.monotonic() - began
                print(f"{name}: {slowest:.1f} s for {changes!r:.400}", flush=True)

        search()
    for changes, told in found.values():
        print(f"--- {name}: {changes!r}\n{told}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{name}: {tried} cases in {(time.monotonic() - start) / 60:.1f} min, {len(found)} defects,"
        f" peak {peak:.2f} GiB",
        flush=True,
    )
    return len(found)


def _where(error: BaseException) -> str:
    return (
        f"{type(error).__name__}"
        f" {[(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)][-1]}"
    )


if __name__ == "__main__":
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    sys.exit(any([fuzz(name, 60 * minutes) for name in sys.argv[2:] or cases.CASES]))
