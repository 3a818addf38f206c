"""Months that cannot be planned, each for another reason. What is said of them is in tests/golden/duty."""

from datetime import date
from uuid import UUID

from db.duty.solve.problem import BodyLimits, Done, Fixed, Half, Need, Pair, Problem, Stand, Time, Want
from tests.db.duty.solve.small import NAMES, away, days, month, seat, slot, uid, workday

DELEGATES = "两代表一委员"
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)


def _body(name: str, rest: int = 0, most: int = 0, least: int = 0) -> BodyLimits:
    return BodyLimits(uid(name), name, rest, most, least)


def leave_and_monthly_cap() -> Problem:
    """Two on leave, the others may come twice: more is asked of the week than they can give."""
    slots = [
        slot("法官", day, afternoon=late)
        for day in days(date(2026, 3, 12), date(2026, 3, 17))
        for late in (False, True)
    ]
    stands = (
        away("张平", date(2026, 3, 9), date(2026, 3, 20), "出差"),
        away("李安", date(2026, 3, 12), date(2026, 3, 17), "病假"),
    )
    seats = [seat("法官", name) for name in NAMES[:5]]
    return month(slots, seats, [_body("法官", most=2)], stands=stands)


def rest_too_long() -> Problem:
    """Four people with a rest of five working days cannot fill every morning of a week."""
    slots = [slot("律师", day) for day in days(FIRST, date(2026, 3, 13))]
    return month(slots, [seat("律师", name) for name in NAMES[:4]], [_body("律师", rest=5)])


def nobody_of_the_kind() -> Problem:
    """A session asks for a 政协委员, whose only one has left."""
    need = (Need(1, frozenset({"党代表"})), Need(1, frozenset({"政协委员"})))
    seats = [
        seat(DELEGATES, "张平", "党代表"),
        seat(DELEGATES, "李安", "人大代表"),
        seat(DELEGATES, "王建国", "政协委员", last=date(2026, 2, 28)),
    ]
    return month([slot(DELEGATES, date(2026, 3, 10), needs=need)], seats, [_body(DELEGATES)])


def shared_by_two_bodies() -> Problem:
    """Two people serve both bodies: three places on one half day."""
    slots = [slot("法官", date(2026, 3, 12)), slot("律师", date(2026, 3, 12), needs=(Need(2),))]
    seats = [seat(body, name) for body in ("法官", "律师") for name in ("张平", "李安")]
    return month(slots, seats, [_body("法官"), _body("律师")])


def every_wednesday_in_court() -> Problem:
    """The body sits on Wednesdays, when all but one are in court and that one may come twice."""
    slots = [slot("法官", day) for day in days(FIRST, LAST) if day.weekday() in (0, 2)]
    court = tuple(Stand(uid(name), Want.CANNOT, Time(weekday=2), "开庭") for name in NAMES[:4])
    return month(slots, [seat("法官", name) for name in NAMES[:5]], [_body("法官", most=2)], stands=court)


def the_month_is_used_up() -> Problem:
    """What is locked already and was done before uses the month up."""
    slots = [slot("民警", day) for day in days(date(2026, 3, 16), date(2026, 3, 18))]
    seats = [seat("民警", name) for name in NAMES[:2]]
    done = tuple(Done(seats[0].id, day, workday(day)) for day in (date(2026, 3, 3), date(2026, 3, 5)))
    locked = (Fixed(slots[0].id, seats[1].id, "已答应"),)
    return month(slots, seats, [_body("民警", most=2)], done=done, fixed=locked)


def who_must_not_meet() -> Problem:
    """Two places on a day, and the only two who can come must not sit together."""
    two = slot("老党员", date(2026, 3, 20), needs=(Need(2),))
    pair = Pair(uid("老党员"), uid("张平"), uid("李安"), together=False)
    seats = [seat("老党员", name) for name in NAMES[:3]]
    return month(
        [two], seats, [_body("老党员")], pairs=(pair,), stands=(away("王建国", date(2026, 3, 20), why="住院"),)
    )


def the_least_of_a_year() -> Problem:
    """Twice a year for each of four, and six sessions left until the end of the year."""
    slots = [slot(DELEGATES, day) for day in days(date(2026, 12, 21), date(2026, 12, 28))]
    seats = [seat(DELEGATES, name, "党代表") for name in NAMES[:4]]
    return month(slots, seats, [_body(DELEGATES, least=2)])


def an_afternoon_nobody_can() -> Problem:
    """One half day on which nobody of the body can come, each for another reason; the rest of the month is easy."""
    slots = [slot("检察官", day, afternoon=True) for day in days(FIRST, LAST) if day.weekday() == 3]
    seats = [
        seat("检察官", "张平"),
        seat("检察官", "李安", first=date(2026, 3, 15)),
        seat("检察官", "王建国"),
        seat("检察官", "赵敏"),
    ]
    stands = (
        away("张平", date(2026, 3, 12), why="开庭"),
        Stand(uid("王建国"), Want.CANNOT, Time(weekday=3, half=Half.AFTERNOON), "例会"),
        Stand(uid("赵敏"), Want.CANNOT, Time(date(2026, 3, 10), date(2026, 3, 13)), "培训"),
    )
    return month(slots, seats, [_body("检察官", rest=5)], stands=stands)


def two_bodies_rest_too_long() -> Problem:
    """Two bodies at once: each is offered the longest rest that it can keep. One has a name with quotation marks."""
    studio = "“两代表一委员”工作室"
    slots = [slot(body, day) for body in (studio, "律师") for day in days(FIRST, date(2026, 3, 20))]
    seats = [seat(studio, name) for name in NAMES[:5]] + [seat("律师", name) for name in NAMES[5:]]
    return month(slots, seats, [_body(studio, rest=8), _body("律师", rest=8)])


def no_members() -> Problem:
    """A body whose members have not been entered yet."""
    return month([slot("纪检监察", date(2026, 3, 10))], [], [_body("纪检监察")])


MONTHS = {
    made.__name__: made
    for made in (
        leave_and_monthly_cap,
        rest_too_long,
        nobody_of_the_kind,
        shared_by_two_bodies,
        every_wednesday_in_court,
        the_month_is_used_up,
        who_must_not_meet,
        the_least_of_a_year,
        an_afternoon_nobody_can,
        two_bodies_rest_too_long,
        no_members,
    )
}


def seat_names(problem: Problem) -> dict[UUID, str]:
    return {each.id: problem.names[each.person_id] for each in problem.seats}
