"""What the counter may do with a checklist: `possible_outcomes(item, materials, today)`.

The rules of the field behind it: missing papers are told once and all at once (行政许可法 §32); 容缺受理 needs
every main paper and a day for the others; a centre that is not the administrative organ only receives (收件) and
hands on; a 受理通知书 is printed only where the 实施主体 delegated its seal; 即办件 are finished in one go and
have no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.cases.status import INSTANT, VERB_TITLES, CentreRole, MaterialState, Necessity, Verb
from db.receipts.content import PaperKind


@dataclass(frozen=True, slots=True)
class ItemRule:
    """What of an item decides the buttons. `barred` is the sentence for a proof that nobody here may issue."""

    role: CentreRole
    instant: bool
    limit_confirmed: bool = True
    seal_delegated: bool = False
    department: str = ""
    forward_to: str = ""
    barred: str = ""

    @property
    def accepts(self) -> bool:
        """Whether this centre may itself accept (受理), and not only receive (收件)."""
        return self.role is CentreRole.DIRECT or self.seal_delegated


@dataclass(frozen=True, slots=True)
class MaterialCheck:
    """One line of the checklist. `due` is the day a 容缺 paper is promised for."""

    name: str
    necessity: Necessity = Necessity.REQUIRED
    state: MaterialState = MaterialState.UNCHECKED
    opinion: str = ""
    due: date | None = None

    @property
    def needed(self) -> bool:
        """Whether the case cannot go on without it (非必要 papers never hold anything up)."""
        return self.necessity is not Necessity.OPTIONAL

    @property
    def lacking(self) -> bool:
        """Needed, looked at, and not there or not good."""
        return self.needed and self.state in (MaterialState.MISSING, MaterialState.BAD)


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of the counter. `refusal` says why it is grey, "" if it may be pressed; `note` is shown beside it."""

    verb: Verb
    label: str
    papers: tuple[PaperKind, ...] = ()
    refusal: str = ""
    note: str = ""
    primary: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the button may be pressed."""
        return not self.refusal


LABELS = {
    Verb.INSTANT: "即办并打印取件凭证",
    Verb.ACCEPT: "受理并打印回执",
    Verb.TOLERATE: "容缺受理并打印承诺书",
    Verb.RECEIVE: "收件并打印凭证",
    Verb.CORRECT: "一次性告知并打印",
    Verb.REFUSE: "不予受理并打印通知书",
    Verb.REFER: "导办（不建办件）",
}
_ROLES = {each.value: each for each in CentreRole}
NO_DATE_UNCONFIRMED = "时限待核"
NO_DATE_CALENDAR = "年历未发布"


def item_rule(
    *, role: str, case_type: str, limit_confirmed: bool = True, seal_delegated: bool = False,
    department: str = "", forward_to: str = "", barred: str = "",
) -> ItemRule:  # fmt: skip
    """The rule of a catalogue row; a role that is not one of the four counts as 收件, the most careful reading."""
    return ItemRule(
        role=_ROLES.get(role, CentreRole.RECEIVE),
        instant=case_type == INSTANT,
        limit_confirmed=limit_confirmed,
        seal_delegated=seal_delegated,
        department=department,
        forward_to=forward_to,
        barred=barred,
    )


def possible_outcomes(item: ItemRule, materials: Sequence[MaterialCheck], today: date) -> tuple[Offer, ...]:
    """Every button of the counter for this checklist; the one it is heading for is marked `primary`.

    Exactly one offer is primary. It too may still be grey: its `refusal` then says what to do next (a paper not looked
    at, a 容缺 paper without a day), so a page shows the primary button large and its sentence below it.
    """
    refusals = {verb: _refusal(verb, item, materials, today) for verb in LABELS}
    main = _primary(item, materials)
    return tuple(
        Offer(
            verb=verb,
            label=LABELS[verb],
            papers=papers_at_counter(verb, item),
            refusal=refusals[verb],
            note=_note(verb, item),
            primary=verb is main,
        )
        for verb in LABELS
    )


def check_outcome(verb: Verb, item: ItemRule, materials: Sequence[MaterialCheck], today: date) -> str:
    """The sentence for which `verb` is refused on this checklist, "" if it is allowed: the action asks it again."""
    if verb not in LABELS:
        raise ValueError(f"{verb} is not decided at the counter")
    return _refusal(verb, item, materials, today)


def papers_at_counter(verb: Verb, item: ItemRule) -> tuple[PaperKind, ...]:
    """What is printed when a case begins with `verb`."""
    slip = PaperKind.ACCEPTED if item.seal_delegated else PaperKind.RECEIVED
    return {
        Verb.INSTANT: (PaperKind.DONE,),
        Verb.ACCEPT: (slip,),
        Verb.TOLERATE: (slip, PaperKind.PROMISE),
        Verb.RECEIVE: (PaperKind.RECEIVED,),
        Verb.CORRECT: (PaperKind.CORRECTION,),
        Verb.REFUSE: (PaperKind.REFUSED,),
        Verb.REFER: (),
    }[verb]


def _primary(item: ItemRule, materials: Sequence[MaterialCheck]) -> Verb:
    """The button that this checklist is heading for."""
    if item.barred:
        return Verb.REFUSE
    if item.role is CentreRole.GUIDE:
        return Verb.REFER
    if lacking(materials):
        return Verb.CORRECT
    if not item.accepts:
        return Verb.RECEIVE
    if tolerated(materials):
        return Verb.TOLERATE
    return Verb.INSTANT if item.instant else Verb.ACCEPT


def unchecked(materials: Sequence[MaterialCheck]) -> list[str]:
    """The needed papers that nobody has looked at yet."""
    return [each.name for each in materials if each.needed and each.state is MaterialState.UNCHECKED]


def lacking(materials: Sequence[MaterialCheck]) -> list[str]:
    """The needed papers that are not there or not good."""
    return [each.name for each in materials if each.lacking]


def tolerated(materials: Sequence[MaterialCheck]) -> list[MaterialCheck]:
    """The needed papers that are promised for later."""
    return [each for each in materials if each.needed and each.state is MaterialState.TOLERATED]


def named(names: Sequence[str]) -> str:
    """Papers in a sentence: 「身份证」「照片」等3份."""
    shown = "".join(f"「{name}」" for name in names[:3])
    return shown if len(names) <= 3 else f"{shown}等{len(names)}份"


def _refusal(verb: Verb, item: ItemRule, materials: Sequence[MaterialCheck], today: date) -> str:
    if verb in (Verb.REFUSE, Verb.REFER):
        return ""
    if item.barred:
        return item.barred
    if item.role is CentreRole.GUIDE:
        where = item.forward_to or item.department or "有权部门"
        return f"本中心对该事项只作引导，不收件；请用“导办”，告诉群众到{where}办理。"
    if verb is Verb.RECEIVE:
        return _receive_refusal(materials)
    open_names = unchecked(materials)
    if open_names:
        return f"还有{named(open_names)}没有核对，请逐份标明合格、缺或不合格。"
    if verb is Verb.CORRECT:
        return _correct_refusal(materials)
    return _accept_refusal(verb, item, materials, today)


def _receive_refusal(materials: Sequence[MaterialCheck]) -> str:
    handed_in = (MaterialState.OK, MaterialState.BAD)
    if materials and not any(each.state in handed_in for each in materials):
        return "没有收到任何材料，不能开收件凭证；请先标明收到的材料，或作一次性告知。"
    return ""


def _correct_refusal(materials: Sequence[MaterialCheck]) -> str:
    if not lacking(materials):
        return "材料没有缺漏，不需要补正告知。"
    return opinion_refusal(materials)


def opinion_refusal(materials: Sequence[MaterialCheck]) -> str:
    """补正 must name the standard that each bad paper fails."""
    silent = [each.name for each in materials if each.state is MaterialState.BAD and not each.opinion.strip()]
    return f"请写明{named(silent)}哪里不合格，补正告知要逐项说明。" if silent else ""


def _accept_refusal(verb: Verb, item: ItemRule, materials: Sequence[MaterialCheck], today: date) -> str:
    if not item.accepts:
        organ = item.department or "实施主体"
        return f"本中心对该事项只收件，由{organ}受理；请用“收件”，再转报。"
    if lacking(materials):
        return f"{named(lacking(materials))}缺或不合格，材料不齐不能受理；请作一次性告知，可容缺的改标“容缺”。"
    promised = tolerated(materials)
    if verb is Verb.TOLERATE:
        return tolerance_refusal(materials, today)
    if promised:
        return f"{named([each.name for each in promised])}标为容缺，请用“容缺受理”。"
    if verb is Verb.INSTANT and not item.instant:
        return "该事项是承诺件，不能当场办结；请用“受理”。"
    return ""


def tolerance_refusal(materials: Sequence[MaterialCheck], today: date) -> str:
    """容缺受理: only papers marked 可容缺, each promised for a day after today."""
    promised = tolerated(materials)
    if not promised:
        return "没有标为容缺的材料，请直接受理。"
    main = [each.name for each in promised if each.necessity is Necessity.REQUIRED]
    if main:
        return f"{named(main)}是主要材料，不能容缺。"
    undated = [each.name for each in promised if each.due is None]
    if undated:
        return f"请填{named(undated)}的补交日期，承诺书上要写明。"
    past = [each.name for each in promised if each.due is not None and each.due <= today]
    return f"{named(past)}的补交日期须在今天之后。" if past else ""


def _note(verb: Verb, item: ItemRule) -> str:
    if verb in (Verb.ACCEPT, Verb.TOLERATE) and not item.limit_confirmed and not item.instant:
        return "时限待核，不打印承诺日期"
    if verb is Verb.RECEIVE and not item.accepts:
        return f"收件后转报{item.forward_to or item.department or '实施主体'}"
    return ""


def title_of(verb: Verb) -> str:
    """The word of the field for a move."""
    return VERB_TITLES[verb]
