"""Taking back the last step of a ticket: the counterpart of a wrong key."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from db.action import Act, action
from db.cases.models import Case
from db.clock import business_date, start_of
from db.errors import RuleBroken
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.line import lock_day, may_manage, policy_of, require_free, ticket_of
from db.tickets.models import Ticket, TicketPeriod
from db.tickets.record import TicketRecord, close_period, keep, number, own
from db.tickets.states import AT_COUNTER, STEP_NAMES, UNDOABLE, Step, TicketState


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    ticket_id: UUID
    number: str
    step: Step


@action("ticket.undo", Permission.TICKET_CALL, "撤销上一步")
def undo(act: Act, *, ticket_id: UUID | None = None) -> Undone:
    """Take back the clerk's last step at this counter (or the last step of one ticket), as often as it makes sense.

    The time since then counts as if the step had not been: a wrongly called person has waited on. How often others were
    overtaken stays counted, in their favour.

    Raises:
        RuleBroken: nothing to undo, too long ago, moved on by somebody else, or the counter is taken.
    """
    lock_day(act)  # before looking: two windows of one clerk must not take the same step back twice
    step = _last_step(act, ticket_id)
    ticket = ticket_of(act, step.ticket_id)
    name = number(ticket)
    _require_last(act, ticket, step)
    rules.require_recent(name, step.ended_at, act.now, policy_of(act.session, act.centre_id))
    _require_no_case(act, ticket, step)
    if step.state_before in AT_COUNTER and step.counter_before is not None and ticket.state not in AT_COUNTER:
        require_free(act, step.counter_before)
    close_period(act, ticket, Step.UNDO, kind=step.state_before, undoes=step.position)
    _restore(act, ticket, step)
    keep(act, ticket)
    act.on("ticket", ticket.id)
    act.note(number=name, step=str(step.step))
    return Undone(ticket.id, name, step.step)


def _require_no_case(act: Act, ticket: TicketRecord, step: TicketPeriod) -> None:
    """Who has handed in papers since the call was served: that cannot be taken back by a key."""
    if step.step not in {Step.CALL, Step.START}:
        return
    filed = exists().where(
        Case.centre_id == act.centre_id, Case.ticket_id == ticket.id, Case.received_at >= step.ended_at
    )
    if act.session.scalar(select(filed)):
        raise RuleBroken(f"{number(ticket)} 已经收件，不能退回；请在办件里更正，或完成本号。")


def _restore(act: Act, ticket: TicketRecord, step: TicketPeriod) -> None:
    ticket.state = step.state_before
    ticket.counter_id, ticket.staff_id = step.counter_before, step.staff_before
    ticket.reserved_for, ticket.place, ticket.fast = step.reserved_before, step.place_before, step.fast_before
    ticket.requeued = step.requeued_before
    ticket.closed_at = None
    if ticket.note == step.note:
        ticket.note = ""
    if step.step is Step.START and ticket.owner_id != step.owner_before:
        own(act, ticket, step.owner_before)


def _last_step(act: Act, ticket_id: UUID | None) -> TicketPeriod:
    """The newest step that has not been taken back: of one ticket, or of this clerk at this counter today."""
    later = aliased(TicketPeriod)
    taken_back = exists().where(
        later.centre_id == act.centre_id,
        later.ticket_id == TicketPeriod.ticket_id,
        later.undoes == TicketPeriod.position,
    )
    steps = select(TicketPeriod).where(
        TicketPeriod.centre_id == act.centre_id, TicketPeriod.step.in_(UNDOABLE), ~taken_back
    )
    if ticket_id is not None:
        steps = steps.where(TicketPeriod.ticket_id == ticket_id)
    else:
        # by the day's tickets: an index of steps by counter would be written at every step, and asked only here
        today = select(Ticket.id).where(
            Ticket.centre_id == act.centre_id, Ticket.business_date == business_date(act.now), Ticket.steps > 0
        )
        steps = steps.where(
            TicketPeriod.ticket_id.in_(today),
            TicketPeriod.by_counter_id == act.actor.counter_id,
            TicketPeriod.by_staff_id == act.actor.staff_id,
            TicketPeriod.ended_at >= start_of(business_date(act.now)),
        )
    # Ids are made in order: they tell apart what one clerk did in the same instant.
    newest = TicketPeriod.position.desc() if ticket_id is not None else TicketPeriod.ended_at.desc()
    found = act.session.scalar(steps.order_by(newest, TicketPeriod.id.desc()).limit(1))
    if found is None:
        raise RuleBroken("没有可以撤销的步骤。")
    return found


def _require_last(act: Act, ticket: TicketRecord, step: TicketPeriod) -> None:
    """Refuse when the ticket has moved on since, or when the step was another clerk's."""
    name = number(ticket)
    if step.by_staff_id != act.actor.staff_id and not may_manage(act):
        raise RuleBroken(f"{name} 的上一步不是您做的，请由原窗口撤销。")
    after = select(TicketPeriod).where(
        TicketPeriod.centre_id == act.centre_id,
        TicketPeriod.ticket_id == ticket.id,
        TicketPeriod.position > step.position,
    )
    taken_back = {each.undoes for each in act.session.scalars(after) if each.undoes is not None}
    live = [
        each for each in act.session.scalars(after) if each.step is not Step.UNDO and each.position not in taken_back
    ]
    if live or ticket.state is TicketState.EXPIRED:
        raise RuleBroken(f"{name} 之后又{STEP_NAMES[live[-1].step] if live else '过期'}了，不能撤销更早的一步。")
