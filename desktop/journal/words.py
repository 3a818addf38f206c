"""The journal in words: what a fact's name and a subject's kind are called."""

import msgspec

from db.calendar.recurrence import Every
from db.cases.status import STATUS_TITLES, VERB_TITLES
from db.duty.solve.problem import Half, Method, Want
from db.duty.states import CHANGE_NAMES, METHOD_NAMES
from db.journal.queries import JournalRow
from db.receipts.content import PaperKind
from db.receipts.rules import JobState
from db.rooms.states import STATE_NAMES as BOOKINGS
from db.staff.permissions import ROLE_TITLES, Role
from db.tickets.priority import PRIORITY_NAMES, PROOF_NAMES
from db.tickets.states import STEP_NAMES

SUBJECTS = {
    "booking": "预订",
    "booking_series": "系列预订",
    "borrower": "借用人",
    "calendar_year": "年历",
    "case_file": "办件",
    "centre": "中心",
    "counter": "窗口",
    "duty": "轮值",
    "duty_body": "轮值单位",
    "duty_change": "轮值调整",
    "duty_member": "轮值人员",
    "duty_plan": "轮值表",
    "duty_reception": "接待登记",
    "duty_slot": "轮值班次",
    "duty_stand": "请假或意愿",
    "item": "事项",
    "person": "办事人",
    "print_job": "打印任务",
    "receipt": "回执",
    "room": "活动室",
    "room_closure": "活动室停用",
    "room_waiting": "候补",
    "signing_key": "签名密钥",
    "staff": "账号",
    "ticket": "号票",
    "ticket_letter": "号段",
    "ticket_policy": "排队规则",
}
FACTS = {
    "active": "使用中",
    "body": "轮值单位",
    "broken": "违反规则数",
    "cards": "轮值证数",
    "category": "类别",
    "credit": "折算次数",
    "day": "日期",
    "drafts": "草稿数",
    "duties": "人次",
    "duty_prefix": "公示表二维码前缀",
    "eased": "放宽的规则",
    "edition": "第几版",
    "every": "重复方式",
    "first": "从",
    "half": "时段",
    "history": "以前次数",
    "last": "到",
    "late": "迟到",
    "least_a_year": "每年最少",
    "lost": "去掉的人次",
    "members": "新增人员",
    "method": "方式",
    "most_a_month": "每月最多",
    "override": "破例原因",
    "parts": "分厅数",
    "places": "位置数",
    "registered": "新登记借用方",
    "removed": "减少",
    "repeated": "已有的",
    "rest": "最短间隔",
    "serial": "证件序号",
    "server_user": "服务器用户",
    "sessions": "班次数",
    "sittings": "人次",
    "spread": "相差次数",
    "title": "标题",
    "together": "同班",
    "vacant": "空缺",
    "want": "意愿",
    "weekday": "星期",
    "whole": "整个系列",
    "calls": "呼叫次数",
    "overtaking": "越过他人",
    "person": "登记来办人",
    "status": "办件状态",
    "to": "转到窗口",
    "booked": "预约场数",
    "burst": "连续优先叫号",
    "cancelled": "取消场数",
    "departments": "部门",
    "expired": "过期号数",
    "idle_minutes": "锁屏分钟",
    "items": "事项",
    "move": "步骤",
    "moved": "改期场数",
    "overtake_limit": "最多被越过",
    "people": "人数",
    "priority": "优先类别",
    "proof": "已看证明",
    "receipt_prefix": "二维码前缀",
    "released": "释放场数",
    "requeue_behind": "过号重排间隔",
    "requeue_times": "过号重排次数",
    "required": "需要改密码",
    "revoked": "吊销",
    "skipped": "跳过场数",
    "step": "步骤",
    "taken_over": "接替他人",
    "undo_minutes": "可撤销分钟",
    "undone": "撤销的步骤",
    "where": "去向",
    "yellow_days": "黄灯天数",
    "account": "账号",
    "added": "新增",
    "after": "之后",
    "aliases": "俗称数",
    "attempts": "尝试次数",
    "before": "之前",
    "changed": "修改",
    "code": "编号",
    "content_version": "版本",
    "counter": "窗口",
    "created": "新建",
    "days": "天数",
    "disabled": "停用",
    "enabled": "启用",
    "entries": "条数",
    "failures": "连续输错",
    "failures_before": "此前输错",
    "faults": "问题数",
    "field": "字段",
    "file_name": "文件",
    "findings": "问题数",
    "id_type": "证件类型",
    "idle": "因久未操作",
    "item": "事项",
    "key_id": "密钥号",
    "kind": "种类",
    "letters": "字母",
    "locked": "已锁定",
    "login": "登录名",
    "name": "名称",
    "number": "编号",
    "printer": "打印机",
    "promise": "承诺时限",
    "published": "已发布",
    "reason": "原因",
    "replaced_by": "重开为",
    "reprint": "补打",
    "right": "密码正确",
    "roles": "角色",
    "room": "活动室",
    "size": "字节数",
    "source": "来源",
    "state": "状态",
    "unchanged": "不变",
    "unit": "单位",
    "verb": "动作",
    "year": "年份",
    "years": "年份",
}
_VALUES = {
    "unknown": "不存在",
    "password": "密码不对",
    "locked": "锁定期间",
    "inactive": "账号已停用",
    **{role.value: title for role, title in ROLE_TITLES.items()},
}
_CODES: dict[str, dict[str, str]] = {
    # facts whose values are codes of a feature
    "priority": {str(code): title for code, title in PRIORITY_NAMES.items()},
    "proof": {str(code): title for code, title in PROOF_NAMES.items()},
    "verb": {str(code): title for code, title in VERB_TITLES.items()},
    "state": {state.value: state.label for state in JobState} | {str(code): title for code, title in BOOKINGS.items()},
    "status": {str(code): title for code, title in STATUS_TITLES.items()},
    "kind": {kind.value: kind.label for kind in PaperKind} | {str(code): title for code, title in CHANGE_NAMES.items()},
    "method": {
        Method.SOLVER.value: "求解",
        Method.GREEDY.value: "次数最少者优先",
        **{str(code): title for code, title in METHOD_NAMES.items()},
    },
    "want": {Want.CANNOT.value: "不能来", Want.AVOID.value: "尽量不排", Want.PREFER.value: "愿意"},
    "half": {Half.MORNING.value: "上午", Half.AFTERNOON.value: "下午", Half.EVENING.value: "晚上"},
    "every": {
        Every.DAY.value: "每天",
        Every.WEEK.value: "每周",
        Every.MONTH_DAY.value: "每月几日",
        Every.MONTH_WEEKDAY.value: "每月第几个星期几",
    },
    "step": {str(code): title for code, title in STEP_NAMES.items()},
    "undone": {str(code): title for code, title in STEP_NAMES.items()},
}
_ORDER = {"number": 0, "code": 0, "login": 0, "reason": 0, "before": 1, "after": 2}
"""What is read first; everything else follows in its alphabetical order."""
_ROLE_FACTS = {"roles", "before", "after"}


def facts_of(row: JournalRow) -> list[tuple[str, str]]:
    """The facts of an entry as labels and words; a fact nobody has named keeps its name."""
    facts = sorted(_decoded(row).items(), key=lambda fact: _ORDER.get(fact[0], 1))
    return [(FACTS.get(name, name), _said(name, value)) for name, value in facts]


def facts_line(row: JournalRow) -> str:
    """The facts in one line."""
    return "　".join(f"{name}：{value}" for name, value in facts_of(row))


def subject(row: JournalRow) -> str:
    """What the entry is about, in a word."""
    return SUBJECTS.get(row.subject_kind, row.subject_kind)


def _decoded(row: JournalRow) -> dict[str, object]:
    try:
        return msgspec.json.decode(row.facts.encode(), type=dict[str, object])
    except msgspec.DecodeError:
        return {"内容": row.facts}  # somebody has altered it: shown as it stands


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "—"
    text = str(value)
    if name in _ROLE_FACTS:
        return "、".join(ROLE_TITLES[Role(part)] if part in set(Role) else part for part in text.split(",")) or "无"
    if name in _CODES:
        return _CODES[name].get(text, text)
    return _VALUES.get(text, text) if name in {"reason", "account"} else text
