"""The forms carry every input of the sixteen indicators, and nothing else."""

import csv
from pathlib import Path

import pytest

from gep import indicators, standards
from gep.account.inputs import slots
from gep.core import units
from gep.forms import define

FORMS = define.forms()
FIELDS = [f for form in FORMS.values() for f in form.fields]


def test_counts():
    assert len(FORMS) == 48
    assert len(define.departments()) == 18
    assert {form.department for form in FORMS.values()} == set(define.departments())
    assert len({form.category_zh for form in FORMS.values()}) == 4
    assert len(standards.get("shenzhen").rows) == 16


def asked():
    """What each component of the standard takes: counted from the profile, not with the room's own
    function.
    """
    profile = standards.get("shenzhen")
    for target in (target for row in profile.rows for target in row.components):
        i, _, c = target.partition(".")
        record = indicators.get(i)
        component = record.component(c)
        for name, slot in slots(record, component, profile.pricing.get(target, "")).items():
            if slot.kind not in ("quantity", "value", "share"):
                yield i, c, name
        if not component.quantity:
            yield i, c, "quantity"


def test_every_input_is_fed():
    fed = set()
    for f in FIELDS:
        for part in FORMS[f.form].components or ("",):
            fed |= {(t.indicator, t.component, t.name) for t in define.targets(f, part)}
    lacking = []
    for i, c, name in asked():
        places = (
            {(i, c, name)} if name == "quantity" else {(i, c, name), (i, "", name), ("", "", name)}
        )
        if not places & fed:
            lacking.append(f"{i}.{c}.{name}")
    assert lacking == []
    assert define.uncovered() == []


def test_no_field_feeds_nothing():
    assert define.idle() == []


def test_removing_a_field_leaves_a_gap(monkeypatch):
    """The proof can fail: without the price of oxygen the list is not empty."""
    define.feeders.cache_clear()
    monkeypatch.setattr(define, "forms", lambda: {c: f for c, f in FORMS.items() if c != "C12"})
    assert "oxygen_release.oxygen.oxygen_price" in define.uncovered()
    define.feeders.cache_clear()


@pytest.mark.parametrize("f", FIELDS, ids=lambda f: f.code)
def test_field(f):
    form = FORMS[f.form]
    assert f.zh and f.en and f.code.startswith(form.code + "-")
    if f.unit:
        assert units.same(f.unit, f.unit_zh), "the printed unit is another one"
        for part in form.components or ("",):
            for t in define.targets(f, part):
                if t.kind not in ("input", "price"):
                    continue
                slot = next(
                    own[t.name]
                    for i, c, own in define.needs()
                    if t.indicator in ("", i) and t.component in ("", c.id) and t.name in own
                )
                assert (
                    not slot.unit
                    or units.compatible(f.unit, slot.unit)
                    or units.lacks_only_year(f.unit, slot.unit)
                )
    else:
        assert "unit" in form.keys
    for word in f.rule.split() + f.required.split():
        if "-" in word:
            assert form.field(word), f"{word} is no field of {form.code}"


def test_everything_is_flagged_reconstructed():
    assert all(
        "reconstructed" in x.evidence for x in (*FORMS.values(), *define.departments().values())
    )


def test_files_are_what_the_tool_writes(tmp_path, monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location(
        "tool", Path(__file__).parents[2] / "tools" / "forms.py"
    )
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    shipped = tool.OUT
    if not shipped.is_dir():
        pytest.skip("needs a checkout: the tool writes into the source")
    monkeypatch.setattr(tool, "OUT", tmp_path)
    tool.main()
    for name in ("departments.csv", "forms.csv", "fields.csv"):
        with (
            (tmp_path / name).open(encoding="utf-8") as a,
            (shipped / name).open(encoding="utf-8") as b,
        ):
            assert list(csv.reader(a)) == list(csv.reader(b))
