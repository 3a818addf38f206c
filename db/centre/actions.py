"""What a manager changes of the centre: its data, its settings, its counters."""

from uuid import UUID

from sqlalchemy import select, update

from db.action import Act, action
from db.centre.models import Centre, Counter
from db.centre.rules import CentreFields, CentreSettings, checked, with_settings
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.staff.permissions import Permission
from db.text import line


@action("centre.edit", Permission.CENTRE_EDIT, "修改中心资料")
def edit_centre(act: Act, *, version: int, fields: CentreFields) -> int:
    """Change what the centre says of itself; the code stays, because numbers carry it. Returns the new version."""
    row = _held(act, version)
    new = checked(fields)
    if new.code != row.code:
        raise RuleBroken("中心代码已经印在办件编号里，不能再改。")
    for name in ("name", "short_name", "address", "phone", "complaint_phone", "hours", "seal_org"):
        setattr(row, name, getattr(new, name))
    return _changed(act, row)


@action("centre.settings", Permission.CENTRE_EDIT, "修改中心设置")
def change_settings(act: Act, *, version: int, settings: CentreSettings) -> int:
    """Set what holds for the whole centre. Returns the new version."""
    row = _held(act, version)
    row.settings = with_settings(row.settings, settings)
    act_note = {name: getattr(settings, name) for name in settings.__struct_fields__}
    new = _changed(act, row)
    act.note(**act_note)
    return new


@action("counter.add", Permission.CENTRE_EDIT, "新增窗口")
def add_counter(act: Act, *, number: str, name: str = "") -> UUID:
    """Add a counter; what it serves is set with the queue's settings."""
    counter = Counter(id=new_id(), centre_id=act.centre_id, number="", version=1)
    _name(act, counter, number, name)
    act.session.add(counter)
    act.on("counter", counter.id)
    act.note(number=counter.number)
    return counter.id


@action("counter.edit", Permission.CENTRE_EDIT, "修改窗口")
def edit_counter(act: Act, *, counter_id: UUID, version: int, number: str, name: str, active: bool) -> int:
    """Rename a counter or take it out of use. Returns the new version."""
    counter = act.session.get(Counter, counter_id, with_for_update=True)
    if counter is None or counter.centre_id != act.centre_id:
        raise RuleBroken("没有找到这个窗口，请刷新后重试。")
    if counter.version != version:
        raise Stale("这个窗口的设置刚被别人修改，请刷新后再改。")
    _name(act, counter, number, name)
    counter.active = active
    counter.version += 1
    act.on("counter", counter.id)
    act.note(number=counter.number, active=active)
    return counter.version


@action("counter.sit_down", Permission.ACCOUNT_OWN, "到窗口就座")
def sit_down(act: Act, *, counter_id: UUID | None) -> bool:
    """Somebody sits at a counter from now on, or (None) at none; every other seat of theirs is free again.

    Returns:
        Whether somebody else had been sitting there (who forgot to log out).

    Raises:
        RuleBroken: the counter is not there or not in use.
    """
    me = act.actor.staff_id
    act.session.execute(
        update(Counter)
        .where(Counter.centre_id == act.centre_id, Counter.occupied_by == me, Counter.id.is_distinct_from(counter_id))
        .values(occupied_by=None)
    )
    act.on("staff", me)
    if counter_id is None:
        return False
    counter = act.session.get(Counter, counter_id, with_for_update=True)
    if counter is None or counter.centre_id != act.centre_id or not counter.active:
        raise RuleBroken("这个窗口没有在使用，请换一个窗口。")
    other = counter.occupied_by not in (None, me)
    counter.occupied_by = me
    act.touch("counter", counter.id)
    act.note(number=counter.number, taken_over=other)
    return other


def _name(act: Act, counter: Counter, number: str, name: str) -> None:
    number = line(number, "窗口号", 6, required=True)
    taken = select(Counter.id).where(
        Counter.centre_id == act.centre_id, Counter.number == number, Counter.id != counter.id
    )
    if act.session.scalar(taken) is not None:
        raise RuleBroken(f"{number} 号窗口已经有了，请换一个窗口号。")
    counter.number, counter.name = number, line(name, "窗口名称", 20)


def _held(act: Act, version: int) -> Centre:
    row = act.session.get_one(Centre, act.centre_id, with_for_update={"key_share": True})
    if row.version != version:
        raise Stale("中心资料刚被别人修改，请刷新后再改。")
    return row


def _changed(act: Act, row: Centre) -> int:
    row.version += 1
    act.on("centre", row.id)
    return row.version
