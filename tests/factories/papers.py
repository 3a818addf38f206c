"""Facts of made-up papers: a hall in 莆田, an item with a limit, a person whose name holds rare characters."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from db.receipts.compose import CASE_PAPERS, compose, compose_notice, compose_ticket
from db.receipts.content import (
    CaseFacts,
    CentreFacts,
    ItemFacts,
    MaterialFacts,
    PaperContent,
    PaperKind,
    TicketFacts,
)

ISSUED_AT = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
QR = "01" + "7392610458" * 29
CENTRE = CentreFacts(
    name="霞林街道荔园社区“党建+”邻里中心",
    code="PT0312",
    short_name="莆荔邻",
    seal_org="莆田市城厢区霞林街道荔园社区居民委员会",
    phone="0594-2690001",
    complaint_phone="0594-2690012",
    address="莆田市城厢区荔园东路318号荔园社区邻里中心一楼",
    hours="周一至周五 8:30—18:00（中午不休息），周六 9:00—12:00",
)
ITEM = ItemFacts(
    code="LY002",
    name="高龄津贴申领",
    department="城厢区民政局",
    item_type="行政给付",
    service_object="自然人",
    case_type="承诺件",
    legal_limit="20个工作日",
    promise_limit="10个工作日",
    fee="不收费",
    basis="《中华人民共和国老年人权益保障法》第三十三条；《福建省老年人权益保障条例》；各设区市高龄津贴发放办法。",
    conditions="1．具有本区户籍；\n2．年满80周岁；\n3．未在其他地区领取同类津贴。",
    process="申请→收件→受理→街道审核→区民政局审批→按月发放。",
    result="按月发放津贴",
    phone="0594-2691234",
    complaint_phone="",
    role="收件",
    visits="1次",
    limit_confirmed=True,
)
MATERIALS = (
    MaterialFacts("高龄津贴申请表", "必要", "原件", 1, 2, "窗口领取", "本人签字或者按手印", "合格"),
    MaterialFacts("居民身份证", "必要", "原件和复印件", 1, 1, "公安机关核发", "在有效期内", "合格"),
    MaterialFacts("居民户口簿", "必要", "复印件", 1, 3, "公安机关核发", "首页和本人页", "合格"),
    MaterialFacts("社会保障卡或者银行账户", "必要", "复印件", 1, 0, "申请人自备", "账户为本人实名开立", "缺",
                  "提交本人名下的社会保障卡正反面复印件，卡面号码清晰可辨"),
    MaterialFacts("近期1寸免冠彩色照片", "容缺", "原件", 2, 0, "申请人自备", "白底", "容缺", "半年内拍摄，白底",
                  date(2026, 12, 4)),
)  # fmt: skip


def a_case(**changes: Any) -> CaseFacts:
    """A case of 䶮 𬱖·𠮷, whose daughter-in-law came for her; every field filled."""
    case = CaseFacts(
        number="PT0312-20261120-0017-6",
        query_code="8K3M2Q",
        applicant="欧阳䶮𬱖·𠮷娜",
        id_type="居民身份证",
        id_masked="350***********1234",
        phone_masked="138****5678",
        agent="林秀英",
        agent_relation="儿媳",
        item=ITEM,
        materials=MATERIALS,
        received_at=ISSUED_AT,
        accepted_on=date(2026, 11, 20),
        due_on=date(2026, 12, 4),
        handled_by="陈志强",
        counter="2号综合窗口",
        reason="申请人户籍不在本区",
        basis="《福建省高龄津贴发放办法》第四条",
        agency="户籍所在地涵江区民政局（涵江区政务服务中心2楼，0594-3690000）",
        extra=(("省网申报号", "350302111201126000317"),),
        result_number="城民津〔2026〕1193号",
        done_on=date(2026, 11, 20),
        special="入户核查（鉴定）",
        special_limit="15个工作日",
        agent_id_type="居民身份证",
        agent_id_masked="350***********5566",
        agent_phone_masked="139****0011",
    )
    return replace(case, **changes)


def a_ticket(**changes: Any) -> TicketFacts:
    """A ticket with priority and twelve people before it."""
    ticket = TicketFacts("A023", "高龄津贴申领", "老年人（60周岁以上）", 12, ISSUED_AT, CENTRE.name)
    return replace(ticket, **changes)


def every_paper() -> dict[str, PaperContent]:
    """One of each paper, under the name of its kind, the way a hall would print it."""
    papers = {
        kind.value: compose(kind, CENTRE, a_case(), f"莆荔邻{kind.mark}〔2026〕17号", ISSUED_AT, QR)
        for kind in PaperKind
        if kind in CASE_PAPERS
    }
    papers["leaflet"] = compose_notice(CENTRE, ITEM, MATERIALS, ISSUED_AT)
    papers["ticket"] = compose_ticket(a_ticket())
    return papers
