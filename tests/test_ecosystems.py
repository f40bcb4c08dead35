"""The tree of ecosystem types and the look-up of coefficients in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gep import tables
from gep.ecosystems import belongs, find, lineage, tree
from gep.errors import ParameterError


def test_the_standard_is_whole():
    """HJ 1166-2021, table A.1: 8 classes of the first level and 24 of the second; the rest is our own, and says so."""
    own = [e for e in tree().values() if "own third level" in e.source]
    standard = [e for e in tree().values() if "HJ 1166-2021" in e.source]
    assert len(own) + len(standard) == len(tree())
    assert [sum(len(e.code) == n for e in standard) for n in (1, 2)] == [8, 24]
    assert all(e.zh and e.en and e.id for e in tree().values())


def test_ids_and_codes_are_unique_and_parents_exist():
    assert len({e.code for e in tree().values()}) == len(tree())
    for id, e in tree().items():
        assert id.isidentifier() and id == id.lower()
        assert (e.parent in tree()) == (len(e.code) > 1) and e.code.startswith(tree()[e.parent].code if e.parent else "")


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
    assert find("乔木林地", own) == "forest" and find("乔木林地") is None and find("loop", own) is None
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
    assert belongs("mangrove", ["wetland"]) and belongs("forest", ["forest", "lake"]) and belongs("湖泊", ["wetland"])
    assert not belongs("wetland", ["mangrove"]) and not belongs("forest", [])


def test_coefficient_by_nearest_ancestor(tmp_path):
    path = tmp_path / "c.csv"
    rows = [f"k,{e},,,{v},1,0,9,2020,by hand,,synthetic," for e, v in [("", 1), ("forest", 2), ("bamboo", 3)]]
    path.write_text("\n".join([",".join(tables.HEADER), *rows]), "utf-8")
    k = tables.Table(path)["k"]
    assert k.by_ecosystem
    picked = [k.pick(label).value for label in ("bamboo", "evergreen_broadleaf_forest", "forest", "lake")]
    assert picked == [3, 2, 2, 1]
    assert k.pick("my bamboo", {"my bamboo": "bamboo"}).value == 3
    numbers, used, lacking = k.numbers("%", ["bamboo", "lake", "forest", "bamboo"])
    assert numbers == [300, 100, 200, 300] and len(used) == 3 and not lacking
    assert k.pick().cite() == "k = 1 1 (by hand; synthetic)"
    assert k.pick("bamboo").low == 0 and k.pick("bamboo").high == 9
