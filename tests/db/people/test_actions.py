"""People in the database: found again, sealed, masked, and never doubled."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from db.action import Actor
from db.errors import NotAllowed, RuleBroken, Stale, Unavailable
from db.journal.models import JournalEntry
from db.people.actions import edit_person, keep_person, unmask, update_person
from db.people.models import Person
from db.people.queries import find_by_name, find_by_number, find_by_phone, find_by_tail, get_person, reveal
from db.people.rules import IdType, PersonDetails, PersonField, PersonKind, Sex
from db.session import Hall
from tests.factories.people import details, made_up_id

Run = Callable[..., Any]
NUMBER = made_up_id()


def test_a_person_is_found_again_by_number_in_any_spelling(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details())
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in NUMBER.lower())
    found = hall.read(find_by_number, hall.vault, clerk.centre_id, full_width)
    assert [row.id for row in found] == [kept]
    assert found[0].name == "吴·秀英"
    assert (found[0].birthday, found[0].sex) == (date(1958, 3, 12), Sex.FEMALE)
    assert found[0].id_masked == f"350***********{NUMBER[-4:]}"
    assert found[0].phone_masked == "138****0000"
    assert found[0].address_masked == "福建省莆田市荔城区镇海街道梅峰路****"


def test_nothing_personal_is_readable_in_the_database(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details())
    run(clerk, unmask, person_id=kept, field=PersonField.ID, reason="核对")
    with hall.transaction() as session:
        tables = ["person", "journal_entry", "operation"]
        dump = repr([session.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    for secret in (NUMBER, "13800000000", "梅峰路18号", NUMBER.encode().hex()):
        assert secret not in dump


def test_a_sealed_number_does_not_open_in_another_row(hall: Hall, clerk: Actor, run: Run) -> None:
    one = run(clerk, keep_person, details=details())
    two = run(clerk, keep_person, details=details("张三", id_number=made_up_id(order="123"), phone="13900000000"))
    with hall.transaction() as session:
        rows = {row.id: row for row in session.scalars(select(Person))}
        rows[two].id_sealed = rows[one].id_sealed
    with pytest.raises(Unavailable, match="无法打开"):
        hall.read(reveal, hall.vault, clerk.centre_id, two, PersonField.ID)


def test_a_returning_person_is_not_doubled_and_brought_up_to_date(hall: Hall, clerk: Actor, run: Run) -> None:
    first = run(clerk, keep_person, details=details())
    again = run(clerk, keep_person, details=details(phone="13911112222", address=""))
    assert again == first
    row = hall.read(get_person, hall.vault, clerk.centre_id, first)
    assert row is not None
    assert (row.phone_masked, row.version) == ("139****2222", 2)
    assert hall.read(reveal, hall.vault, clerk.centre_id, first, PersonField.ADDRESS).endswith("梅峰路18号")
    assert hall.read(find_by_phone, hall.vault, clerk.centre_id, "13800000000") == ()


def test_nothing_new_changes_nothing(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details())
    run(clerk, keep_person, details=details(phone="", address=""))
    row = hall.read(get_person, hall.vault, clerk.centre_id, kept)
    assert row is not None
    assert row.version == 1


def test_without_a_number_name_and_phone_find_the_person(hall: Hall, clerk: Actor, run: Run) -> None:
    nobody = PersonDetails("陈阿婆", phone="0594-2690000")
    assert run(clerk, keep_person, details=nobody) == run(clerk, keep_person, details=nobody)
    bare = PersonDetails("陈阿婆")
    assert run(clerk, keep_person, details=bare) != run(clerk, keep_person, details=bare)


def test_two_passports_of_one_number_are_two_people(hall: Hall, clerk: Actor, run: Run) -> None:
    one = PersonDetails("Zoë Müller", IdType.PASSPORT, "C01234567")
    two = PersonDetails("Nguyễn Thị Hoa", IdType.PASSPORT, "C01234567")
    assert run(clerk, keep_person, details=one) != run(clerk, keep_person, details=two)
    found = hall.read(find_by_number, hall.vault, clerk.centre_id, "c0123 4567")
    assert {row.name for row in found} == {"Zoë Müller", "Nguyễn Thị Hoa"}


@pytest.mark.parametrize("name", ["䶮𬱖𠮷", "阿卜杜热合曼·买买提" * 5])
def test_a_name_keeps_every_character_on_both_databases(hall: Hall, clerk: Actor, run: Run, name: str) -> None:
    kept = run(clerk, keep_person, details=details(name))
    row = hall.read(get_person, hall.vault, clerk.centre_id, kept)
    assert row is not None
    assert row.name == name


def test_an_organisation_with_a_doubtful_code_is_kept(hall: Hall, clerk: Actor, run: Run) -> None:
    code = "91350304MA2XXXXX00"
    kept = run(clerk, keep_person, details=PersonDetails("某某商店", IdType.CREDIT_CODE, code))
    row = hall.read(get_person, hall.vault, clerk.centre_id, kept)
    assert row is not None
    assert (row.kind, row.birthday) == (PersonKind.ORGANISATION, None)


def test_people_are_found_by_the_beginning_of_a_name_first(hall: Hall, clerk: Actor, run: Run) -> None:
    for order, name in (("111", "王小明"), ("222", "小明明"), ("333", "李大%明")):
        run(clerk, keep_person, details=details(name, id_number=made_up_id(order=order)))
    find = lambda text: [row.name for row in hall.read(find_by_name, hall.vault, clerk.centre_id, text)]  # noqa: E731
    assert find("小明") == ["小明明", "王小明"]
    assert find("%") == ["李大%明"]
    assert find(" ") == []


def test_people_of_another_centre_are_not_found(hall: Hall, clerk: Actor, run: Run, now: Any) -> None:
    from tests.factories.centre import make_centre

    run(clerk, keep_person, details=details())
    other = make_centre(hall, now=now, code="JM02")
    assert hall.read(find_by_number, hall.vault, other, NUMBER) == ()
    assert hall.read(find_by_name, hall.vault, other, "吴") == ()


def test_an_edit_on_an_old_view_is_refused(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details())
    assert run(clerk, edit_person, person_id=kept, version=1, details=details(phone="")) == 2
    with pytest.raises(Stale, match="别人修改"):
        run(clerk, edit_person, person_id=kept, version=1, details=details())
    row = hall.read(get_person, hall.vault, clerk.centre_id, kept)
    assert row is not None
    assert row.phone_masked == ""


def test_a_new_phone_leaves_everything_else(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details())
    assert run(clerk, update_person, person_id=kept, phone="139 1111 2222") == kept
    row = hall.read(get_person, hall.vault, clerk.centre_id, kept)
    assert row is not None
    assert (row.phone_masked, row.id_masked[-4:], row.version) == ("139****2222", NUMBER[-4:], 2)
    assert hall.read(find_by_number, hall.vault, clerk.centre_id, NUMBER) == (row,)


def test_somebody_is_found_by_the_last_four_places(hall: Hall, clerk: Actor, run: Run) -> None:
    kept = run(clerk, keep_person, details=details(phone="13812349876"))
    for tail in (NUMBER[-4:], NUMBER[-4:].lower(), "９８７６"):
        assert [row.id for row in hall.read(find_by_tail, hall.vault, clerk.centre_id, tail)] == [kept]
    assert hall.read(find_by_tail, hall.vault, clerk.centre_id, "987") == ()
    assert hall.read(find_by_tail, hall.vault, clerk.centre_id, "****") == ()


def test_a_number_of_somebody_else_is_refused(hall: Hall, clerk: Actor, run: Run) -> None:
    run(clerk, keep_person, details=details())
    other = run(clerk, keep_person, details=details("张三", id_number=made_up_id(order="123")))
    with pytest.raises(RuleBroken, match="已登记在“吴·秀英”名下"):
        run(clerk, edit_person, person_id=other, version=1, details=details("张三"))


def test_looking_behind_the_mask_needs_a_reason_and_is_journalled(
    hall: Hall, clerk: Actor, auditor: Actor, run: Run
) -> None:
    kept = run(clerk, keep_person, details=details())
    with pytest.raises(RuleBroken, match="请填写查看原因"):
        run(clerk, unmask, person_id=kept, field=PersonField.PHONE, reason="  ")
    with pytest.raises(NotAllowed):
        run(auditor, unmask, person_id=kept, field=PersonField.PHONE, reason="看看")
    assert run(clerk, unmask, person_id=kept, field=PersonField.PHONE, reason="通知取件") is True
    assert hall.read(reveal, hall.vault, clerk.centre_id, kept, PersonField.PHONE) == "13800000000"
    with hall.transaction() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.tag == "person.unmask")).one()
    assert "通知取件" in entry.facts
    assert entry.subject_id == kept
