"""What the booking dialog asks for when it is saved: a booking, a series, a change of either, a place in the line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from db.rooms.bookings import book, change
from db.rooms.queries import BookingRow
from db.rooms.series import SeriesFields, book_series, change_following, extend_to_series
from db.rooms.waiting import wait_for
from desktop.rooms.fields import pytime
from desktop.rooms.scope import Scope, anchor_of

if TYPE_CHECKING:
    from db.calendar.recurrence import Pattern
    from desktop.rooms.booking_dialog import BookingDialog


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved: a booking's or a series' id is found in `result`; `sentence` is for the clerk."""

    result: object
    sentence: str
    of_series: bool = False
    anchor: UUID | None = None  # the booking that is shown then, and by which a change of a series is taken back


def save(dialog: "BookingDialog") -> None:
    """Ask for what the dialog says."""
    pattern = dialog.repeat.pattern()
    if dialog.booking is not None:
        _change(dialog, dialog.booking, pattern)
    elif pattern is not None:
        _book_series(dialog, pattern)
    else:
        dialog.desk.do(
            dialog, book, borrower_id=_borrower(dialog), failed=dialog.refused, **_slot(dialog), **_about(dialog),
            then=lambda made: dialog.done_with(
                Saved(made, f"预约 {made.number} 已{'提交审批' if made.state == 'asked' else '登记'}。")
            ),
        )  # fmt: skip


def wait_in_line(dialog: "BookingDialog") -> None:
    """Put the borrower on the waiting list for the taken slot."""
    about = _about(dialog)
    del about["responsible"]
    dialog.desk.do(
        dialog, wait_for, borrower_id=_borrower(dialog), failed=dialog.refused, **_slot(dialog), **about,
        then=lambda _: dialog.done_with(Saved(None, "已登记候补，时段空出时会在候补栏提示。")),
    )  # fmt: skip


def _book_series(dialog: "BookingDialog", pattern: "Pattern") -> None:
    fields = SeriesFields(
        dialog.room().id, pytime(dialog.begins), pytime(dialog.ends), _borrower(dialog), **_about(dialog)
    )
    dialog.desk.do(
        dialog, book_series, pattern=pattern, fields=fields, choices=dialog.preview.settled(), failed=dialog.refused,
        then=lambda made: dialog.done_with(
            Saved(made, f"已预约 {made.booked} 场" + (f"，跳过 {made.skipped} 场。" if made.skipped else "。"), True)
        ),
    )  # fmt: skip


def _change(dialog: "BookingDialog", row: BookingRow, pattern: "Pattern | None") -> None:
    given: dict[str, Any] = {"booking_id": row.id, "version": row.version, "failed": dialog.refused}
    scope = Scope(dialog.scope.currentData())
    if pattern is not None:
        dialog.desk.do(
            dialog, extend_to_series, pattern=pattern, choices=dialog.preview.settled(), **given,
            then=lambda made: dialog.done_with(Saved(made, f"已改为循环预约，共 {made.booked} 场。", True, row.id)),
        )  # fmt: skip
    elif scope is not Scope.ONE:
        told = "整个系列未开始的" if scope is Scope.ALL else "本场及以后共"
        anchor = anchor_of(row, dialog.series, scope, dialog.desk.now())
        dialog.desk.do(
            dialog, change_following, whole=scope is Scope.ALL, **_slot(dialog), **_typed_anew(dialog, row), **given,
            then=lambda count: dialog.done_with(Saved(count, f"{told} {count} 场已改。", True, anchor.id)),
        )  # fmt: skip
    else:
        dialog.desk.do(
            dialog, change, **_slot(dialog), **_about(dialog), **given,
            then=lambda made: dialog.done_with(Saved(made, f"预约 {made.number} 已修改。")),
        )  # fmt: skip


def _slot(dialog: "BookingDialog") -> dict[str, Any]:
    """Where and when."""
    starts, ends = dialog.times()
    return {"room_id": dialog.room().id, "starts_at": starts, "ends_at": ends}


def _about(dialog: "BookingDialog") -> dict[str, Any]:
    """What for."""
    return {
        "use": dialog.use.currentData(), "purpose": dialog.purpose.text().strip(),
        "responsible": dialog.responsible.text().strip(), "people": dialog.people.value(),
    }  # fmt: skip


def _typed_anew(dialog: "BookingDialog", row: BookingRow) -> dict[str, Any]:
    """What for, as far as the clerk changed it: the other bookings of a series keep what is their own."""
    return {name: value for name, value in _about(dialog).items() if value != getattr(row, name)}


def _borrower(dialog: "BookingDialog") -> UUID:
    assert dialog.borrower.chosen is not None
    return dialog.borrower.chosen.id
