"""The texts of a catalogue laid out for fast searching: long strings, one line a text, scanned by `str.find` and `re`.

Four strings run in parallel, line for line: what is written, full pinyin, initials, and a mixed form in which each
character stands as “;syllable character”, so that one regular expression matches “yl保险” and “gaoljt” alike.
A heteronym adds lines without the written form. Everything is in memory and pure; building 5,000 items takes under a second.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from db.catalogue.reading import plain, search_form, variants

SUFFIX: Final = 24
"""Letters of a pinyin that a misspelling is compared with."""
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Line:
    """One text as it is searched: whose it is (`owner` is the caller's number), and in how many characters."""

    owner: int
    size: int
    spoken: int
    alternative: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A needle found in a line: from which character on (0 = the beginning), and whether it is the whole of it."""

    line: Line
    start: bool
    whole: bool


class Sheet:
    """One of the parallel strings with the places where its lines begin."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.text = "\n" + "\n".join(lines) + "\n"
        self.starts = [at + 1 for at, char in enumerate(self.text[:-1]) if char == "\n"]

    def line_at(self, place: int) -> int:
        """The number of the line that a place in the text belongs to."""
        return bisect_right(self.starts, place) - 1

    def find(self, needle: str, starts_only: bool = False) -> Iterator[tuple[int, int]]:
        """(line, place) of the first occurrence in each line; only at line beginnings if so asked."""
        text, starts = self.text, self.starts
        wanted, shift = ("\n" + needle, 1) if starts_only else (needle, 0)
        place = text.find(wanted)
        while place >= 0:
            number = bisect_right(starts, place + shift) - 1
            yield number, place + shift
            after = starts[number + 1] - 1 if number + 1 < len(starts) else len(text)
            place = text.find(wanted, after)


class Lines:
    """All texts of one weight (names and aliases, or departments and materials) in their four forms."""

    def __init__(self, texts: Iterable[tuple[int, str, str]]) -> None:
        """`texts`: (owner, text, kept reading)."""
        self.lines: list[Line] = []
        written: list[str] = []
        spoken: list[list[str]] = []
        for owner, text, kept in texts:
            form = search_form(text)
            self._add(Line(owner, len(form), sum(map(len, plain(kept)))), written, form, spoken, plain(kept))
            for other in variants(kept):
                line = Line(owner, len(form), sum(map(len, other)), alternative=True)
                self._add(line, written, "", spoken, other)
        self.written = Sheet(written)
        self.full = Sheet("".join(syllables) for syllables in spoken)
        self.initials = Sheet("".join(syllable[0] for syllable in syllables) for syllables in spoken)
        self.mixed = Sheet(_mixed(form, syllables) for form, syllables in zip(written, spoken, strict=True))
        self._boundary = _boundaries(spoken)
        self._suffixes = self._sort_suffixes()

    def _add(self, line: Line, written: list[str], form: str, spoken: list[list[str]], syllables: list[str]) -> None:
        self.lines.append(line)
        written.append(form)
        spoken.append(syllables)

    def in_written(self, needle: str, starts_only: bool = False) -> Iterator[Match]:
        """Texts that contain the needle as it is written."""
        for number, place in self.written.find(needle, starts_only):
            line = self.lines[number]
            yield Match(line, place == self.written.starts[number], len(needle) == line.size)

    def in_full(self, needle: str, starts_only: bool = False) -> Iterator[Match]:
        """Texts whose full pinyin contains the needle, from the beginning of a syllable on."""
        sheet, boundary = self.full, self._boundary
        for number, first in sheet.find(needle, starts_only):
            place, end = first, sheet.starts[number] + self.lines[number].spoken
            while place >= 0 and not boundary[place]:
                place = sheet.text.find(needle, place + 1, end)
            if place >= 0:
                line = self.lines[number]
                yield Match(line, place == sheet.starts[number], len(needle) == line.spoken)

    def in_initials(self, needle: str, starts_only: bool = False) -> Iterator[Match]:
        """Texts whose initials contain the needle."""
        for number, place in self.initials.find(needle, starts_only):
            line = self.lines[number]
            yield Match(line, place == self.initials.starts[number], len(needle) == line.size)

    def in_mixed(self, needle: str) -> Iterator[Match]:
        """Texts that the needle spells with Hanzi, syllables, beginnings of syllables or initials in any mixture."""
        sheet, pattern = self.mixed, mixed_pattern(needle)
        found = pattern.search(sheet.text)
        while found:
            number = sheet.line_at(found.start())
            line = self.lines[number]
            begins = found.start() == sheet.starts[number]
            rest = sheet.text.find(";", found.end(), sheet.text.find("\n", found.end()))
            yield Match(line, begins, begins and rest < 0)
            after = sheet.starts[number + 1] if number + 1 < len(sheet.starts) else len(sheet.text)
            found = pattern.search(sheet.text, after)

    def misspelt(self, needle: str) -> Iterator[Match]:
        """Texts whose full pinyin contains the needle with one letter wrong, missing, too many, or two exchanged."""
        needle = needle[:SUFFIX]
        whole_ends = self.full
        for variant in self._variants(needle):
            low, high = self._suffix_range(variant)
            for place in self._suffixes[low:high]:
                number = whole_ends.line_at(place)
                line = self.lines[number]
                begins = place == whole_ends.starts[number]
                yield Match(line, begins, begins and len(variant) == line.spoken)

    def _variants(self, needle: str) -> Iterator[str]:
        """Spellings one edit away that can occur: where nothing begins so any more, later edits are not tried.

        The first letter is taken as right unless it is exchanged with the second.
        """
        if len(needle) > 1 and needle[0] != needle[1]:
            yield needle[1] + needle[0] + needle[2:]
        for at in range(1, len(needle) + 1):
            head = needle[:at]
            low, high = self._suffix_range(head)
            if low == high:
                return
            tail = needle[at:]
            for letter in LETTERS:
                if letter != tail[:1]:
                    yield head + letter + tail
                    if tail:
                        yield head + letter + tail[1:]
            if tail:
                yield head + tail[1:]
            if len(tail) > 1 and tail[0] != tail[1]:
                yield head + tail[1] + tail[0] + tail[2:]

    def _suffix_range(self, beginning: str) -> tuple[int, int]:
        text, suffixes = self.full.text, self._suffixes
        size = len(beginning)
        low = bisect_left(suffixes, beginning, key=lambda place: text[place : place + size])
        if low == len(suffixes) or not text.startswith(beginning, suffixes[low]):
            return low, low
        return low, bisect_right(suffixes, beginning, lo=low, key=lambda place: text[place : place + size])

    def _sort_suffixes(self) -> list[int]:
        """Places of all syllable beginnings, sorted by the letters from there on; letter by letter, so that no sort is long."""
        text = self.full.text
        buckets: dict[str, list[int]] = {}
        for place, begins in enumerate(self._boundary):
            if begins:
                buckets.setdefault(text[place : place + 2], []).append(place)
        ordered: list[int] = []
        for beginning in sorted(buckets):
            ordered += sorted(buckets[beginning], key=lambda place: text[place : place + SUFFIX + 1])
        return ordered


def _mixed(form: str, syllables: list[str]) -> str:
    written = form or "." * len(syllables)
    return "".join(f";{syllable} {char}" for syllable, char in zip(syllables, written, strict=True))


def _boundaries(spoken: list[list[str]]) -> bytearray:
    marks = bytearray(1)
    for syllables in spoken:
        for syllable in syllables:
            marks.append(1)
            marks.extend(bytes(len(syllable) - 1))
        marks.append(0)
    return marks


@lru_cache(maxsize=256)
def mixed_pattern(needle: str) -> re.Pattern[str]:
    """The expression that finds a needle in the mixed form.

    A letter or digit goes on in its syllable or begins the next one; a Hanzi is its character, after any syllable.
    """
    parts: list[str] = []
    previous = ""
    for char in needle:
        latin = char.isascii()
        if not previous:
            parts.append(";" + (re.escape(char) if latin else f"[^ ]* {re.escape(char)}"))
        elif latin:
            parts.append((r"(?:[^ ]* .;)?" if previous.isascii() else ";") + re.escape(char))
        elif previous.isascii():
            parts.append(f"[^ ]* (?:{re.escape(char)}|.;[^ ]* {re.escape(char)})")
        else:
            parts.append(f";[^ ]* {re.escape(char)}")
        previous = char
    return re.compile("".join(parts))
