"""A round as it goes: who is late, corrections, signatures, release under lock, confidentiality,
stand-ins.
"""

import csv
import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gep import opening
from gep.core.errors import InputError
from gep.forms.back.read import read_files
from gep.forms.desk import desk as room
from gep.forms.desk import status as standing
from gep.forms.out.fill import fill
from gep.forms.out.template import write_templates
from gep.forms.round import Figure, Key, from_account, load, read_regions
from gep.report import results

TRANSPORT = "16_交通运输主管部门.xlsx"


def edited(path, sheet, cells, out=None):
    book = load_workbook(path)
    for at, value in cells.items():
        book[sheet][at] = value
    book.save(out or path)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def test_files_sent_in_stay_as_they_are(desk):
    before = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (desk / "returned").iterdir()
    }
    edited(desk / "returned" / TRANSPORT, "C13 隔声屏障造价与效果表", {"D10": "abc"})
    before[TRANSPORT] = hashlib.sha256((desk / "returned" / TRANSPORT).read_bytes()).hexdigest()
    room.read(desk)
    room.read(desk)
    assert {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (desk / "returned").iterdir()
    } == before


def test_a_fault_is_listed_marked_and_told_with_its_cell(desk):
    edited(desk / "returned" / TRANSPORT, "C13 隔声屏障造价与效果表", {"D10": "四十万"})
    room.read(desk)
    bad = [r for r in rows(desk / "problems.csv") if r["level"] == "error" and r["cell"]]
    assert [(r["file"], r["sheet"], r["cell"]) for r in bad] == [
        (TRANSPORT, "C13 隔声屏障造价与效果表", "D10")
    ]
    assert all("四十万" in bad[0][lang] and bad[0][f"mend_{lang}"] for lang in ("zh", "en"))
    assert (desk / "problems.csv").read_bytes().startswith("\ufeff".encode()), (
        "else Excel takes it for GBK"
    )
    marked = load_workbook(desk / "marked" / (TRANSPORT + ".marked.xlsx"))
    cell = marked["C13 隔声屏障造价与效果表"]["D10"]
    assert (
        cell.value == "四十万"
        and cell.comment is not None
        and cell.fill.fgColor.rgb.endswith("F8C9C4")
    )


def test_status_names_who_is_missing_and_what_waits(desk):
    (desk / "returned" / "13_卫生健康主管部门.xlsx").unlink()
    _, forms, indicators, faults = standing.status(desk, dt.date(2021, 4, 20))
    by_code = {f.form: f.word for f in forms}
    assert not faults
    assert by_code["C12"] == by_code["C22"] == "overdue"
    assert {f.form: f.word for f in standing.status(desk, dt.date(2021, 3, 1))[1]}["C12"] == "due"
    found = {i.id: i for i in indicators}
    assert found["oxygen_release"].waiting == (
        ("oxygen_release.oxygen", ("oxygen_price",), ("C12",)),
    )
    assert (
        found["water_retention"].ready == ("water_retention.retained_water",)
        and not found["water_retention"].waiting
    )
    assert standing.waiting_for(["C12"]) == "卫生健康主管部门 (C12)"


def test_late_is_told_from_the_date_in_the_form(desk):
    path = desk / "returned" / TRANSPORT
    sheet = "C13 隔声屏障造价与效果表"
    ws = load_workbook(path)[sheet]
    at = next(c for row in ws.iter_rows() for c in row if c.value == "报出日期")
    for day, word in (("２０２１年４月１４日", "reported"), ("2021.4.16", "late")):
        edited(path, sheet, {ws.cell(at.row, at.column + 1).coordinate: day})
        assert {f.form: f.word for f in standing.status(desk, dt.date(2021, 5, 1))[1]}[
            "C13"
        ] == word


def test_a_later_submission_supersedes_and_both_are_kept(desk):
    room.read(desk, mark=False)
    first = desk / "returned" / TRANSPORT
    kept = first.read_bytes()
    edited(first, "C13 隔声屏障造价与效果表", {"D10": 450000})
    os.utime(first, (2_000_000_000, 2_000_000_000))
    out = room.read(desk, mark=False)
    assert [(d.form, d.before, d.after) for d in out.differences] == [
        ("C13", "400000 CNY/km", "450000 CNY/km")
    ]
    assert {hashlib.sha256(kept).hexdigest(), hashlib.sha256(first.read_bytes()).hexdigest()} <= {
        p.stem for p in (desk / "kept").iterdir()
    }
    prices = [
        r
        for r in rows(desk / "account" / "prices.csv")
        if r["price"] == "construction_cost" and r["indicator"] == "noise_attenuation"
    ]
    assert [r["value"] for r in prices] == ["450000"]


KILLED = """
    import os, signal
    from gep.core import output
    from gep.forms import desk
    steps = iter(range(100))
    def counted(real):
        def call(source, target):
            # of the moves of this round: the rename that decides is 0, the files after it follow
            ours = str(target).endswith(output.SWITCH) or output.SWITCH in str(source)
            if ours and next(steps) == {at}:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(source, target)
        return call
    os.rename, os.replace = counted(os.rename), counted(os.replace)
    desk.read({desk!r})
"""


def round_files(at):
    """What a reading writes, by name."""
    tables = [
        *(at / "account").iterdir(),
        *(at / f"{n}.csv" for n in ("problems", "differences", "states")),
    ]
    return {p.relative_to(at).as_posix(): p.read_bytes() for p in tables} | {
        p.name: b"" for p in at.glob("marked/*")
    }


@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
def test_a_killed_reading_leaves_the_round_as_it_was_or_as_it_becomes(desk):
    for p in (desk / "returned").iterdir():
        if p.name != TRANSPORT:
            p.unlink()
    room.read(desk)
    old = round_files(desk)
    edited(desk / "returned" / TRANSPORT, "C13 隔声屏障造价与效果表", {"D10": 450000, "D11": "abc"})
    os.utime(desk / "returned" / TRANSPORT, (2_000_000_000, 2_000_000_000))
    seen = []
    for at in (0, 1, 4):
        code = textwrap.dedent(KILLED.format(at=at, desk=str(desk)))
        assert (
            subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
        )
        room.look(desk)  # whoever opens the round next finishes first
        seen.append(round_files(desk))
    room.read(desk)
    new = round_files(desk)
    assert old != new and seen == [old, new, new]


def test_an_account_that_is_out_of_step_is_not_released(desk):
    """A correction came in and was approved; the account still holds the figure before."""
    room.read(desk, mark=False)
    edited(
        desk / "returned" / TRANSPORT,
        "C13 隔声屏障造价与效果表",
        {"D10": 450000},
        desk / "returned" / "二次.xlsx",
    )
    for state in ("checked", "approved"):
        room.sign(desk, ["all"], state, "张三", "2021-04-01")
    with pytest.raises(InputError) as told:
        room.release(desk, "王五", "2021-04-03")
    assert [p.code for p in told.value.problems] == ["round.stale"]
    room.read(desk, mark=False)
    assert room.release(desk, "王五", "2021-04-03").name == "v1"
    assert room.signatures(desk)[-1].state == "final"


def test_a_reason_opens_the_next_version_only(desk):
    for p in (desk / "returned").iterdir():
        if p.name != TRANSPORT:
            p.unlink()
    room.read(desk, mark=False, revision="before any release")
    for state in ("checked", "approved"):
        room.sign(desk, ["all"], state, "张三", "2021-04-01")
    room.release(desk, "王五", "2021-04-03")
    for call in (lambda: room.read(desk, mark=False), lambda: room.release(desk, "王五")):
        with pytest.raises(InputError) as told:
            call()
        assert "round.locked" in [p.code for p in told.value.problems]


def test_figures_of_an_earlier_reading_do_not_stay(desk):
    """The last index reported is taken back: the account holds none, and no file of before."""
    room.read(desk, mark=False)
    assert rows(desk / "account" / "deflators.csv") or rows(desk / "account" / "regions.csv")
    (desk / "account" / "deflators.csv").write_text("index,year,value\nstray,2020,1\n", "utf-8")
    (desk / "deliveries.csv").write_text("field,file\nA,stray.tif\n", "utf-8")
    room.read(desk, mark=False)
    assert "stray" not in (desk / "account" / "deflators.csv").read_text("utf-8") + (
        desk / "deliveries.csv"
    ).read_text("utf-8")


def test_figures_without_a_place_are_left_out(demo, templates, tmp_path):
    path = next(p for p in templates if p.name.startswith("16"))
    mine = [f for f in demo.last if f.field.startswith("C13")]
    stray = [
        mine[0]._replace(field="C13-99"),
        demo.last[0]._replace(key=demo.last[0].key._replace(region="nowhere")),
    ]
    assert fill(path, demo, [*mine, *stray], tmp_path / "a.xlsx") == mine
    at = next(p for p in templates if p.name.startswith("02"))
    assert fill(at, demo, stray, tmp_path / "b.xlsx") == []


def test_regions_of_a_new_round(tmp_path):
    """GBK is read, what is missing is told, a wrong parent is told."""
    file = tmp_path / "regions.csv"
    file.write_bytes("region,parent,code\n东区,,990101\n".encode("gb18030"))
    assert [(x.name, x.parent, x.code) for x in read_regions(file, "模拟市").values()] == [
        ("东区", "模拟市", "990101")
    ]
    with pytest.raises(InputError) as told:
        read_regions(tmp_path / "none.csv", "模拟市")
    assert [p.code for p in told.value.problems] == ["file.missing"]
    file.write_text("region,parent\n东区,西省\n东区,\n", "utf-8")
    with pytest.raises(InputError) as told:
        read_regions(file, "模拟市")
    assert "region.double" in {p.code for p in told.value.problems}
    file.write_text("region,parent\n东区,西省\n", "utf-8")
    with pytest.raises(InputError) as told:
        read_regions(file, "模拟市")
    assert [p.code for p in told.value.problems] == ["region.parent"]


def test_states_go_in_order_and_a_correction_begins_again(desk):
    room.read(desk, mark=False)
    with pytest.raises(InputError) as told:
        room.sign(desk, ["C13"], "approved", "李四")
    assert [p.code for p in told.value.problems] == ["state.skip"]
    room.sign(desk, ["C13"], "checked", "张三", "2021-04-01")
    room.sign(desk, ["C13"], "approved", "李四", "2021-04-02")
    forms = {f.form: f for f in standing.status(desk)[1]}
    assert (forms["C13"].state, forms["C13"].name, forms["C13"].date) == (
        "approved",
        "李四",
        "2021-04-02",
    )
    edited(
        desk / "returned" / TRANSPORT,
        "C13 隔声屏障造价与效果表",
        {"D10": 450000},
        desk / "returned" / "二次.xlsx",
    )
    room.read(desk, mark=False)
    assert {f.form: f for f in standing.status(desk)[1]}["C13"].state == "filled"


def test_release_locks_and_a_revision_has_its_reason(desk):
    room.read(desk, mark=False)
    with pytest.raises(InputError) as told:
        room.release(desk, "王五")
    (fault,) = told.value.problems
    assert fault.code == "state.open" and "C13" in fault.where
    assert str(fault).endswith("--state checked --name NAME"), "approval comes after the check"
    room.sign(desk, ["all"], "checked", "张三", "2021-04-01")
    room.sign(desk, ["all"], "approved", "李四", "2021-04-02")
    first = room.release(desk, "王五", "2021-04-03")
    with pytest.raises(InputError) as told:
        room.read(desk, mark=False)
    assert [p.code for p in told.value.problems] == ["round.locked"]
    edited(
        desk / "returned" / TRANSPORT,
        "C13 隔声屏障造价与效果表",
        {"D10": 450000},
        desk / "returned" / "二次.xlsx",
    )
    room.read(desk, mark=False, revision="交通部门更正造价")
    room.sign(desk, ["transport"], "checked", "张三", "2021-05-01")
    room.sign(desk, ["transport"], "approved", "李四", "2021-05-02")
    second = room.release(desk, "王五", "2021-05-03")
    versions = room.releases(desk)
    assert [(v["version"], v["reason"], v["changed"]) for v in versions] == [
        ("v1", "", ""),
        ("v2", "交通部门更正造价", ""),
    ]
    assert float(opening.read(first).total) != float(opening.read(second).total)
    target = first / "inputs.csv"
    target.chmod(0o644)
    target.write_text(target.read_text("utf-8") + "\n", "utf-8")
    assert room.releases(desk)[0]["changed"] == "inputs.csv"


def test_confidential_figures_count_and_are_told_nowhere(desk):
    path = desk / "returned" / TRANSPORT
    edited(path, "C13 隔声屏障造价与效果表", {"D10": "987654.25（保密）"})
    out = room.read(desk)
    prices = [
        r
        for r in rows(desk / "account" / "prices.csv")
        if r["price"] == "construction_cost" and r["indicator"] == "noise_attenuation"
    ]
    assert [r["value"] for r in prices] == ["987654.25"], "the account uses it"
    edited(path, "C13 隔声屏障造价与效果表", {"D10": "987655.5（保密）"})
    os.utime(path, (2_000_000_000, 2_000_000_000))
    out = room.read(desk)
    assert out.differences and out.differences[0].after == "保密"
    for name in ("problems.csv", "differences.csv"):
        text = (desk / name).read_text("utf-8")
        assert "98765" not in text
    assert "98765" not in json.dumps(room.summary(out))
    account = opening.read(desk / "account")
    assert "98765" not in str(account.explain("noise_attenuation"))


def test_last_year_stands_in_only_when_asked_and_is_marked(desk):
    (desk / "returned" / "13_卫生健康主管部门.xlsx").unlink()
    room.read(desk, mark=False)
    assert not [r for r in rows(desk / "account" / "prices.csv") if r["price"] == "oxygen_price"]
    room.read(desk, mark=False, last=True)
    (row,) = [r for r in rows(desk / "account" / "prices.csv") if r["price"] == "oxygen_price"]
    assert (
        row["value"] == "1160.7"
        and row["note"] == "以 2020 年数代替"
        and row["source"] == "以 2020 年数代替 / GEP-C12 / 氧气价格"
    )


def test_nothing_stands_in_for_what_does_not_occur(desk):
    """No oxygen price this year is no gap that last year's 1160.7 could fill; one that is not known
    is.
    """
    for mark, found in (("—", []), ("不详", ["1160.7"])):
        edited(
            desk / "returned" / "13_卫生健康主管部门.xlsx",
            "C12 医用氧气价格表",
            {"D10": mark},
            desk / "returned" / f"更正 {mark}.xlsx",
        )
        room.read(desk, mark=False, last=True)
        assert [
            r["value"]
            for r in rows(desk / "account" / "prices.csv")
            if r["price"] == "oxygen_price"
        ] == found


def test_states_of_cells_reach_the_account_apart(demo, templates, tmp_path):
    """Below the unit and not occurring are zeros that say so; not available and withheld are no
    figures.
    """
    figures = [f for f in demo.last if f.field == "B06-01"][:4]
    marks = ("…", "—", "不详", "保密")
    given = [f._replace(text=m) for f, m in zip(figures, marks, strict=True)]
    path = next(p for p in templates if p.name.startswith("01"))
    fill(path, demo, given, tmp_path / "a.xlsx")
    out = read_files(replace(demo, last=()), [(tmp_path / "a.xlsx", "a.xlsx", "2021")])
    assert [a.cell.state for a in out.answers] == ["below", "absent", "unavailable", "confidential"]
    assert [(r.value, r.note) for r in out.rows] == [
        ("0", "不足最小单位（…）"),
        ("0", "没有发生（—）"),
    ]
    english = read_files(
        replace(demo, last=(), lang="en"), [(tmp_path / "a.xlsx", "a.xlsx", "2021")]
    )
    assert [r.note for r in english.rows] == ["below the unit (…)", "does not occur (—)"]
    assert [r.evidence for r in out.rows] == ["synthetic", "synthetic"]


def test_what_does_not_occur_has_no_rate(demo, templates, tmp_path):
    figure = next(f for f in demo.last if f.field == "A08-01")
    path = next(p for p in templates if p.name.startswith("01"))
    fill(path, demo, [figure._replace(text="—")], tmp_path / "a.xlsx")
    out = read_files(demo, [(tmp_path / "a.xlsx", "a.xlsx", "2021")])
    assert [a.cell.state for a in out.answers] == ["absent"]
    assert not out.rows


def test_rules_between_fields_and_years(demo, templates, tmp_path):
    path = next(p for p in templates if p.name.startswith("05"))
    taken = next(f for f in demo.last if f.field == "C06-01")
    fill(
        path,
        demo,
        [taken, Figure("C06-02", taken.key, str(float(taken.text) * 2), taken.unit)],
        tmp_path / "a.xlsx",
    )
    codes = [p.code for p in read_files(demo, [(tmp_path / "a.xlsx", "a.xlsx", "2021")]).problems]
    assert "rule.above" in codes and "rule.last" not in codes
    for factor, far in ((1.49, False), (1.51, True), (0.51, False), (0.49, True)):
        fill(
            path, demo, [taken._replace(text=str(float(taken.text) * factor))], tmp_path / "b.xlsx"
        )
        codes = [
            p.code for p in read_files(demo, [(tmp_path / "b.xlsx", "b.xlsx", "2021")]).problems
        ]
        assert ("rule.last" in codes) is far


def test_parts_of_the_soil_make_a_hundred(demo, templates, tmp_path):
    path = next(p for p in templates if p.name.startswith("01"))
    parts = {
        f.field: f
        for f in demo.last
        if f.field in ("A10-04", "A10-05", "A10-06") and f.key.region == "东湾区"
    }
    for text, wrong in ((parts["A10-06"].text, False), ("60", True)):
        fill(
            path,
            demo,
            [parts["A10-04"], parts["A10-05"], parts["A10-06"]._replace(text=text)],
            tmp_path / "a.xlsx",
        )
        codes = [
            p.code for p in read_files(demo, [(tmp_path / "a.xlsx", "a.xlsx", "2021")]).problems
        ]
        assert ("rule.parts" in codes) is wrong


def test_a_round_of_next_year_shows_last_years_figures_beside_blanks(tmp_path):
    r, _ = from_account(Path(__file__).parents[2] / "examples" / "demo_city_table", 2021)
    made = write_templates(r, tmp_path, ("health",))
    assert [p.name for p in made] == ["13_卫生健康主管部门.xlsx"]
    ws = load_workbook(made[0])["C12 医用氧气价格表"]
    assert (ws["A10"].value, ws["D10"].value, ws["E10"].value) == ("氧气价格", None, 1160.7)
    assert ws.protection.sheet and not ws["D10"].protection.locked and ws["A10"].protection.locked
    assert load(tmp_path).deadline(
        __import__("gep.forms.define", fromlist=["forms"]).forms()["C12"]
    ) == dt.date(2022, 4, 15)
    with pytest.raises(InputError):
        (tmp_path / "returned" / "x.xlsx").write_bytes(b"x")
        write_templates(r, tmp_path)


def test_a_workbook_of_another_round_is_refused(demo, tmp_path):
    made = write_templates(replace(demo, year=2019), tmp_path / "old", ("health",))
    out = read_files(demo, [(made[0], "old.xlsx", "2021")])
    assert [p.code for p in out.problems] == ["form.round"] and "old.xlsx" in out.refused


def test_the_same_figure_from_two_forms_is_compared(demo, templates, tmp_path, monkeypatch):
    """Marsh area in the form of lakes, and once more from another department: the first answers for
    it.
    """
    from gep.forms import define

    second = replace(
        define.field("A11-02"),
        feeds=("flood_mitigation.marsh.marsh_area",),
        unit="km2",
        unit_zh="平方公里",
        rule="",
    )
    forms = dict(define.forms())
    forms["A11"] = replace(
        forms["A11"], fields=tuple(second if f.code == "A11-02" else f for f in forms["A11"].fields)
    )
    path = next(p for p in templates if p.name.startswith("05"))
    fill(path, demo, [Figure("A09-11", Key(region="东湾区"), "2.0595", "km2")], tmp_path / "a.xlsx")
    monkeypatch.setattr("gep.forms.back.read.field_of", lambda code: forms[code[:3]].field(code))
    out = read_files(demo, [(tmp_path / "a.xlsx", "a.xlsx", "2021")])
    extra = (
        out.current["A09"]
        .answers[0]
        ._replace(
            field="A11-02",
            cell=out.current["A09"].answers[0].cell._replace(text="3", value=3.0),
            address="Z9",
        )
    )
    out.current["A11"] = replace(out.current["A09"], form=forms["A11"], answers=[extra])
    out.rows.clear()
    out.problems.clear()
    from gep.forms.back.read import _finish

    _finish(out)
    assert [r.value for r in out.rows if r.name == "marsh_area"] == ["2.0595"]
    assert [p.where for p in out.problems if p.code == "figure.apart"] == [
        "a.xlsx, A09 湖泊水库沼泽调蓄表, Z9"
    ]


def test_the_ledger_that_leaves_cannot_be_solved_for_a_confidential_cell(desk):
    """One district's road length is confidential: its rows and at least two more stay blank, all
    others and the total stand.
    """
    room.read(desk, mark=False)
    whole = opening.read(desk / "account").ledger
    path = desk / "returned" / "05_水务主管部门.xlsx"
    ws = load_workbook(path)["C06 取用水与外调水表"]
    row = next(
        r
        for r in range(11, 40)
        if ws.cell(r, 1).value == "生活用水" and ws.cell(r, 3).value == "东湾区"
    )
    column = next(c.column for c in ws[8] if c.value == "密级")
    edited(path, "C06 取用水与外调水表", {ws.cell(row, column).coordinate: "保密"})
    os.utime(path, (2_000_000_000, 2_000_000_000))
    room.read(desk, mark=False)
    account = opening.read(desk / "account")
    results.write(account, desk / "out")
    told = rows(desk / "out" / "ledger.csv")
    mine = [r for r in told if r["indicator"] == "water_supply" and r["component"] == "domestic"]
    blank = [r for r in mine if r["status"] == "confidential"]
    assert len(mine) == 10 and len(blank) == 3 and "东湾区" in {r["region"] for r in blank}
    assert all(r["quantity"] == r["value"] == r["price"] == "" for r in blank)
    assert len(told) == len(whole) and sum(r["status"] == "confidential" for r in told) == 3
    assert float(account.total) == pytest.approx(whole["value"].sum(), rel=1e-12)
    secret = whole.query(
        "indicator == 'water_supply' and component == 'domestic' and region == '东湾区'"
    )["value"].item()
    assert str(secret) not in (desk / "out" / "ledger.csv").read_text("utf-8")


def test_merged_row_labels_stand_for_all_rows_they_cover(demo, filled, tmp_path):
    """A region merged down over its rows is the region of each; the code beside it was emptied by
    the merge too.
    """
    path = tmp_path / "a.xlsx"
    book = load_workbook(filled["08"])
    ws = book["C01 农牧产品产量表"]
    names = [ws.cell(r, 3).value for r in range(11, 51)]
    first = 11
    while first < 51:
        last = first
        while last + 1 < 51 and ws.cell(last + 1, 3).value == ws.cell(first, 3).value:
            last += 1
        for column in (2, 3):
            if last > first:
                ws.merge_cells(
                    start_row=first, start_column=column, end_row=last, end_column=column
                )
        first = last + 1
    assert any(r.size["rows"] > 1 for r in ws.merged_cells.ranges) and len(set(names)) == 10
    book.save(path)
    plain, merged = (read_files(demo, [(p, "a.xlsx", "2021")]) for p in (filled["08"], path))
    assert not merged.problems
    assert [(a.field, a.key, a.cell.text) for a in merged.answers] == [
        (a.field, a.key, a.cell.text) for a in plain.answers
    ]


def test_files_of_one_name_in_two_folders_are_marked_both(desk):
    sent = (
        ("a", TRANSPORT, "C13 隔声屏障造价与效果表"),
        ("b", "13_卫生健康主管部门.xlsx", "C12 医用氧气价格表"),
    )
    for home, file, sheet in sent:
        (desk / "returned" / home).mkdir()
        edited(
            desk / "returned" / file,
            sheet,
            {"D10": "四十万"},
            desk / "returned" / home / "报表.xlsx",
        )
    for p in (desk / "returned").glob("*.xlsx"):
        p.unlink()
    room.read(desk)
    assert {p.name for p in (desk / "marked").iterdir()} == {
        "a_报表.xlsx.marked.xlsx",
        "b_报表.xlsx.marked.xlsx",
    }
