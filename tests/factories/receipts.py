"""Receipts to test with, and one example of each action for the registry test."""

from datetime import UTC, date, datetime

from db.receipts.actions import Issued, issue
from db.receipts.compose import CASE_PAPERS, compose_ticket
from db.receipts.content import CaseFacts, ItemFacts, MaterialFacts, Medium, PaperKind, TicketFacts
from db.receipts.keys import rotate_key
from tests.factories.stage import Example, Stage

ITEM = ItemFacts(
    code="LY001",
    name="福建省老年人优待证申领",
    department="民政",
    item_type="公共服务",
    service_object="自然人",
    case_type="承诺件",
    legal_limit="20个工作日",
    promise_limit="5个工作日",
    fee="不收费",
    basis="《福建省老年人优待规定》",
    conditions="年满60周岁",
    process="申请—收件—审核—办结",
    result="福建省老年人优待证",
    phone="0591-87654321",
    complaint_phone="0591-12345",
    role="收件",
    visits="1次",
    limit_confirmed=True,
)


def case_facts(number: str = "JM01-20261117-0001-7", applicant: str = "测试甲", item: ItemFacts = ITEM) -> CaseFacts:
    """A case as its papers need it; the people are made up."""
    return CaseFacts(
        number=number,
        query_code="X7K2P9",
        applicant=applicant,
        id_type="居民身份证",
        id_masked="350***********0019",
        phone_masked="138****0000",
        agent="",
        agent_relation="",
        item=item,
        materials=(
            MaterialFacts("居民身份证", form="原件", pages=1, status="合格"),
            MaterialFacts("1寸近期免冠照片", copies=2, pages=2, status="合格"),
        ),
        received_at=datetime(2026, 11, 17, 1, 30, tzinfo=UTC),
        accepted_on=date(2026, 11, 17),
        due_on=date(2026, 11, 24),
        handled_by="测试窗口",
        counter="1号窗口",
        reason="材料不符",
        basis="《福建省老年人优待规定》",
        agency="鼓楼区民政局",
    )


def ticket_facts() -> TicketFacts:
    """A number from the queue."""
    return TicketFacts(
        "A012", "福建省老年人优待证申领", "老年人", 3, datetime(2026, 11, 17, 1, 30, tzinfo=UTC), "军门邻里中心"
    )


NUMBERED = tuple(kind for kind in PaperKind if kind in CASE_PAPERS)


def give(stage: Stage, kind: PaperKind = PaperKind.RECEIVED) -> Issued:
    """A receipt of a case that is not in the database, waiting to be printed."""
    issued: Issued = stage.run(issue, kind=kind, case=case_facts(), case_id=None)
    return issued


def _receipt(stage: Stage, **more: object) -> dict[str, object]:
    return {"receipt_id": give(stage).receipt_id, **more}


def _job(stage: Stage, **more: object) -> dict[str, object]:
    return {"job_id": give(stage).job_id, **more}


def _revoke(stage: Stage) -> dict[str, object]:
    return {"key_id": stage.run(rotate_key).key_id, "reason": "存放密钥的电脑失窃"}


EXAMPLES: dict[str, Example] = {
    "receipt.issue": lambda _stage: {"kind": PaperKind.RECEIVED, "case": case_facts(), "case_id": None},
    "receipt.reprint": _receipt,
    "receipt.void": lambda stage: _receipt(stage, reason="份数填错"),
    "receipt.reissue": lambda stage: _receipt(stage, reason="份数填错"),
    "print.paper": lambda _stage: {"content": compose_ticket(ticket_facts())},
    "print.take": lambda stage: _job(stage, attempts=0, printer="窗口一", medium=Medium.A4),
    "print.sent": _job,
    "print.failed": lambda stage: _job(stage, error="打印机缺纸。"),
    "print.cancel": _job,
    "key.rotate": lambda _stage: {},
    "key.revoke": _revoke,
}
