"""A moment of fuzzing for each reader, the same every time; ``long.py`` goes on from there."""

from importlib.util import find_spec

import cases
import pytest
from hypothesis import HealthCheck, given, settings

NEEDS = {
    **dict.fromkeys(cases.SPATIAL, ("rasterio", "geopandas")),
    "forms": ("openpyxl", "python_calamine"),
    "report": ("openpyxl", "docx"),
}
SHORT = {
    "folder": 2,
    "report": 2,
    "maps": 2,
    "rasters": 1,
    "zones": 4,
    "forms": 1,
    "scenario": 8,
    "tables": 8,
}


@pytest.mark.parametrize("name", cases.CASES)
def test_a_reader_takes_it_or_says_what_is_wrong(name):
    for package in NEEDS.get(name, ()):
        if find_spec(package) is None:
            pytest.skip(f"needs {package}")

    @settings(
        derandomize=True,
        max_examples=SHORT.get(name, 12),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases.edits)
    def search(changes):
        cases.run(name, changes)

    search()


@pytest.mark.parametrize("name", cases.CASES)
def test_the_files_as_they_are_are_read(name, tmp_path):
    """The edits start from files that the reader takes, else they would all stop at the same first
    fault.
    """
    for package in NEEDS.get(name, ()):
        if find_spec(package) is None:
            pytest.skip(f"needs {package}")
    good, read = cases.CASES[name]
    read(good(), tmp_path)
