"""What each paper says."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db.receipts.compose import CASE_PAPERS, compose, compose_notice, compose_ticket
from db.receipts.content import (
    Big,
    Fields,
    PaperContent,
    PaperKind,
    Table,
    Text,
    from_json,
    to_json,
)
from db.receipts.rules import OF_DUTIES, OF_ROOMS
from db.receipts.wording import YEAR_NOT_PUBLISHED
from tests.factories.papers import (
    CENTRE,
    ISSUED_AT,
    ITEM,
    MATERIALS,
    QR,
    a_case,
    a_ticket,
    every_paper,
)


def paper(kind: PaperKind, **changes: object) -> PaperContent:
    return compose(kind, CENTRE, a_case(**changes), "莆荔邻〔2026〕1号", ISSUED_AT)


def words(content: PaperContent) -> str:
    """All that is printed, run together."""
    parts: list[str] = [content.title, content.number, content.organisation, content.issued_on]
    for block in content.blocks:
        match block:
            case Fields():
                parts += [f"{label}：{value}" for label, value in block.rows]
            case Text():
                parts.append(block.text)
            case Table():
                parts += [block.caption, *block.columns, *(" ".join(row) for row in block.rows), block.total]
            case Big():
                parts += [block.label, block.text]
    parts += [*content.signatures, content.seal_org, content.qr_caption]
    parts += [f"{label}：{value}" for label, value in content.phones]
    return "\n".join((*parts, *content.foot))


def table(content: PaperContent, column: str) -> Table:
    """The table that has this column."""
    return next(block for block in content.blocks if isinstance(block, Table) and column in block.columns)


def test_every_case_kind_has_a_paper() -> None:
    assert set(PaperKind) - {PaperKind.TICKET} - OF_ROOMS - OF_DUTIES == CASE_PAPERS


def test_a_ticket_is_no_paper_of_a_case() -> None:
    with pytest.raises(ValueError, match="ticket"):
        paper(PaperKind.TICKET)


@pytest.mark.parametrize("kind", sorted(CASE_PAPERS))
def test_every_paper_of_a_case_carries_what_the_field_asks_for(kind: PaperKind) -> None:
    content = compose(kind, CENTRE, a_case(), f"莆荔邻{kind.mark}〔2026〕17号", ISSUED_AT, QR)
    printed = words(content)
    assert content.title.startswith(kind.label)
    assert content.number == f"莆荔邻{kind.mark}〔2026〕17号"
    for wanted in ("欧阳䶮𬱖·𠮷娜", "350***********1234", "138****5678", "高龄津贴申领", "2026年11月20日"):
        assert wanted in printed
    assert content.signatures
    assert ("咨询电话", "0594-2691234") in content.phones
    assert ("监督电话", "0594-2690012") in content.phones
    assert content.qr == QR
    assert content.qr_caption == "扫一扫，查进度"


@pytest.mark.parametrize("name", sorted(every_paper()))
def test_a_paper_survives_its_json(name: str) -> None:
    content = every_paper()[name]
    assert from_json(to_json(content)) == content


def test_the_date_of_a_paper_is_the_date_in_china() -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert compose(PaperKind.DONE, CENTRE, a_case(), "1", late).issued_on == "2027年1月1日"


def test_receipt_lists_papers_handed_in_with_pages_and_their_sum() -> None:
    listed = table(paper(PaperKind.RECEIVED), "页数")
    assert [row[1] for row in listed.rows] == ["高龄津贴申请表", "居民身份证", "居民户口簿"]
    assert [row[4] for row in listed.rows] == ["2", "1", "3"]
    assert listed.total == "共 3 件，合计 6 页"


def test_receipt_of_a_case_not_yet_accepted_owes_the_five_day_sentence() -> None:
    printed = words(paper(PaperKind.RECEIVED, accepted_on=None, due_on=None))
    assert "当场或者在五个工作日内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理" in printed
    assert "不表示申请已被受理" in printed


@pytest.mark.parametrize(("item_type", "lead"), [("行政许可", "依据"), ("公共服务", "参照")])
def test_the_licensing_law_is_the_basis_of_a_licence_and_an_analogy_elsewhere(item_type: str, lead: str) -> None:
    item = replace(ITEM, item_type=item_type)
    printed = words(paper(PaperKind.RECEIVED, item=item, accepted_on=None, due_on=None))
    assert f"{lead}《中华人民共和国行政许可法》第三十二条" in printed


@pytest.mark.parametrize("item_type", ["便民服务", "党务服务"])
@pytest.mark.parametrize("kind", sorted(CASE_PAPERS))
def test_a_service_that_is_no_government_matter_quotes_no_licensing_law(kind: PaperKind, item_type: str) -> None:
    for accepted in (None, date(2026, 11, 20)):
        item = replace(ITEM, item_type=item_type)
        printed = words(paper(kind, item=item, accepted_on=accepted, basis=""))
        assert "行政许可法" not in printed
        assert "行政诉讼" not in printed
        assert "依据：\n" not in printed


def test_the_archive_and_the_applicant_each_get_a_copy() -> None:
    assert paper(PaperKind.RECEIVED).copies == ("第一联 存档", "第二联 交申请人")
    assert paper(PaperKind.HANDOVER).copies == ("第一联 移交单位存", "第二联 接收单位存")
    assert paper(PaperKind.DELIVERY).copies == ("存档",)


def test_correction_names_each_paper_and_the_standard_it_fails() -> None:
    wrong = replace(MATERIALS[1], status="不合格", opinion="身份证已过有效期，提交在有效期内的身份证")
    listed = table(paper(PaperKind.CORRECTION, materials=(MATERIALS[0], wrong, *MATERIALS[2:])), "存在问题")
    assert [row[1:] for row in listed.rows] == [
        ("居民身份证", "不符合要求", "身份证已过有效期，提交在有效期内的身份证"),
        ("社会保障卡或者银行账户", "未提交", "提交本人名下的社会保障卡正反面复印件，卡面号码清晰可辨"),
    ]


def test_acceptance_prints_the_promised_date() -> None:
    content = paper(PaperKind.ACCEPTED)
    assert content.title == "受理通知书（受理承诺单）"
    assert "承诺办结日期：2026年12月4日" in words(content)
    assert "承诺办结时限：10个工作日；法定办结时限：20个工作日" in words(content)


@pytest.mark.parametrize("kind", [PaperKind.ACCEPTED, PaperKind.HANDOVER, PaperKind.RECEIVED])
def test_an_item_whose_limit_is_not_confirmed_prints_no_promise(kind: PaperKind) -> None:
    case = {"item": replace(ITEM, limit_confirmed=False), "materials": MATERIALS[:3]}
    printed = words(paper(kind, **case))
    assert "12月4日" not in printed
    assert "10个工作日" not in printed
    assert "20个工作日" not in printed
    assert "承诺办结日期：待核定，以主管部门答复为准" in printed


def test_a_year_without_calendar_is_said_and_not_guessed() -> None:
    assert f"承诺办结日期：{YEAR_NOT_PUBLISHED}" in words(paper(PaperKind.ACCEPTED, due_on=None))


def test_a_matter_done_at_once_has_no_promised_date() -> None:
    content = paper(PaperKind.ACCEPTED, item=replace(ITEM, case_type="即办件", limit_confirmed=False))
    assert content.title == "受理通知书"
    assert "承诺办结日期" not in words(content)
    assert "当场办结" in words(content)


def test_promise_lists_postponed_papers_with_the_day_they_are_due() -> None:
    listed = table(paper(PaperKind.PROMISE), "补交期限")
    assert listed.rows == (("1", "近期1寸免冠彩色照片", "半年内拍摄，白底", "2026年12月4日"),)
    assert "同意按退件处理" in words(paper(PaperKind.PROMISE))


def test_refusal_gives_reason_basis_right_agency_and_remedies() -> None:
    printed = words(paper(PaperKind.REFUSED, reason="申请人户籍不在本区。"))
    assert "因申请人户籍不在本区，决定不予受理。" in printed
    assert "依据：《福建省高龄津贴发放办法》第四条" in printed
    assert "该事项请向户籍所在地涵江区民政局" in printed
    assert "六十日内依法申请行政复议，或者六个月内依法向人民法院提起行政诉讼" in printed


def test_a_public_service_is_not_contested_in_court() -> None:
    printed = words(paper(PaperKind.REFUSED, item=replace(ITEM, item_type="公共服务")))
    assert "行政诉讼" not in printed
    assert "申请复核" in printed
    assert "12345" in printed


def test_remedies_of_the_case_come_first() -> None:
    assert "向市民政局申诉。" in words(paper(PaperKind.REFUSED, remedies="向市民政局申诉。"))


def test_special_procedure_stops_the_clock_in_writing() -> None:
    printed = words(paper(PaperKind.SPECIAL))
    assert "第四十五条" in printed
    assert "所需时间不计算在办理时限内" in printed
    assert "特殊程序：入户核查（鉴定）" in printed
    assert "所需时间：15个工作日" in printed


@pytest.mark.parametrize(("outcome", "title"), [("准予", "办结通知书（取件凭证）"), ("不予发放", "办结通知书")])
def test_only_a_granted_case_is_fetched_with_its_notice(outcome: str, title: str) -> None:
    content = paper(PaperKind.DONE, outcome=outcome)
    assert content.title == title
    assert ("领取" in words(content)) is (outcome == "准予")
    assert ("行政复议" in words(content)) is (outcome != "准予")


def test_return_gives_papers_back_and_a_way_to_come_again() -> None:
    printed = words(paper(PaperKind.RETURNED))
    assert "退还材料清单" in printed
    assert "共 3 件，合计 6 页" in printed
    assert "可以重新提出申请" in printed


def test_notice_says_everything_before_anything_is_filed() -> None:
    content = compose_notice(CENTRE, ITEM, MATERIALS, ISSUED_AT)
    headings = [b.text for b in content.blocks if isinstance(b, Text) and b.style == "heading"]
    assert headings == [
        "一、设定依据", "二、受理条件", "三、申请材料（全部）", "四、办理程序", "五、办理时限", "六、收费、结果和到场次数",
    ]  # fmt: skip
    assert [row[1] for row in table(content, "必要性").rows] == [material.name for material in MATERIALS]
    assert "申请人" not in dict(content.blocks[0].rows if isinstance(content.blocks[0], Fields) else ())
    assert content.number == ""
    assert content.copies == ("",)


def test_notice_of_an_unconfirmed_item_promises_nothing() -> None:
    printed = words(compose_notice(CENTRE, replace(ITEM, limit_confirmed=False), MATERIALS, ISSUED_AT))
    assert "10个工作日" not in printed
    assert "待核定，以主管部门答复为准" in printed


def test_proxy_names_both_sides() -> None:
    printed = words(paper(PaperKind.PROXY))
    assert "委托人：欧阳䶮𬱖·𠮷娜" in printed
    assert "受托人：林秀英" in printed
    assert "与委托人关系：儿媳" in printed


def test_proxy_without_an_agent_leaves_room_to_write() -> None:
    content = paper(PaperKind.PROXY, agent="", agent_relation="")
    assert "林秀英" not in words(content)
    assert "受托人：　" in words(content)


def test_ticket_shows_number_priority_and_people_ahead() -> None:
    content = compose_ticket(a_ticket())
    assert Big("A023", "您的号码") in content.blocks
    assert "前面还有 12 人等候" in words(content)
    assert "优先类别：老年人（60周岁以上）" in words(content)
    assert "取号时间：2026年11月20日 10:05" in words(content)


def test_ordinary_ticket_without_item_or_queue() -> None:
    printed = words(compose_ticket(a_ticket(priority="", item_name="", ahead=0)))
    assert "优先类别" not in printed
    assert "办理事项" not in printed
    assert "前面没有人等候" in printed


def test_empty_facts_leave_no_empty_rows() -> None:
    content = paper(PaperKind.RECEIVED, agent="", phone_masked="", extra=(), counter="", handled_by="")
    fields = next(block for block in content.blocks if isinstance(block, Fields))
    assert all(value for _, value in fields.rows)
    assert "代办人" not in dict(fields.rows)


def test_a_person_without_document_is_served_too() -> None:
    assert "身份证件：未提供" in words(paper(PaperKind.RECEIVED, id_type="", id_masked=""))


def test_a_due_day_that_was_not_agreed_is_not_invented() -> None:
    postponed = replace(MATERIALS[4], due=None)
    listed = table(paper(PaperKind.PROMISE, materials=(postponed,)), "补交期限")
    assert listed.rows[0][3] == "另行约定"


def test_result_day_is_the_day_it_was_done() -> None:
    assert "办结日期：2026年11月18日" in words(paper(PaperKind.DONE, done_on=date(2026, 11, 18)))
