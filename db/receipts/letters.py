"""The papers of a case (办件), one function each: pure wording from facts, nothing looked up and nothing decided."""

from datetime import datetime

from db.clock import business_date
from db.receipts import wording as w
from db.receipts.content import (
    Block,
    CaseFacts,
    CentreFacts,
    Fields,
    PaperContent,
    PaperKind,
    Table,
    Text,
)

_ASKER = "申请人（代办人）签字"
_OFFICER = "经办人签字"


def _paper(
    kind: PaperKind,
    centre: CentreFacts,
    case: CaseFacts,
    issued_at: datetime,
    blocks: tuple[Block, ...],
    *,
    title: str = "",
    copies: tuple[str, ...] = w.ARCHIVE_AND_APPLICANT,
    signatures: tuple[str, ...] = (_OFFICER, _ASKER),
    sealed: bool = True,
) -> PaperContent:
    """The frame every paper of a case has; number and QR are put on by `compose`."""
    return PaperContent(
        kind=kind,
        title=title or kind.label,
        number="",
        organisation=centre.name,
        issued_on=w.day(business_date(issued_at)),
        blocks=blocks,
        copies=copies,
        signatures=signatures,
        seal_org=centre.seal_org if sealed else "",
        phones=w.phones(centre, case.item),
        foot=w.whereabouts(centre),
    )


def _addressed(case: CaseFacts) -> Text:
    return Text(f"{case.applicant}：", "flush")


def _asked_for(case: CaseFacts) -> str:
    """The opening half sentence of a decision."""
    return f"你（单位）于{w.day(business_date(case.received_at))}提出的“{case.item.name}”申请"


def received(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """收件材料接收凭证: what was handed in, the five-day sentence, and that this is not yet an acceptance.

    Where the centre accepts by itself but holds no delegated seal for a 受理通知书, this paper carries the day of
    acceptance and the promised date instead (`accepted_on` is set).
    """
    day = case.accepted_on
    accepted = (
        ("受理日期", w.day(day) if day else ""),
        ("办理时限", w.limit_text(case.item) if day else ""),
        ("承诺办结日期", w.promised_date(case) if day else ""),
    )
    blocks: list[Block] = [w.case_fields(case, *accepted)]
    taken = tuple(m for m in case.materials if w.is_received(m))
    blocks.append(w.material_table(taken, "收到材料清单"))
    lacking = w.lacks(case.materials)
    if lacking:
        blocks.append(Text("尚需补交或更正：" + "；".join(m.name for m in lacking) + "。"))
    if not day:
        blocks.append(Text(w.five_days(case.item)))
    state = f"上列材料已收到，申请已于{w.day(day)}受理。" if day else "本凭证仅证明已收到上列材料，不表示申请已被受理。"
    blocks.append(Text(f"{state}请妥善保管，凭办件编号和查询码查询进度、领取结果。"))
    return _paper(PaperKind.RECEIVED, centre, case, issued_at, tuple(blocks))


def correction(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """补齐补正通知书: each paper that is missing or fails, and the standard it has to meet."""
    lacking = w.lacks(case.materials)
    rows = tuple(
        (
            str(n),
            m.name,
            "未提交" if m.status == "缺" else "不符合要求",
            m.opinion or m.note or "按办事指南要求提交" + (f"（{m.form}）" if m.form else ""),
        )
        for n, m in enumerate(lacking, 1)
    )
    blocks: list[Block] = [
        _addressed(case),
        Text(
            f"{_asked_for(case)}，经审查，申请材料不齐全或者不符合法定形式。"
            f"{w.under(case.item, '第三十二条第一款第四项')}现将需要补正的全部内容一次告知如下："
        ),
        Table(
            ("序号", "材料名称", "存在问题", "补正要求（标准）"),
            rows,
            (6, 30, 16, 48),
            "需要补正的材料",
            f"共 {len(rows)} 件",
        ),
    ]
    if case.reason:
        blocks.append(Text(f"其他说明：{case.reason}"))
    blocks += [
        Text("请补齐后到本中心提交，补正期间不计入办理时限；补齐全部材料之日起，本中心按规定及时处理。"),
        w.case_fields(case),
    ]
    return _paper(PaperKind.CORRECTION, centre, case, issued_at, tuple(blocks))


def accepted(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """受理通知书（受理承诺单）: the acceptance, and the promised date where one may be printed."""
    postponed = w.postponed(case.materials)
    found = "主要申请材料齐全、符合要求" if postponed else "申请材料齐全、符合法定形式"
    blocks: list[Block] = [
        _addressed(case),
        Text(f"{_asked_for(case)}，经审查，{found}。{w.under(case.item, '第三十二条第一款第五项')}现予受理。"),
        w.case_fields(
            case,
            ("受理日期", w.day(case.accepted_on) if case.accepted_on else ""),
            ("办件类型", case.item.case_type),
            ("办理时限", w.limit_text(case.item)),
            ("承诺办结日期", w.promised_date(case)),
            ("收费", case.item.fee),
        ),
    ]
    if postponed:
        blocks.append(_postponed_table(case))
        blocks.append(Text("上列容缺材料请按期补交；逾期未补交的，按容缺受理的规定退件。"))
    taken = tuple(m for m in case.materials if w.is_received(m))
    if taken:
        blocks.append(w.material_table(taken, "收到材料清单"))
    if case.item.case_type != "即办件":
        blocks.append(
            Text(
                "办理时限以工作日计算的，自受理的次日起算，不含法定节假日；依法需要听证、检验、检测、检疫、"
                "鉴定、专家评审等的，所需时间不计算在内，并将书面告知。"
            )
        )
    title = "受理通知书（受理承诺单）" if case.item.case_type == "承诺件" else "受理通知书"
    return _paper(PaperKind.ACCEPTED, centre, case, issued_at, tuple(blocks), title=title)


def refused(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """不予受理通知书: reason, basis, the right agency, and how to contest it."""
    blocks: list[Block] = [
        _addressed(case),
        Text(f"{_asked_for(case)}，经审查，因{_clause(case.reason)}，决定不予受理。"),
    ]
    basis = case.basis or w.law(case.item, "第三十二条第一款第一项、第二项")
    if basis:
        blocks.append(Text(f"依据：{basis}"))
    if case.agency:
        blocks.append(Text(f"该事项请向{_clause(case.agency)}提出。"))
    blocks += [Text(w.remedies(case, centre)), w.case_fields(case)]
    return _paper(PaperKind.REFUSED, centre, case, issued_at, tuple(blocks))


def special(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """特殊程序告知书: which procedure stops the clock, why, and for how long."""
    procedure = case.special or "特殊程序"
    blocks: tuple[Block, ...] = (
        _addressed(case),
        Text(
            f"{_asked_for(case)}，办理中依法需要进行{procedure}。{w.under(case.item, '第四十五条')}"
            "所需时间不计算在办理时限内，现予书面告知。"
        ),
        w.case_fields(
            case,
            ("特殊程序", procedure),
            ("起始日期", w.day(business_date(issued_at))),
            ("所需时间", case.special_limit or "以实际发生为准，结束后另行通知"),
            ("事由", case.reason),
            ("依据", case.basis),
        ),
        Text("特殊程序结束后，办理时限继续计算；新的承诺办结日期可凭办件编号和查询码查询。"),
    )
    return _paper(PaperKind.SPECIAL, centre, case, issued_at, blocks)


def _postponed_table(case: CaseFacts) -> Table:
    rows = tuple(
        (str(n), m.name, m.opinion or m.note or m.form or "—", w.day(m.due) if m.due else "另行约定")
        for n, m in enumerate(w.postponed(case.materials), 1)
    )
    return Table(("序号", "容缺材料", "要求", "补交期限"), rows, (6, 40, 30, 24), "容缺材料清单", f"共 {len(rows)} 件")


def promise(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """容缺受理信用承诺书: the applicant's own word, with the day each paper is due."""
    blocks: tuple[Block, ...] = (
        w.case_fields(case),
        Text(f"{centre.name}：", "flush"),
        Text(
            f"本人（单位）申请办理“{case.item.name}”，主要申请材料已经提交，下列材料暂未提交，"
            "现申请容缺受理，并作出如下承诺："
        ),
        _postponed_table(case),
        Text("一、已知悉该事项的受理条件、所需材料和容缺受理的规定，所提交的材料和填报的信息真实、有效。"),
        Text("二、在上列补交期限内补齐容缺材料，补交的材料符合规定的要求。"),
        Text("三、逾期未补齐或者补交的材料不符合要求的，同意按退件处理，由此产生的后果由本人（单位）承担。"),
        Text("四、如作出不实承诺，依法承担相应责任，同意按有关规定纳入信用记录。"),
    )
    return _paper(
        PaperKind.PROMISE,
        centre,
        case,
        issued_at,
        blocks,
        signatures=("承诺人（签字或者盖章）", "代办人签字", _OFFICER),
        sealed=False,
    )


def done(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """办结通知书（取件凭证）: the outcome, and where and with what the result is fetched."""
    granted = not case.outcome.startswith("不")
    blocks: list[Block] = [
        _addressed(case),
        Text(f"{_asked_for(case)}，现已办结，办理结果为：{case.outcome or '准予'}。"),
    ]
    if case.reason:
        blocks.append(Text(f"{'说明' if granted else '理由'}：{case.reason}"))
    if case.basis:
        blocks.append(Text(f"依据：{case.basis}"))
    if granted:
        blocks.append(
            Text(
                "请凭本通知书（取件凭证）和申请人有效身份证件到本中心领取；委托他人领取的，另带委托书和代领人身份证件。"
            )
        )
    else:
        blocks.append(Text(w.remedies(case, centre)))
    blocks.append(
        w.case_fields(
            case,
            ("办结日期", w.day(case.done_on or business_date(issued_at))),
            ("结果名称", case.item.result if granted else ""),
            ("结果文号", case.result_number),
            ("取件地点", centre.address if granted else ""),
        )
    )
    title = "办结通知书（取件凭证）" if granted else "办结通知书"
    signatures = (_OFFICER, "领取人签字") if granted else (_OFFICER, _ASKER)
    return _paper(PaperKind.DONE, centre, case, issued_at, tuple(blocks), title=title, signatures=signatures)


def returned(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """退件通知书: why the case ends without a decision, and the papers that go back."""
    blocks: list[Block] = [
        _addressed(case),
        Text(f"{_asked_for(case)}，因{_clause(case.reason)}，现予退件。"),
    ]
    if case.basis:
        blocks.append(Text(f"依据：{case.basis}"))
    back = tuple(m for m in case.materials if w.is_received(m))
    if back:
        blocks.append(w.material_table(back, "退还材料清单"))
    blocks += [
        Text("材料齐全、符合要求后，可以重新提出申请。"),
        Text(w.remedies(case, centre)),
        w.case_fields(case),
    ]
    return _paper(PaperKind.RETURNED, centre, case, issued_at, tuple(blocks))


def handover(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """转报交接单: the papers as they leave the centre, to be signed for by the agency that takes them."""
    going = tuple(m for m in case.materials if w.is_received(m))
    blocks: list[Block] = [
        Text(f"{case.agency}：" if case.agency else "接收单位：", "flush"),
        Text(f"现将“{case.item.name}”办件及其材料转报你单位，请核对签收，并及时反馈办理结果。"),
        w.case_fields(
            case,
            ("转报去向", case.agency),
            ("转报时间", w.moment(issued_at)),
            ("承诺办结日期", w.promised_date(case) if case.accepted_on else ""),
            ("转报说明", case.reason),
        ),
        w.material_table(going, "交接材料清单"),
        Fields((("接收意见", "□ 材料齐全，予以接收　　□ 退回，原因："), ("接收日期", "　　　年　　月　　日"))),
    ]
    return _paper(
        PaperKind.HANDOVER,
        centre,
        case,
        issued_at,
        tuple(blocks),
        copies=("第一联 移交单位存", "第二联 接收单位存"),
        signatures=("移交人签字", "接收人签字"),
    )


def delivery(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """送达回执: that the result reached the person, in whose hands and in what way."""
    document = case.item.result or "办理结果"
    blocks: tuple[Block, ...] = (
        w.case_fields(
            case,
            ("送达文书", document),
            ("文书编号", case.result_number),
            ("送达人", case.handled_by),
        ),
        Fields(
            (
                ("送达方式", "□ 直接送达　□ 邮寄送达　□ 代办送达　□ 电子送达　□ 其他"),
                ("送达地点", "　"),
                ("收件日期", "　　　年　　月　　日　　时"),
                ("代收人及关系", "　"),
                ("拒收事由、见证人", "　"),
            )
        ),
        Text("受送达人已收到上列文书，特此签收。"),
    )
    return _paper(
        PaperKind.DELIVERY,
        centre,
        case,
        issued_at,
        blocks,
        copies=("存档",),
        signatures=("受送达人（代收人）签字", "送达人签字"),
    )


def withdrawn(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """撤回申请确认书: the applicant takes the application back, and the papers with it."""
    back = tuple(m for m in case.materials if w.is_received(m))
    blocks: list[Block] = [
        Text(
            f"本人（单位）于{w.day(business_date(case.received_at))}提出“{case.item.name}”申请，"
            f"现因{_clause(case.reason) or '自身原因'}，自愿撤回该申请。本中心予以确认，该办件终止办理。"
        ),
        w.case_fields(case),
    ]
    if back:
        blocks.append(w.material_table(back, "退还材料清单"))
    blocks.append(Text("撤回后需要办理的，可以重新提出申请，办理时限重新计算。"))
    return _paper(PaperKind.WITHDRAWN, centre, case, issued_at, tuple(blocks))


def proxy(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    """代办委托书: who acts for whom, in what, and the papers entrusted."""
    agent = case.agent or "　　　　　　"
    entrusted = tuple(m for m in case.materials if w.is_received(m))
    blocks: list[Block] = [
        Fields(
            tuple(
                row
                for row in (
                    ("委托人", case.applicant),
                    ("委托人证件", w.document(case.id_type, case.id_masked)),
                    ("委托人电话", case.phone_masked),
                    ("受托人", case.agent or "　"),
                    ("与委托人关系", case.agent_relation),
                    ("受托人证件", w.document(case.agent_id_type, case.agent_id_masked) if case.agent else ""),
                    ("受托人电话", case.agent_phone_masked),
                    ("办理事项", case.item.name),
                    ("办件编号", case.number),
                    *case.extra,
                )
                if row[1]
            )
        ),
        Text(f"本人（单位）委托{agent}代为办理上列事项，委托权限为："),
        Text("□ 提交申请材料　　□ 签收有关文书　　□ 补正材料　　□ 领取办理结果"),
        Text("委托期限自签字之日起至该事项办结、结果交回之日止。受托人在上列权限内的行为，由委托人承担责任。"),
    ]
    if entrusted:
        blocks.append(w.material_table(entrusted, "交接材料清单"))
    blocks.append(Text("受托人应当妥善保管材料，告知办理进度，办结后将结果和材料交回委托人签收。"))
    return _paper(
        PaperKind.PROXY,
        centre,
        case,
        issued_at,
        tuple(blocks),
        copies=("第一联 存档", "第二联 交委托人"),
        signatures=("委托人签字", "受托人签字", _OFFICER),
        sealed=False,
    )


def _clause(text: str) -> str:
    """A reason as part of a sentence: without the full stop a clerk may have typed."""
    return text.strip().rstrip("。.；;，, ")
