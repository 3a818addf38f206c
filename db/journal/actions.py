"""Reading the whole journal leaves a trace in it too: who exported or verified it, and with what result."""

from db.action import Act, action
from db.staff.permissions import Permission


@action("journal.export", Permission.JOURNAL_EXPORT, "导出日志")
def note_export(act: Act, *, entries: int) -> None:
    """So many entries are being exported; called before the file is written."""
    act.note(entries=entries)


@action("journal.verify", Permission.JOURNAL_READ, "核对日志")
def note_verification(act: Act, *, entries: int, faults: int) -> None:
    """The chain was recomputed over so many entries, with so many faults found."""
    act.note(entries=entries, faults=faults)
