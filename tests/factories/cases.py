"""Items, people and cases to test with, and one example of each action on a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from db.action import Actor, Request
from db.cases import actions as cases
from db.cases.actions import Intake, MaterialGiven, MaterialMark, Moved
from db.cases.machine import Rectify
from db.cases.status import MaterialState, Necessity, ProxyStep
from db.catalogue.models import Item, ItemMaterial, ItemVersion
from db.ids import new_id
from db.people.actions import keep_person
from db.session import Hall
from tests.factories.calendar import make_calendar
from tests.factories.people import details, made_up_id
from tests.factories.stage import Example, Stage

PAPERS = (("居民身份证", Necessity.REQUIRED), ("居民户口簿", Necessity.REQUIRED), ("银行账户", Necessity.TOLERABLE))
OK, MISSING, BAD, TOLERATED = MaterialState.OK, MaterialState.MISSING, MaterialState.BAD, MaterialState.TOLERATED


def make_item(
    hall: Hall, centre_id: UUID, now: datetime, *, papers: tuple[tuple[str, Necessity], ...] = PAPERS, **fields: Any
) -> UUID:
    """An item with its first version; returns the version's id. A 直办 承诺件 of 10 working days unless told."""
    item_id, version_id = new_id(), new_id()
    code = fields.pop("local_code", f"T{item_id.hex[-6:].upper()}")
    base = {
        "name": "高龄津贴申领",
        "department": "民政局",
        "item_type": "行政给付",
        "role": "直办",
        "case_type": "承诺件",
        "promise_limit": 10,
        "legal_limit": 20,
        "limit_confirmed": True,
        "forward_to": "街道便民服务中心",
        "result": "按月发放津贴",
    }
    with hall.transaction() as session:
        session.add(Item(id=item_id, centre_id=centre_id, local_code=code, current_version_id=version_id))
        session.flush()
        session.add(
            ItemVersion(
                id=version_id, centre_id=centre_id, item_id=item_id, number=1, created_at=now, **(base | fields)
            )
        )
        session.flush()
        session.add_all(
            ItemMaterial(
                centre_id=centre_id, item_version_id=version_id, position=position, name=name, necessity=str(necessity)
            )
            for position, (name, necessity) in enumerate(papers, 1)
        )
    return version_id


def marks(*states: MaterialState, due: date | None = None) -> tuple[MaterialGiven, ...]:
    """The checklist of PAPERS with these states; an opinion where one is needed."""
    return tuple(
        MaterialGiven(
            name,
            state,
            opinion="不清晰" if state is BAD else "",
            due=due if state is TOLERATED else None,
            pages=1 if state is OK else 0,
        )
        for (name, _), state in zip(PAPERS, states, strict=True)
    )


ALL_OK = marks(OK, OK, OK)


@dataclass
class Counter:
    """A counter where cases are made: `do` is one click at `now`; `later(days)` moves the clock on."""

    hall: Hall
    actor: Actor
    now: datetime
    version_id: UUID
    person_id: UUID

    def do(self, action: Any, /, **kwargs: Any) -> Any:
        """One click."""
        return self.hall.run(Request(self.actor, self.now, new_id()), action, **kwargs)

    def later(self, **delta: int) -> None:
        """Time goes by."""
        self.now += timedelta(**delta)

    def intake(self, materials: tuple[MaterialGiven, ...] = ALL_OK, **fields: Any) -> Intake:
        """What the counter knows, for the counter's item and person unless told."""
        base = {"person_id": self.person_id, "item_version_id": self.version_id, "materials": materials}
        return Intake(**(base | fields))

    def make(self, action: Any = cases.accept, materials: tuple[MaterialGiven, ...] = ALL_OK, **kwargs: Any) -> Moved:
        """A case that begins with `action`."""
        moved: Moved = self.do(action, intake=self.intake(materials), **kwargs)
        return moved

    def move(self, case: Moved, action: Any, /, **kwargs: Any) -> Moved:
        """The next move of a case."""
        moved: Moved = self.do(action, case_id=case.case_id, version=case.version, **kwargs)
        return moved


def make_counter_for_cases(hall: Hall, actor: Actor, now: datetime, *, calendar: bool = True, **item: Any) -> Counter:
    """Somebody at a counter with one item and one applicant, and the calendars of 2025 and 2026."""
    if calendar:
        make_calendar(hall, actor.centre_id)
    version_id = make_item(hall, actor.centre_id, now, **item)
    person = hall.run(Request(actor, now, new_id()), keep_person, details=details())
    return Counter(hall, actor, now, version_id, person)


def another_person(counter: Counter, name: str, order: str) -> UUID:
    """One more applicant."""
    found: UUID = counter.do(keep_person, details=details(name=name, id_number=made_up_id(order=order)))
    return found


def _counter(stage: Stage, **item: Any) -> Counter:
    return make_counter_for_cases(stage.hall, stage.actor, stage.now, **item)


def _begin(*states: MaterialState, **more: Any) -> Example:
    def example(stage: Stage) -> dict[str, object]:
        due = (stage.now + timedelta(days=10)).date()
        counter = _counter(stage, case_type=more.get("case_type", "承诺件"))
        answers = {name: value for name, value in more.items() if name != "case_type"}
        return {"intake": counter.intake(marks(*states, due=due)), **answers}

    return example


def _go_on(before: Callable[[Counter], Moved], item: dict[str, Any] | None = None, **answers: object) -> Example:
    def example(stage: Stage) -> dict[str, object]:
        moved = before(_counter(stage, **(item or {})))
        return {"case_id": moved.case_id, "version": moved.version, **answers}

    return example


def _accepted(counter: Counter) -> Moved:
    return counter.make()


def _received(counter: Counter) -> Moved:
    return counter.make(cases.receive)


def _lacking(counter: Counter) -> Moved:
    return counter.make(cases.receive, marks(OK, MISSING, OK))


def _paused(counter: Counter) -> Moved:
    return counter.move(counter.make(), cases.pause, kind="鉴定", reason="需要伤残鉴定")


def _finished(counter: Counter) -> Moved:
    return counter.move(counter.make(), cases.finish, outcome="granted")


def _refer(stage: Stage) -> dict[str, object]:
    version_id = make_item(stage.hall, stage.centre_id, stage.now, role="导办")
    with stage.hall.transaction() as session:
        item_id = session.get_one(ItemVersion, version_id).item_id
    return {"item_id": item_id, "where": "鼓楼区行政服务中心"}


def _taken_by_other(stage: Stage) -> dict[str, object]:
    moved = make_counter_for_cases(stage.hall, stage.other, stage.now).make()
    return {"case_id": moved.case_id, "version": moved.version, "reason": "原经办人请假"}


def _tolerable(counter: Counter) -> Moved:
    due = (counter.now + timedelta(days=10)).date()
    return counter.make(cases.receive, marks(OK, OK, TOLERATED, due=due))


EXAMPLES: dict[str, Example] = {
    "case.receive": _begin(OK, MISSING, MISSING),
    "case.accept": _begin(OK, OK, OK),
    "case.tolerate": _begin(OK, OK, TOLERATED),
    "case.correct": _begin(OK, MISSING, BAD),
    "case.refuse": _begin(OK, OK, OK, reason="不属于本机关职权", basis="行政许可法第三十二条", agency="公安局"),
    "case.instant": _begin(OK, OK, OK, case_type="即办件"),
    "case.refer": _refer,
    "case.supplement": _go_on(_lacking, materials=(MaterialMark(2, OK, pages=2),)),
    "case.correct_later": _go_on(_lacking),
    "case.accept_later": _go_on(_received),
    "case.tolerate_later": _go_on(_tolerable),
    "case.refuse_later": _go_on(_received, reason="不属于本机关职权", basis="行政许可法第三十二条"),
    "case.instant_later": _go_on(_received, {"case_type": "即办件"}),
    "case.advance": _go_on(_accepted, stage="审核"),
    "case.pause": _go_on(_accepted, kind="听证", reason="利害关系人申请听证"),
    "case.resume": _go_on(_paused),
    "case.transfer": _go_on(_accepted, agency="街道便民服务中心"),
    "case.finish": _go_on(_accepted, outcome="granted", result_number="闽民2026-1"),
    "case.deliver": _go_on(_finished, way="直接送达"),
    "case.withdraw": _go_on(_accepted, reason="申请人不办了"),
    "case.return": _go_on(_received, reason="重复申请"),
    "case.rectify": _go_on(_accepted, what=Rectify.ACCEPTANCE, reason="材料看错"),
    "case.take_over": _taken_by_other,
    "case.proxy": _go_on(_accepted, step=ProxyStep.COMMISSIONED),
    "case.numbers": _go_on(_accepted, external_number="350102261117000001", hotline_number=""),
    "case.redate": lambda stage: {},
}
