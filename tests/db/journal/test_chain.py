"""Whatever is done to a journal without the key is found, and the right entry is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.ids import new_id
from db.journal.chain import ChainCheck, Fault, Finding, Link
from db.journal.rules import GENESIS, Entry, canonical, chained, sealed

KEY = b"k" * 32
CENTRE, STAFF = new_id(), new_id()
NOW = datetime(2026, 11, 17, 1, 30, tzinfo=UTC)


def entry(seq: int, **changes: object) -> Entry:
    plain = Entry(
        centre_id=CENTRE,
        seq=seq,
        at=NOW + timedelta(minutes=seq),
        op=UUID(int=seq),
        staff_id=STAFF,
        staff_name="林小妹",
        counter_id=None,
        tag="case.accept",
        subject_kind="case_file",
        subject_id=UUID(int=1000 + seq),
        facts=f'{{"number":"JM01-{seq}"}}',
        nth=0,
        seen_seq=0,
        seen=GENESIS,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def written(links: list[Link], made: Entry, key: bytes = KEY, late: int = 0) -> Link:
    """The link of an entry behind others, whose writer saw all of them but the last `late`."""
    hashes = [GENESIS, *(link.hash for link in links)]
    at = max(len(links) - late, 0)
    made = replace(made, seq=len(links) + 1, seen_seq=at, seen=hashes[at])
    seal = sealed(key, made)
    return Link(made, seal, hashes[-1], chained(hashes[-1], made.seq, seal))


def chain(length: int, key: bytes = KEY, late: int = 0) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, length + 1):
        links.append(written(links, entry(seq), key, late))
    return links


def rechained(links: list[Link]) -> list[Link]:
    """What somebody without the key can make of entries: numbers and hashes that fit."""
    made, previous = [], GENESIS
    for seq, link in enumerate(links, 1):
        hashed = chained(previous, seq, link.seal)
        made.append(Link(replace(link.entry, seq=seq), link.seal, previous, hashed))
        previous = hashed
    return made


def renumber(link: Link, seq: int) -> Link:
    return replace(link, entry=replace(link.entry, seq=seq))


def check(links: list[Link], head: tuple[int, bytes] | None) -> list[Finding]:
    checked = ChainCheck(KEY)
    for link in sorted(links, key=lambda link: link.entry.seq):
        checked.take(link)
    return checked.findings(head)


def told(findings: list[Finding]) -> list[tuple[Fault, int, int]]:
    return [(finding.fault, finding.first, finding.last) for finding in findings]


def head_of(links: list[Link]) -> tuple[int, bytes]:
    return links[-1].entry.seq, links[-1].hash


WHOLE = chain(12)
HEAD = head_of(WHOLE)


def test_a_whole_journal_has_no_findings() -> None:
    assert check(WHOLE, HEAD) == []
    assert check([], None) == []
    assert check([], (0, GENESIS)) == []


@given(
    st.integers(0, 11),
    st.sampled_from(
        [
            "at",
            "op",
            "staff_id",
            "staff_name",
            "counter_id",
            "tag",
            "subject_kind",
            "subject_id",
            "facts",
            "nth",
            "seen_seq",
            "seen",
        ]
    ),
)
def test_a_changed_field_of_any_entry_is_found_and_only_there(place: int, name: str) -> None:
    other = {
        "at": NOW, "op": UUID(int=9), "staff_id": None, "staff_name": "别人", "counter_id": new_id(), "tag": "case.refuse",
        "subject_kind": "receipt", "subject_id": None, "facts": "{}", "nth": 1, "seen_seq": 40, "seen": b"f" * 32,
    }  # fmt: skip
    links = WHOLE.copy()
    links[place] = replace(links[place], entry=replace(links[place].entry, **{name: other[name]}))
    if links[place].entry == WHOLE[place].entry:
        return
    findings = check(links, HEAD)
    assert told(findings) == [(Fault.CHANGED, place + 1, place + 1)]
    assert f"第 {place + 1} 条被改动" in findings[0].sentence


@given(st.integers(0, 11), st.sampled_from(["seal", "previous", "hash"]), st.sampled_from([b"f" * 32, b"\1" * 32]))
def test_a_changed_entry_with_a_forged_hash_is_found_and_only_there(place: int, name: str, forged: bytes) -> None:
    links = WHOLE.copy()
    links[place] = replace(links[place], **{name: forged})
    assert told(check(links, HEAD)) == [(Fault.CHANGED, place + 1, place + 1)]


def test_a_chain_recomputed_without_the_key_is_changed_everywhere() -> None:
    forged = chain(12, key=b"x" * 32)
    assert told(check(forged, head_of(forged))) == [(Fault.CHANGED, seq, seq) for seq in range(1, 13)]


@given(st.integers(1, 12), st.integers(1, 12))
def test_removed_entries_are_named(one: int, other: int) -> None:
    first, last = sorted((one, other))
    links = [link for link in WHOLE if not first <= link.entry.seq <= last]
    findings = check(links, HEAD)
    assert told(findings) == [(Fault.REMOVED, first, last)]
    assert "被删除" in findings[0].sentence


def test_a_cut_end_is_found_although_what_is_left_is_whole() -> None:
    findings = check(WHOLE[:9], HEAD)
    assert told(findings) == [(Fault.REMOVED, 10, 12)]
    assert findings[0].sentence == "操作日志第 10 至 12 条被删除（共 3 条）。"


@given(st.integers(1, 11))
def test_a_removed_entry_with_the_rest_renumbered_is_found(gone: int) -> None:
    links = [
        link if link.entry.seq < gone else renumber(link, link.entry.seq - 1)
        for link in WHOLE
        if link.entry.seq != gone
    ]
    found = told(check(links, HEAD))
    assert (Fault.REMOVED, gone, gone) in found
    assert (Fault.MOVED, gone, 11) in found
    assert len(found) == 2


@given(st.integers(1, 12), st.integers(1, 12))
def test_two_entries_that_changed_places_are_named(one: int, other: int) -> None:
    if one == other:
        return
    links = WHOLE.copy()
    links[one - 1], links[other - 1] = renumber(WHOLE[other - 1], one), renumber(WHOLE[one - 1], other)
    assert told(check(links, HEAD)) == sorted(
        [(Fault.MOVED, one, one), (Fault.MOVED, other, other)], key=lambda f: f[1]
    )


@given(st.integers(1, 12), st.booleans())
def test_an_inserted_entry_with_the_rest_renumbered_is_found(at: int, head_moved: bool) -> None:
    made = Link(entry(at, tag="case.done"), b"f" * 32, WHOLE[at - 1].previous, b"f" * 32)
    links = [*WHOLE[: at - 1], made, *(renumber(link, link.entry.seq + 1) for link in WHOLE[at - 1 :])]
    found = told(check(links, (13, WHOLE[-1].hash) if head_moved else HEAD))
    assert (Fault.INSERTED, at, at) in found
    assert (Fault.MOVED, at + 1, 13) in found


def test_an_entry_copied_to_another_number_is_found() -> None:
    links = [*WHOLE, renumber(WHOLE[3], 13)]
    assert told(check(links, HEAD)) == [(Fault.INSERTED, 13, 13)]


def test_an_entry_added_at_the_end_by_hand_is_found_with_the_head_moved_or_not() -> None:
    forged = Link(entry(13), b"f" * 32, WHOLE[-1].hash, b"f" * 32)
    assert told(check([*WHOLE, forged], HEAD)) == [(Fault.INSERTED, 13, 13)]
    assert told(check([*WHOLE, forged], (13, b"f" * 32))) == [(Fault.CHANGED, 13, 13)]


def test_entries_of_another_copy_of_the_journal_do_not_fit() -> None:
    """Two genuine continuations of one backup: the second cannot be grafted onto the first."""
    forked = WHOLE[:6]
    for seq in range(7, 13):
        forked.append(written(forked, entry(seq, staff_name="陈屿")))
    links = [*WHOLE[:8], *forked[8:]]
    assert told(check(links, head_of(forked))) == [(Fault.INSERTED, 9, 9)]


def test_a_head_that_was_changed_set_back_or_deleted_is_found() -> None:
    assert told(check(WHOLE, (12, b"f" * 32))) == [(Fault.HEAD, 12, 12)]
    assert told(check(WHOLE, (9, WHOLE[8].hash))) == [(Fault.HEAD, 9, 12)]
    assert told(check(WHOLE, None)) == [(Fault.HEAD, 12, 12)]


def test_several_faults_are_all_told_in_order() -> None:
    links = [link for link in WHOLE if link.entry.seq not in (3, 9, 10)]
    links[4] = replace(links[4], entry=replace(links[4].entry, facts="{}"))  # number 6
    assert told(check(links, HEAD)) == [(Fault.REMOVED, 3, 3), (Fault.CHANGED, 6, 6), (Fault.REMOVED, 9, 10)]


@given(st.lists(st.integers(1, 40), unique=True, max_size=6), st.permutations(range(1, 41)), st.integers(0, 5))
def test_no_damage_without_the_key_goes_unnoticed(gone: list[int], order: list[int], swaps: int) -> None:
    whole = chain(40)
    links = [link for link in whole if link.entry.seq not in gone]
    for one, other in zip(order[: 2 * swaps : 2], order[1 : 2 * swaps : 2], strict=False):
        a = next((i for i, link in enumerate(links) if link.entry.seq == one), None)
        b = next((i for i, link in enumerate(links) if link.entry.seq == other), None)
        if a is not None and b is not None:
            links[a], links[b] = renumber(links[b], one), renumber(links[a], other)
    damaged = sorted(links, key=lambda link: link.entry.seq) != whole
    assert bool(check(links, head_of(whole))) == damaged


@given(st.integers(0, 5), st.sets(st.integers(1, 12)), st.permutations(range(12)), st.booleans())
def test_a_chain_computed_anew_without_the_key_is_found_by_who_saw_it_as_it_was(
    late: int, gone: set[int], order: list[int], shuffled: bool
) -> None:
    """Up to the last entries: what nobody saw who wrote later, only the operations can tell (`untold_operations`)."""
    whole = chain(12 + late + 1, late=late)
    first = whole[:12]
    kept = [link for link in ([first[at] for at in order] if shuffled else first) if link.entry.seq not in gone]
    links = rechained([*kept, *whole[12:]])
    assert bool(check(links, head_of(links))) == (kept != first)


def test_a_rewritten_journal_is_told_between_what_was_vouched_for_and_what_was_seen() -> None:
    links = rechained([*WHOLE[:6], *WHOLE[7:]])
    [finding] = check(links, head_of(links))
    assert (finding.fault, finding.first, finding.last) == (Fault.REWRITTEN, 6, 7)
    assert finding.sentence == "操作日志第 6 至 7 条被改写：第 7 条写入时见到的日志与现在的不同。"


def test_writers_of_many_counters_who_saw_an_older_end_are_believed() -> None:
    for late in (1, 3, 30):
        assert check(chain(12, late=late), head_of(chain(12, late=late))) == []


def test_what_was_seen_longer_ago_than_is_remembered_is_not_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.journal.chain.REMEMBERED", 4)
    links = chain(12, late=6)
    assert check(links, head_of(links)) == []


def test_a_journal_forged_from_end_to_end_does_not_fill_the_memory() -> None:
    forged = chain(500, key=b"x" * 32)
    findings = check(forged, head_of(forged))
    assert findings[-1].sentence == "另有 200 条操作日志也被改动，未逐条列出。"


def test_the_canonical_form_of_an_entry_never_changes() -> None:
    """The seals of every hall depend on these bytes."""
    fixed = Entry(
        centre_id=UUID(int=1), seq=7, at=datetime(2026, 11, 17, 1, 30, 0, 5, tzinfo=UTC), op=UUID(int=2), staff_id=None,
        staff_name="王𠮷·艾力", counter_id=UUID(int=3), tag="staff.log_in", subject_kind="", subject_id=None,
        facts='{"n":1}', nth=2, seen_seq=5, seen=bytes(31) + b"\x07",
    )  # fmt: skip
    assert canonical(fixed).decode() == (
        '["00000000-0000-0000-0000-000000000001","2026-11-17T01:30:00.000005+00:00",'
        '"00000000-0000-0000-0000-000000000002",null,"王𠮷·艾力","00000000-0000-0000-0000-000000000003",'
        '"staff.log_in","",null,"{\\"n\\":1}",2,5,"' + "00" * 31 + '07"]'
    )
