"""What the person in charge sets for the queue: letters, what each counter serves, the numbers of the law."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, insert, select

from db.action import Act, action
from db.catalogue.models import Item
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.line import lock_day, open_counter, policy_of, words
from db.tickets.models import CounterItem, TicketLetter, TicketPolicy
from db.tickets.queries import letters as letters_of
from db.tickets.rules import QueuePolicy


@action("ticket.policy", Permission.TICKET_MANAGE, "设置叫号规则")
def set_policy(
    act: Act,
    *,
    burst: int,
    overtake_limit: int,
    requeue_behind: int,
    requeue_times: int,
    undo_minutes: int,
    seen: QueuePolicy | None = None,
) -> None:
    """Set the numbers of the queue's law; they hold from the next call on. `seen` is what the caller changes, None whatever.

    Raises:
        Stale: somebody else has set them meanwhile.
    """
    policy = QueuePolicy(burst, overtake_limit, requeue_behind, requeue_times, undo_minutes)
    lock_day(act)
    if seen is not None and policy_of(act.session, act.centre_id) != seen:
        raise Stale("叫号规则刚被别人改过，请核对后再保存。")
    row = act.session.get(TicketPolicy, act.centre_id)
    if row is None:
        row = TicketPolicy(centre_id=act.centre_id)
        act.session.add(row)
    row.burst, row.overtake_limit = policy.burst, policy.overtake_limit
    row.requeue_behind, row.requeue_times = policy.requeue_behind, policy.requeue_times
    row.undo_minutes = policy.undo_minutes
    act.on("ticket_policy", act.centre_id)
    act.note(burst=burst, overtake_limit=overtake_limit, requeue_behind=requeue_behind, requeue_times=requeue_times)


@action("ticket.letters", Permission.TICKET_MANAGE, "设置号码字头")
def set_letters(
    act: Act, *, letters: Sequence[tuple[str, str, str]], seen: Sequence[tuple[str, str, str]] | None = None
) -> None:
    """Replace the letters of the queue: (letter, name, departments separated by 、). Numbers already taken stay.

    `seen` are the letters as the caller knew them, None whatever they are.

    Raises:
        Stale: somebody else has set others meanwhile.
    """
    if not letters:
        raise RuleBroken("至少要有一个字头，例如 A 综合。")
    named: set[str] = set()
    for letter, name, _ in letters:
        rules.number_of(letter, 1)
        if letter in named:
            raise RuleBroken(f"字头 {letter} 重复了。")
        if not name.strip():
            raise RuleBroken(f"字头 {letter} 还没有名称，例如“综合”。")
        named.add(letter)
    lock_day(act)
    if seen is not None and _letters(act) != tuple(seen):
        raise Stale("号码字头刚被别人改过，请核对后再保存。")
    act.session.execute(delete(TicketLetter).where(TicketLetter.centre_id == act.centre_id))
    act.session.execute(
        insert(TicketLetter),
        [
            {"centre_id": act.centre_id, "letter": letter, "name": name.strip(), "departments": "、".join(words(of))}
            for letter, name, of in letters
        ],
    )
    act.on("ticket_letter", act.centre_id)
    act.note(letters="".join(sorted(named)))


@action("ticket.bind", Permission.TICKET_MANAGE, "绑定窗口业务")
def bind_counter(
    act: Act,
    *,
    counter_id: UUID,
    version: int,
    letters: Sequence[str] = (),
    departments: Sequence[str] = (),
    item_ids: Sequence[UUID] = (),
) -> int:
    """Say what a counter serves; nothing at all means everything (一门式). Returns the counter's new version.

    Raises:
        Stale: somebody else changed the counter since it was read.
    """
    lock_day(act)
    counter = open_counter(act, counter_id, lock=True)
    if counter.version != version:
        raise Stale(f"{counter.number} 号窗口的设置刚被别人改过，请重新打开再改。")
    for letter in letters:
        rules.number_of(letter, 1)
    known = set(act.session.scalars(select(Item.id).where(Item.centre_id == act.centre_id, Item.id.in_(set(item_ids)))))
    if known != set(item_ids):
        raise RuleBroken("有的事项已不在目录里，请重新选择。")
    counter.letters = ",".join(sorted(set(letters)))
    counter.departments = ",".join(dict.fromkeys(words(",".join(departments))))
    counter.version += 1
    act.session.execute(
        delete(CounterItem).where(CounterItem.centre_id == act.centre_id, CounterItem.counter_id == counter_id)
    )
    if known:
        act.session.execute(
            insert(CounterItem),
            [{"centre_id": act.centre_id, "counter_id": counter_id, "item_id": each} for each in sorted(known)],
        )
    act.on("counter", counter_id)
    act.note(counter=counter.number, letters=counter.letters, departments=counter.departments, items=len(known))
    return counter.version


def _letters(act: Act) -> tuple[tuple[str, str, str], ...]:
    """The letters as they are now, under the lock of the day."""
    return tuple((row.letter, row.name, "、".join(row.departments)) for row in letters_of(act.session, act.centre_id))
