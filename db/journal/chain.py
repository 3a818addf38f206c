"""Holds a centre's journal against its chain, and says which entries were changed, removed, moved or put in.

Every entry keeps its seal, the hash before it and its own, which covers its number, its seal and the hash before. An entry
that does not fit is tried under other numbers: if it fits there, it was moved; numbers whose own entry is found nowhere were
removed or changed in place. Hashes can be computed anew without the key; seals cannot, and each names the hash of an entry
that its writer saw. Where that is another one than the chain has now, the journal was rewritten.
The memory used does not grow with the journal, only with what is wrong in it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from db.clock import local
from db.journal.rules import GENESIS, Entry, chained, sealed

MOST_SUSPECTS = 300
"""Entries that are remembered one by one; beyond, they are only counted."""
REMEMBERED = 20_000
"""Hashes that are remembered for those who saw them: a click sees the end of the journal, and takes seconds at most."""


class Fault(StrEnum):
    """What was done to the journal."""

    CHANGED = "changed"
    REMOVED = "removed"
    MOVED = "moved"
    INSERTED = "inserted"
    HEAD = "head"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it stands in the table, with its seal and its two hashes."""

    entry: Entry
    seal: bytes
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, from entry `first` to entry `last` (numbers as they stand in the table), as a sentence."""

    fault: Fault
    first: int
    last: int
    sentence: str


@dataclass(slots=True)
class _Run:
    """Neighbouring entries that stand `by` places after their genuine number."""

    first: int
    last: int
    by: int

    def covers(self, seq: int) -> bool:
        """Whether the genuine entry of this number is in the run."""
        return self.first - self.by <= seq <= self.last - self.by


class ChainCheck:
    """Takes the links of one centre in the order of their numbers, then tells what is wrong.

    `title` gives the Chinese title of a tag, for the sentences.
    """

    def __init__(self, key: bytes, title: Callable[[str], str] = str) -> None:
        self._key, self._title = key, title
        self._expected = 1
        self._before: bytes | None = GENESIS  # None: the entry before is not to be trusted
        self._gaps: list[tuple[int, int]] = []
        self._runs: list[_Run] = []
        self._suspects: deque[Link] = deque()
        self._uncounted = 0
        self._grafted: list[int] = []
        self._seen: dict[int, bytes] = {0: GENESIS}  # hashes that fit, by number, the newest
        self._vouched = 0  # up to here a later entry has seen the chain as it is
        self._rewritten: Finding | None = None

    def take(self, link: Link) -> None:
        """The next link; its number is higher than that of the one before."""
        seq = link.entry.seq
        if seq > self._expected:
            self._gaps.append((self._expected, seq - 1))
            self._before = None
        if self._genuine_at(link, seq):
            if self._before is not None and link.previous != self._before:
                self._grafted.append(seq)
            elif self._rewritten is None:
                self._hear(link.entry)
            self._before = link.hash
            self._remember(seq, link.hash)
        else:
            self._before = None
            if not self._continues_a_run(link):
                self._suspect(link)
        self._expected = seq + 1

    def _hear(self, witness: Entry) -> None:
        """Hold what the writer of an entry saw against the chain as it is."""
        at, seen = witness.seen_seq, self._seen.get(witness.seen_seq)
        if at >= witness.seq or (seen is not None and seen != witness.seen):
            words = (
                f"操作日志{_numbers(self._vouched + 1, at)}被改写：第 {witness.seq} 条写入时见到的日志与现在的不同。"
            )
            self._rewritten = Finding(Fault.REWRITTEN, self._vouched + 1, at, words)
        elif seen is not None:
            self._vouched = max(self._vouched, at)

    def _remember(self, seq: int, hashed: bytes) -> None:
        self._seen[seq] = hashed
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def findings(self, head: tuple[int, bytes] | None) -> list[Finding]:
        """Everything that is wrong, by number. `head` is what the centre's head row says of the newest entry."""
        last = self._expected - 1
        written = head[0] if head is not None else last
        if written > last:
            self._gaps.append((last + 1, written))
        unplaced = self._place_suspects()
        found = [*self._moved(), *self._unplaced(unplaced, written), *self._removed(unplaced, written), *self._grafts()]
        if self._rewritten is not None:
            found.append(self._rewritten)
        if not found:
            found = self._head_faults(head, last)
        if self._uncounted:
            found.append(Finding(Fault.CHANGED, last, last, f"另有 {self._uncounted} 条操作日志也被改动，未逐条列出。"))
        return sorted(found, key=lambda finding: (finding.first, finding.last))

    def _genuine_at(self, link: Link, seq: int) -> bool:
        return chained(link.previous, seq, link.seal) == link.hash and sealed(self._key, link.entry) == link.seal

    def _continues_a_run(self, link: Link) -> bool:
        """Whether the link is genuine as far off its number as the one before, or one place off."""
        seq = link.entry.seq
        last = self._runs[-1] if self._runs else None
        if last is not None and last.last == seq - 1 and self._genuine_at(link, seq - last.by):
            last.last = seq
            return True
        for by in (1, -1):
            if self._genuine_at(link, seq - by):
                self._runs.append(_Run(seq, seq, by))
                return True
        return False

    def _suspect(self, link: Link) -> None:
        if len(self._suspects) < MOST_SUSPECTS:
            self._suspects.append(link)
        else:
            self._uncounted += 1

    def _place_suspects(self) -> list[Link]:
        """Try every suspect under every number that lacks its genuine entry; those that fit nowhere are returned."""
        vacant = {link.entry.seq for link in self._suspects}
        for first, last in self._gaps:
            vacant.update(range(first, min(last, first + MOST_SUSPECTS) + 1))
        for run in self._runs:
            vacant.update((run.first, run.last, run.first - run.by, run.last - run.by))
        unplaced = []
        for link in self._suspects:
            fits = next((seq for seq in sorted(vacant) if self._genuine_at(link, seq)), None)
            if fits is None:
                unplaced.append(link)
            else:
                vacant.discard(fits)
                self._add_run(link.entry.seq, link.entry.seq - fits)
        return unplaced

    def _add_run(self, seq: int, by: int) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and last.last == seq - 1 and last.by == by:
            last.last = seq
        else:
            self._runs.append(_Run(seq, seq, by))

    def _found_elsewhere(self, seq: int) -> bool:
        return any(run.covers(seq) for run in self._runs)

    def _moved(self) -> list[Finding]:
        return [
            Finding(
                Fault.MOVED,
                run.first,
                run.last,
                f"操作日志{_numbers(run.first, run.last)}原来是{_numbers(run.first - run.by, run.last - run.by)}，次序被改动。",
            )
            for run in self._runs
        ]

    def _unplaced(self, unplaced: list[Link], written: int) -> list[Finding]:
        found = []
        for link in unplaced:
            seq = link.entry.seq
            if seq > written or self._found_elsewhere(seq):
                words = f"操作日志第 {seq} 条（{self._described(link.entry)}）是后来插入的，不是系统写入的。"
                found.append(Finding(Fault.INSERTED, seq, seq, words))
            else:
                words = f"操作日志第 {seq} 条被改动，现在写的是：{self._described(link.entry)}。"
                found.append(Finding(Fault.CHANGED, seq, seq, words))
        return found

    def _described(self, entry: Entry) -> str:
        return f"{local(entry.at):%Y-%m-%d %H:%M:%S} {entry.staff_name or '—'} {self._title(entry.tag)}"

    def _removed(self, unplaced: list[Link], written: int) -> list[Finding]:
        """Numbers that are missing, or stand on a moved entry, and whose own entry is nowhere."""
        standing = {link.entry.seq for link in unplaced}
        spans = [*self._gaps, *((run.first, run.last) for run in self._runs)]
        found: list[Finding] = []
        for first, last in spans:
            for lone_first, lone_last in self._lone(first, min(last, written), standing):
                count = lone_last - lone_first + 1
                words = f"操作日志{_numbers(lone_first, lone_last)}被删除" + (
                    f"（共 {count} 条）。" if count > 1 else "。"
                )
                found.append(Finding(Fault.REMOVED, lone_first, lone_last, words))
        return found

    def _lone(self, first: int, last: int, standing: set[int]) -> list[tuple[int, int]]:
        """The parts of a span of numbers that no moved entry covers and where no suspect stands."""
        parts: list[tuple[int, int]] = []
        seq = first
        while seq <= last:
            cover = next((run for run in self._runs if run.covers(seq)), None)
            if cover is not None:
                seq = cover.last - cover.by + 1
                continue
            if seq in standing:
                seq += 1
                continue
            ends = [run.first - run.by - 1 for run in self._runs if run.first - run.by > seq]
            ends += [other - 1 for other in standing if other > seq]
            end = min([last, *ends])
            parts.append((seq, end))
            seq = end + 1
        return parts

    def _grafts(self) -> list[Finding]:
        return [
            Finding(Fault.INSERTED, seq, seq, f"操作日志从第 {seq} 条起接不上前一条，可能来自另一份备份。")
            for seq in self._grafted
        ]

    def _head_faults(self, head: tuple[int, bytes] | None, last: int) -> list[Finding]:
        if head is None:
            if last == 0:
                return []
            return [Finding(Fault.HEAD, last, last, "操作日志的末尾标记被删除，不能确定末尾是否完整。")]
        if last > head[0]:
            words = f"操作日志的末尾标记被改回第 {head[0]} 条，而日志写到第 {last} 条。"
            return [Finding(Fault.HEAD, head[0], last, words)]
        if (self._before or GENESIS) != head[1]:
            return [Finding(Fault.HEAD, last, last, "操作日志的末尾标记与最后一条不符，标记被改动。")]
        return []


def _numbers(first: int, last: int) -> str:
    return f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条"
