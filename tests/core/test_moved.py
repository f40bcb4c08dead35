"""Paths of 0.1: each is served, with a warning that says where it went."""

import subprocess
import sys
from importlib import import_module, util

import pytest

import gep
from gep.core import moved


@pytest.mark.parametrize("old", moved.table())
def test_an_old_path_is_served(old):
    sys.modules.pop(old, None)
    with pytest.warns(DeprecationWarning, match=f"^{old} is now {moved.table()[old][0]}"):
        module = import_module(old)
    names = [n for n in vars(import_module(moved.table()[old][0])) if not n.startswith("_")]
    assert all(hasattr(module, n) for n in names)
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = module.no_such_name


@pytest.mark.parametrize("old", moved.table())
def test_a_new_path_is_a_file(old):
    for new in moved.table()[old]:
        assert util.find_spec(new).origin.endswith(".py")


def test_names_of_a_module_that_was_split():
    sys.modules.pop("gep.folder", None)
    with pytest.warns(DeprecationWarning, match="gep.folder is now gep.opening and"):
        from gep.folder import Loaded, ledger_csv, read, run, write
    from gep import opening
    from gep.intake.folder import Loaded as now
    from gep.report import results

    assert (read, run, Loaded) == (opening.read, gep.run, now)
    assert (write, ledger_csv) == (results.write, results.ledger_csv)


def test_in_a_program():
    """Once, whatever form the import has; what is no old path stays unknown."""
    code = (
        "from gep import units\nimport gep.report.web.notebook\nfrom gep.solve import Solver\n"
        "import gep.uncertainty.spreads as s\nprint(units.conversion('km2', 'm^2')[0])\n"
        "try: import gep.nothing\nexcept ModuleNotFoundError as e: print(e)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["1000000.0", "No module named 'gep.nothing'"]
    told = [x for x in done.stderr.split("\n") if "DeprecationWarning" in x]
    assert [x.partition("Warning: ")[2].partition(" is now")[0] for x in told] == [
        "gep.units",
        "gep.report.web",
        "gep.report.web.notebook",
        "gep.solve",
        "gep.uncertainty",
        "gep.uncertainty.spreads",
    ]
