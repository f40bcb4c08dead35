"""Every formula of the library passes every conformance check, and every record fits together."""

import pytest

from gep import check, indicators, pricing
from gep.core import nomenclature

FORMULAS = {f"{f.__module__.removeprefix('gep.')}.{f.__name__}": f for f in check.every_formula()}
# "formula": {"check": "reason"}
EXPECTED: dict[str, dict[str, str]] = {}


@pytest.mark.parametrize("name", check.CHECKS)
@pytest.mark.parametrize("formula", FORMULAS)
def test_formula(formula, name):
    found = check.run(name, FORMULAS[formula])
    if reason := EXPECTED.get(formula, {}).get(name):
        assert found, f"passes, although expected to fail: {reason}"
        pytest.xfail(reason)
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("indicator", indicators.every(), ids=lambda i: i.id)
def test_record(indicator):
    assert not check.check_indicator(indicator)


def test_components_name_prices_and_methods():
    for indicator in indicators.every():
        assert len({c.id for c in indicator.components}) == len(indicator.components)
        for c in indicator.components:
            assert c.pricing in pricing.METHODS, c
            assert c.zh and c.en and bool(c.price) == bool(c.price_unit or not c.unit), c
            assert not c.price or c.price in nomenclature.every(), c


def test_every_formula_of_a_module_is_registered():
    """A formula that no record names is not found by ``gep show``, and not checked."""
    for record in (*(i for i in indicators.every() if i.id in indicators.IDS), *pricing.every()):
        package = "indicators" if hasattr(record, "components") else "pricing"
        module = __import__(f"gep.{package}.{record.id}", fromlist=["x"])
        for name, value in vars(module).items():
            if (
                hasattr(value, "kernel")
                and value.__module__ == module.__name__
                and "{" not in value.unit + "".join(i.unit for i in value.inputs.values())
            ):
                assert f"{package}.{record.id}.{name}" in FORMULAS


def test_names_are_sorted_and_complete():
    rows = nomenclature.every()
    assert list(rows) == sorted(rows)
    for name, row in rows.items():
        assert all(row), name
        assert row.definition[0].isupper() and row.definition.endswith("."), row


def test_report_covers_all():
    out = check.report()
    assert len(out) == len(FORMULAS) + len(indicators.every())
    assert not any(out.values())
