"""The tree of ecosystem types and the look-up of coefficients in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gep.core import tables
from gep.core.ecosystems import belongs, find, lineage, tree
from gep.core.errors import ParameterError


def test_the_standard_is_whole():
    """HJ 1166-2021, table A.1: 8 classes of the first level and 24 of the second; the rest is our
    own, and says so.
    """
    own = [e for e in tree().values() if "own third level" in e.source]
    standard = [e for e in tree().values() if "HJ 1166-2021" in e.source]
    assert len(own) + len(standard) == len(tree())
    assert [sum(len(e.code) == n for e in standard) for n in (1, 2)] == [8, 24]
    assert all(e.zh and e.en and e.id for e in tree().values())


def test_ids_and_codes_are_unique_and_parents_exist():
    assert len({e.code for e in tree().values()}) == len(tree())
    for id, e in tree().items():
        assert id.isidentifier() and id == id.lower()
        assert (e.parent in tree()) == (len(e.code) > 1) and e.code.startswith(
            tree()[e.parent].code if e.parent else ""
        )


def test_every_spelling_is_found():
    for e in tree().values():
        for spelling in (e.id, e.zh, e.en, e.en.upper(), f" {e.en} ", e.id.replace("_", " ")):
            assert find(spelling) == e.id, spelling
    assert find("森林") == find("森林生态系统") == "forest"
    assert find("其他") == find("Other") == "other"


def test_spellings_are_not_shared():
    seen = {}
    for e in tree().values():
        for spelling in {e.id, e.zh, e.en.casefold()}:
            assert seen.setdefault(spelling, e.id) == e.id


@given(st.text(max_size=20))
def test_unknown_labels(text):
    assert find(text) is None or find(text) in tree()


def test_own_labels():
    own = {"乔木林地": "forest", "loop": "loop"}
    assert (
        find("乔木林地", own) == "forest" and find("乔木林地") is None and find("loop", own) is None
    )
    assert list(lineage("乔木林地", own)) == ["forest"]


def test_lineage():
    assert list(lineage("mangrove")) == ["mangrove", "marsh", "wetland"]
    assert list(lineage("水田")) == ["paddy", "arable_land", "cropland"]
    for id in tree():
        path = list(lineage(id))
        assert path[0] == id and len(path) <= 3 and not tree()[path[-1]].parent
    with pytest.raises(ParameterError, match="atlantis: is no ecosystem type"):
        list(lineage("atlantis"))


def test_belongs():
    assert (
        belongs("mangrove", ["wetland"])
        and belongs("forest", ["forest", "lake"])
        and belongs("湖泊", ["wetland"])
    )
    assert not belongs("wetland", ["mangrove"]) and not belongs("forest", [])


def test_coefficient_by_nearest_ancestor(tmp_path):
    path = tmp_path / "c.csv"
    rows = [
        f"k,{e},,,{v},1,0,9,2020,by hand,,synthetic,"
        for e, v in [("", 1), ("forest", 2), ("bamboo", 3)]
    ]
    path.write_text("\n".join([",".join(tables.HEADER), *rows]), "utf-8")
    k = tables.Table(path)["k"]
    assert k.by_ecosystem
    picked = [
        k.pick(label).value for label in ("bamboo", "evergreen_broadleaf_forest", "forest", "lake")
    ]
    assert picked == [3, 2, 2, 1]
    assert k.pick("my bamboo", {"my bamboo": "bamboo"}).value == 3
    numbers, used, lacking = k.numbers("%", ["bamboo", "lake", "forest", "bamboo"])
    assert numbers == [300, 100, 200, 300] and len(used) == 3 and not lacking
    assert k.pick().cite() == "k = 1 1 (by hand; synthetic)"
    assert k.pick("bamboo").low == 0 and k.pick("bamboo").high == 9


def table(tmp_path, *rows):
    """Rows of ecosystem, item, region, value and unit under the name ``k``."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"  # a table is read once
    path.write_text(
        "\n".join(
            [
                ",".join(tables.HEADER),
                *(
                    f"k,{e},{i},{r},{v},{u},,,2020,by hand,p. 3,synthetic,"
                    for e, i, r, v, u in rows
                ),
            ]
        ),
        "utf-8",
    )
    return tables.Table(path)


def test_of_several_rows_for_one_class_the_one_for_all_counts(tmp_path):
    k = table(
        tmp_path,
        ("forest", "", "North", 2, "1"),
        ("forest", "", "South", 3, "1"),
        ("lake", "", "North", 5, "1"),
        ("lake", "", "", 7, "1"),
        ("", "", "", 9, "1"),
    )["k"]
    assert [
        k.pick(e) and k.pick(e).value for e in ("forest", "bamboo", "lake", "desert", None)
    ] == [None, None, 7, 9, 9]
    assert k.numbers("1", ["forest", "lake"])[2] == ["forest"] and k.numbers("1", None) == (
        [9.0],
        [k.rows[4]],
        [],
    )
    animals = table(tmp_path, ("meadow", "sheep", "", 1, "1"), ("meadow", "goat", "", 2, "1"))["k"]
    assert animals.pick("meadow") is None  # neither is for all
    none = table(tmp_path, ("forest", "", "", 2, "1"), ("lake", "fish", "", 3, "1"))["k"]
    values, rows, lacking = none.numbers("1", ["desert", "forest"])
    assert (
        values[0] != values[0]
        and values[1] == 2
        and rows == [none.rows[0]]
        and lacking == ["desert"]
    )
    assert (
        none.numbers("1", None)[2] == ["no ecosystem given"]
        and none.pick("lake").value == 3
        and not table(tmp_path, ("", "", "", 1, "1"))["k"].by_ecosystem
    )


def test_a_coefficient_in_another_unit(tmp_path):
    warm = table(tmp_path, ("", "", "", 20, "degC"))["k"]
    assert warm.numbers("kelvin", None)[0] == [pytest.approx(293.15)]


def test_a_row_as_a_person_would_quote_it(tmp_path):
    k = table(tmp_path, ("forest", "dust", "North", 2.5, "t/hm2"), ("", "", "", 9, "1"))["k"]
    assert [r.cite() for r in k.rows] == [
        "k [forest, dust, North] = 2.5 t/hm2 (by hand, p. 3; synthetic)",
        "k = 9 1 (by hand, p. 3; synthetic)",
    ]
    assert k.rows[0].low is None and k.rows[0].high is None


def test_a_name_that_is_in_no_row(tmp_path):
    with pytest.raises(ParameterError) as told:
        _ = table(tmp_path, ("", "", "", 1, "1"))["m"].rows
    assert [(p.code, p.where, p.values["names"]) for p in told.value.problems] == [
        ("coefficient.unknown", "m", "k")
    ]
    assert tables.EVIDENCE == ("sourced", "derived", "general", "uncertain", "synthetic")
    assert tables.beside("/a/b.py").path.name == "b.csv"


def test_a_parent_of_the_tree_and_the_words_of_a_class():
    assert (
        tree()["mangrove"].parent == "marsh"
        and tree()["forest"].parent == ""
        and tree()["lake"].en == "lake"
    )
    assert (
        find(" FOREST ") == "forest"
        and find("broadleaf_forest") == find("broadleaf forest")
        and find("x", {"x": "y"}) is None
    )
    with pytest.raises(ParameterError) as told:
        list(lineage("loop", {"loop": "loop"}))
    assert [(p.code, p.where) for p in told.value.problems] == [("ecosystem.unknown", "loop")]
    assert belongs("mine", ["wetland"], {"mine": "lake"}) and not belongs(
        "mine", ["wetland"], {"mine": "forest"}
    )
