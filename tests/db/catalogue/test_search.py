"""The right item is among the first three for what clerks type."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.catalogue.reading import fits, reading, search_form, variants
from db.catalogue.search import Entry, Index, usage_boost
from db.catalogue.starter import forbidden_proofs, starter_items

QUERIES = Path(__file__).with_name("queries.csv")


def _entries() -> Iterator[Entry]:
    for item in starter_items():
        yield Entry(
            key=item.local_code,
            name=item.name,
            aliases=item.aliases,
            codes=(item.local_code,),
            context=(*item.department.split("/"), item.category),
            materials=tuple(material.name for material in item.materials),
        )
    for proof in forbidden_proofs():
        yield Entry(key=f"P:{proof.name}", name=proof.name, aliases=proof.aliases)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(_entries())


def test_right_item_is_in_the_first_three_for_98_of_100_queries(index: Index) -> None:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        queries = list(csv.DictReader(file))
    missed = [
        row["query"]
        for row in queries
        if not {hit.key for hit in index.find(row["query"])[:3]} & set(row["expected"].split("|"))
    ]
    assert len(queries) >= 300
    assert len(missed) <= 0.02 * len(queries), missed


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("养老认证", "LY012"),  # as written, alias
        ("gaolingjintie", "LY002"),  # full pinyin
        ("gljt", "LY002"),  # initials
        ("gao龄jt", "LY002"),  # mixed
        ("高令津贴", "LY002"),  # same sound, other character
        ("gaolngjintie", "LY002"),  # letter missing
        ("gaolinggjintie", "LY002"),  # letter too many
        ("gaolimgjintie", "LY002"),  # wrong letter
        ("gaoilngjintie", "LY002"),  # letters exchanged
        ("haolingjintie", "LY002"),  # first letter wrong
        ("LY002", "LY002"),
        ("　高龄　津贴 ", "LY002"),
        ("ＧＬＪＴ", "LY002"),
        ("津贴 高龄", "LY002"),
        ("津贴高龄", "LY002"),  # words turned round
        ("我想办一下高龄津贴", "LY002"),  # words around the name
        ("danshenzm", "P:婚姻状况证明"),
    ],
)
def test_each_way_of_typing_finds_the_item_first(index: Index, query: str, key: str) -> None:
    assert index.find(query)[0].key == key


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("银行开户", "yinhang"),
        ("银行开户", "yhkh"),
        ("重阳节慰问", "chongyang"),
        ("单位参保", "danwei"),
        ("单姓宗亲登记", "shanxing"),
        ("厦门户籍", "xiamen"),
        ("长者食堂", "zhangzhe"),
        ("会计年审", "kuaiji"),
        ("女职工体检", "nvzhigong"),
        ("女职工体检", "nuzhigong"),
        ("绿化认养", "lvhua"),
    ],
)
def test_heteronyms_are_found_by_every_reading_people_use(name: str, said: str) -> None:
    index = Index([Entry(1, "完全不同"), Entry(2, name)])
    assert [hit.key for hit in index.find(said)][:1] == [2]


def test_nothing_is_found_for_what_is_not_there(index: Index) -> None:
    assert index.find("qqqqxxxx") == []
    assert index.find("𬱖𠮷") == []


def test_a_found_alias_department_or_material_is_named(index: Index) -> None:
    assert index.find("暂住证")[0].why == "俗称：暂住证"
    assert index.find("残联")[0].why == "所属：残联"
    assert {hit.key: hit.why for hit in index.find("医疗收费票据")}["YB008"] == "材料：医疗收费票据"


def test_use_moves_an_item_up_among_its_likes_but_not_past_an_exact_name(index: Index) -> None:
    plain = [hit.key for hit in index.find("医保")]
    used = [hit.key for hit in index.find("医保", {"YB010": 1.0})]
    assert plain[0] != "YB010"
    assert used[0] == "YB010"
    assert index.find("医保卡", {"SB016": 1.0})[0].key == "YB006"


def test_used_items_come_first_while_nothing_is_typed_and_disabled_ones_last() -> None:
    index = Index([Entry("a", "甲", enabled=False), Entry("b", "乙"), Entry("c", "丙")])
    assert [hit.key for hit in index.find("", {"c": 0.5})] == ["c", "b", "a"]


def test_use_counts_more_when_it_is_frequent_and_lately() -> None:
    assert usage_boost(100, 0) > usage_boost(10, 0) > usage_boost(10, 30) > usage_boost(1, 300) > 0
    assert usage_boost(10_000, 0) == 1.0


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_answered_and_a_reading_fits_its_text(text: str) -> None:
    small = Index(_entries_few())
    assert all(hit.key in {"LY001", "LY002"} for hit in small.find(text))
    kept = reading(text)
    assert fits(kept, text)
    assert all(len(variant) == len(search_form(text)) for variant in variants(kept))


def _entries_few() -> list[Entry]:
    return [entry for entry in _entries() if entry.key in ("LY001", "LY002")]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_name_is_found_by_its_own_pinyin_initials_and_any_mixture(data: st.DataObject) -> None:
    index = _WHOLE
    entry = data.draw(st.sampled_from(index.entries))
    form = search_form(entry.name)
    syllables = [token.split("/")[0] for token in reading(entry.name).split()]
    typed = "".join(
        data.draw(st.sampled_from([char, syllable, syllable[0]]))
        for char, syllable in list(zip(form, syllables, strict=True))[:8]
    )
    assert entry.key in {hit.key for hit in index.find(typed, limit=200)}


_WHOLE = Index(_entries())
