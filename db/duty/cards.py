"""Duty cards (轮值证) and the code on a 公示表: made with the centre's signing key, checked against the records."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.centre.models import Centre
from db.centre.rules import settings_of
from db.duty import codes
from db.duty.codes import CodeKind, DutyCode
from db.duty.models import DutyMember, DutyPlan
from db.duty.states import PlanState
from db.errors import RuleBroken
from db.receipts.check import check_keys
from db.receipts.keys import signer
from db.staff.permissions import Permission

MOST_CARDS = 500


@dataclass(frozen=True, slots=True)
class CardCode:
    """What the QR code of a member's present card says."""

    member_id: UUID
    serial: int
    payload: str


@dataclass(frozen=True, slots=True)
class CardCodes:
    """The codes of several cards, in the order they were asked for."""

    codes: tuple[CardCode, ...]


@dataclass(frozen=True, slots=True)
class CardFound:
    """Whose card was scanned; without a member, the sentence says why not."""

    member_id: UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class PosterFound:
    """Whether a 公示表 is what hangs now, and what to tell whoever scanned it."""

    current: bool
    sentence: str


@action("duty.cards_print", Permission.DUTY_PLAN, "打印轮值证")
def print_cards(act: Act, *, member_ids: tuple[UUID, ...]) -> CardCodes:
    """The codes for the cards of these members as they stand; a card of a lower serial is void already.

    Raises:
        RuleBroken: nobody or too many were chosen, or somebody is not (any more) of this centre's members.
    """
    if not 1 <= len(member_ids) <= MOST_CARDS:
        raise RuleBroken(f"请选择 1 到 {MOST_CARDS} 位轮值人员打印轮值证。")
    wanted = select(DutyMember).where(DutyMember.centre_id == act.centre_id, DutyMember.id.in_(member_ids))
    members = {member.id: member for member in act.session.scalars(wanted) if member.active}
    if set(member_ids) - members.keys():
        raise RuleBroken("选中的人员里有已经退出轮值的，请刷新名单后再打印。")
    centre = act.session.get_one(Centre, act.centre_id)
    key = signer(act)
    made = []
    for member_id in member_ids:
        serial = members[member_id].card_serial
        code = DutyCode(CodeKind.CARD, member_id, serial, centre.code)
        made.append(CardCode(member_id, serial, codes.sign(code, key.private, key.public)))
    act.on("duty_member", member_ids[0])
    act.note(cards=len(made))
    return CardCodes(tuple(made))


def poster_code(act: Act, plan_id: UUID, edition: int, month: date) -> str:
    """The code for a month of an edition of a plan on the wall, in the transaction that publishes it."""
    centre = act.session.get_one(Centre, act.centre_id)
    prefix = settings_of(centre.settings).duty_prefix
    key = signer(act)
    code = DutyCode(CodeKind.POSTER, plan_id, codes.poster_number(month, edition), centre.code)
    return codes.sign(code, key.private, key.public, prefix)


def is_duty_card(text: str) -> bool:
    """Whether a scanned text is meant as a duty card; says nothing about its truth."""
    return _claims(text, CodeKind.CARD)


def is_duty_poster(text: str) -> bool:
    """Whether a scanned text is meant as the code of a 公示表."""
    return _claims(text, CodeKind.POSTER)


def check_card(session: Session, centre_id: UUID, text: str) -> CardFound:
    """Judge a scanned card: its signature first, then the records. An older serial is void."""
    code = _verified(session, centre_id, text, CodeKind.CARD)
    if isinstance(code, str):
        return CardFound(None, code)
    member = session.scalar(select(DutyMember).where(DutyMember.centre_id == centre_id, DutyMember.id == code.subject))
    if member is None or code.number > member.card_serial:
        return CardFound(
            None, "签名属实，但人员名册里没有这张轮值证：数据库可能是从较早的备份恢复的，请联系系统管理员核对。"
        )
    if code.number < member.card_serial:
        return CardFound(None, f"{member.name}的这张轮值证已作废（已换发新证），请收回，并请本人出示新证。")
    if not member.active:
        return CardFound(None, f"{member.name}已退出轮值，轮值证不再有效，请收回。")
    return CardFound(member.id, f"{member.name}的轮值证，有效。")


def check_poster(session: Session, centre_id: UUID, text: str) -> PosterFound:
    """Whether the 公示表 that was scanned is what hangs now: the newest sheet of its month in a plan that stands."""
    from db.duty.editions import posters  # which asks this module for the code of a new edition

    code = _verified(session, centre_id, text, CodeKind.POSTER)
    if isinstance(code, str):
        return PosterFound(False, code)
    plan = session.scalar(select(DutyPlan).where(DutyPlan.centre_id == centre_id, DutyPlan.id == code.subject))
    edition = codes.edition_of(code.number)
    if plan is None or edition > plan.edition:
        return PosterFound(
            False, "签名属实，但台账里没有这一版公示表：数据库可能是从较早的备份恢复的，请联系系统管理员核对。"
        )
    name = f"这张是“{plan.title}”第 {edition} 版"
    if plan.state != PlanState.PUBLISHED:
        return PosterFound(False, f"{name}，该计划已归档或撤回，请撤下。")
    if all(codes.claimed(content.qr) != code for content in posters(session, centre_id, plan.id, plan.edition)):
        return PosterFound(False, f"{name}，已有更新的版本（现行第 {plan.edition} 版），请撤下换新。")
    return PosterFound(True, f"{name}，是现行的公示表。")


def _claims(text: str, kind: CodeKind) -> bool:
    code = codes.claimed(text)
    return code is not None and code.kind is kind


def _verified(session: Session, centre_id: UUID, text: str, kind: CodeKind) -> DutyCode | str:
    """The code, or the sentence why it is none of this kind."""
    centre = session.get_one(Centre, centre_id)
    try:
        code = codes.verify(text, check_keys(session, centre_id), centre.code)
    except RuleBroken as broken:
        return broken.sentence
    if code.kind is not kind:
        return "扫到的是公示表，不是轮值证。" if kind is CodeKind.CARD else "扫到的是轮值证，不是公示表。"
    return code
