"""The texts of a catalogue laid out for fast searching: long strings, one line a text, scanned by `str.find` and `re`.

Four strings run in parallel, line for line: what is written, full pinyin, initials, and a mixed form in which each
character stands as “;syllable character”, so that one regular expression matches “yl保险” and “gaoljt” alike. Short texts come
first: whoever stops after the first few hundred matches has those that the needle covers best. All of it is pure.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

SUFFIX: Final = 24
"""Letters of a pinyin that a misspelling is compared with."""
FEW: Final = 60
"""So few texts are compared one by one."""
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class Spoken(NamedTuple):
    """A text to be searched: the caller's number for it, its search form, and one syllable a character."""

    owner: int
    form: str
    syllables: list[str]


class Match(NamedTuple):
    """A needle found: in which line, whether at its beginning, whether it is the whole of it."""

    line: int
    begins: bool
    whole: bool


class Sheet:
    """One of the parallel strings with the places where its lines begin."""

    def __init__(self, lines: Iterable[str]) -> None:
        kept = list(lines)
        self.text = "\n" + "\n".join(kept) + "\n"
        self.starts: list[int] = []
        place = 1
        for line in kept:
            self.starts.append(place)
            place += len(line) + 1
        self.starts.append(place)  # where the next one would begin

    def line_at(self, place: int) -> int:
        """The number of the line that a place in the text belongs to."""
        return bisect_right(self.starts, place) - 1

    def find(self, needle: str, beginnings: bool = False) -> Iterator[Match]:
        """The first occurrence in each line; only at line beginnings if so asked."""
        text, starts = self.text, self.starts
        wanted, shift = ("\n" + needle, 1) if beginnings else (needle, 0)
        size = len(needle)
        place = text.find(wanted)
        while place >= 0:
            number = bisect_right(starts, place + shift) - 1
            after = starts[number + 1] - 1
            yield Match(number, place + shift == starts[number], after - starts[number] == size)
            place = text.find(wanted, after)


class Lines:
    """Texts of one weight (names and 俗称, or departments and materials) in their four forms."""

    def __init__(self, texts: Iterable[Spoken]) -> None:
        ordered = sorted(texts, key=lambda text: len(text.form))
        self.owners = [text.owner for text in ordered]
        self.sizes = [len(text.form) for text in ordered]
        self.spoken = [sum(map(len, text.syllables)) for text in ordered]
        self.written = Sheet(text.form for text in ordered)
        self.full = Sheet("".join(text.syllables) for text in ordered)
        self.initials = Sheet("".join(syllable[0] for syllable in text.syllables) for text in ordered)
        self.mixed = Sheet(_mixed(text) for text in ordered)
        self._boundary = _boundaries(ordered)
        self._suffixes = self._sort_suffixes()
        self._mixed_before: tuple[str, list[int]] = ("", [])

    def in_full(self, needle: str) -> Iterator[Match]:
        """Texts whose full pinyin contains the needle from the beginning of a syllable on, those that begin with it first."""
        yield from self.full.find(needle, beginnings=True)
        low, high = self._suffix_range(needle)
        for place in sorted(self._suffixes[low:high]) if high - low < 600 else self._suffixes[low:high]:
            yield Match(self.full.line_at(place), False, False)

    def in_mixed(self, needle: str) -> list[Match]:
        """Texts that the needle spells with Hanzi, syllables, beginnings of syllables or initials in any mixture.

        What a longer needle finds is among what its beginning found, so typing on gets faster.
        """
        before, known = self._mixed_before
        if before and needle.startswith(before):
            found = list(self._mixed_in(needle, known))
        else:
            found = list(self._mixed_anywhere(needle))
        self._mixed_before = (needle, [match.line for match in found])
        return found

    def _mixed_anywhere(self, needle: str) -> Iterator[Match]:
        text, starts, search = self.mixed.text, self.mixed.starts, mixed_pattern(needle).search
        found = search(text)
        while found:
            number = bisect_right(starts, found.start()) - 1
            yield self._mixed_match(found, number)
            found = search(text, starts[number + 1] - 1)

    def _mixed_in(self, needle: str, numbers: Iterable[int]) -> Iterator[Match]:
        text, starts, search = self.mixed.text, self.mixed.starts, mixed_pattern(needle).search
        for number in numbers:
            found = search(text, starts[number], starts[number + 1] - 1)
            if found:
                yield self._mixed_match(found, number)

    def _mixed_match(self, found: re.Match[str], number: int) -> Match:
        starts = self.mixed.starts
        begins = self.mixed.text.rfind(";", starts[number], found.start() + 1) == starts[number]
        rest = self.mixed.text.find(";", found.end(), starts[number + 1])
        return Match(number, begins, begins and rest < 0)

    def misspelt(self, needle: str) -> Iterator[Match]:
        """Texts whose full pinyin contains the needle with one letter wrong, missing, too many, or two exchanged."""
        needle = needle[:SUFFIX]
        low, high = 0, len(self._suffixes)
        for at in range(len(needle)):
            if high - low <= FEW:
                yield from self._misspelt_among(low, high, needle)
                return
            for variant in _edits(needle[:at], needle[at:]):
                first, last = self._suffix_range(variant, low, high)
                yield from (self._spelt(place, len(variant)) for place in self._suffixes[first:last])
            low, high = self._suffix_range(needle[: at + 1], low, high)

    def _misspelt_among(self, low: int, high: int, needle: str) -> Iterator[Match]:
        """As `misspelt`, text by text, once what is right so far has left few of them."""
        text = self.full.text
        for place in self._suffixes[low:high]:
            size = spelt_alike(needle, text[place : place + len(needle) + 1])
            if size:
                yield self._spelt(place, size)

    def _spelt(self, place: int, size: int) -> Match:
        number = self.full.line_at(place)
        begins = place == self.full.starts[number]
        return Match(number, begins, begins and size == self.spoken[number])

    def _suffix_range(self, beginning: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
        text, suffixes, size = self.full.text, self._suffixes, len(beginning)
        first = bisect_left(suffixes, beginning, low, high, key=lambda place: text[place : place + size])
        if first == len(suffixes) or not text.startswith(beginning, suffixes[first]):
            return first, first
        return first, bisect_right(suffixes, beginning, first, high, key=lambda place: text[place : place + size])

    def _sort_suffixes(self) -> list[int]:
        """Places of all syllable beginnings, sorted by the letters from there on; in parts, so that no sort is long."""
        text = self.full.text
        parts: dict[str, list[int]] = {}
        for place in self._boundary:
            parts.setdefault(text[place : place + 2], []).append(place)
        ordered: list[int] = []
        for beginning in sorted(parts):
            ordered += sorted(parts[beginning], key=lambda place: text[place : place + SUFFIX + 1])
        return ordered


def _edits(head: str, tail: str) -> Iterator[str]:
    """Spellings that begin with `head` and differ from head + tail by one edit at the first letter of `tail`."""
    for letter in LETTERS:
        if letter != tail[:1]:
            yield head + letter + tail
            yield head + letter + tail[1:]
    yield head + tail[1:]
    if len(tail) > 1 and tail[0] != tail[1]:
        yield head + tail[1] + tail[0] + tail[2:]


def spelt_alike(needle: str, text: str) -> int:
    """How many letters of `text`, from its beginning, are the needle with at most one edit; 0 when none."""
    size = len(needle)
    at = next(
        (at for at, pair in enumerate(zip(needle, text, strict=False)) if pair[0] != pair[1]), min(size, len(text))
    )
    rest = needle[at + 1 :]
    if text.startswith(rest, at) and at < size:  # a letter too many
        return size - 1
    if at < len(text) and text[at] != "\n":
        if text.startswith(rest, at + 1):  # a wrong letter
            return size
        if text.startswith(needle[at:], at + 1):  # a letter missing
            return size + 1
        if text[at : at + 2] == needle[at : at + 2][::-1] and text.startswith(needle[at + 2 :], at + 2):
            return size
    return 0


def _mixed(text: Spoken) -> str:
    return "".join(f";{syllable} {char}" for syllable, char in zip(text.syllables, text.form, strict=True))


def _boundaries(texts: Iterable[Spoken]) -> list[int]:
    """Where syllables begin in the sheet of full pinyin."""
    places: list[int] = []
    place = 1
    for text in texts:
        for syllable in text.syllables:
            places.append(place)
            place += len(syllable)
        place += 1
    return places


@lru_cache(maxsize=256)
def mixed_pattern(needle: str) -> re.Pattern[str]:
    """The expression that finds a needle in the mixed form.

    A letter or digit goes on in its syllable or begins the next one; a Hanzi is its character, after any syllable.
    """
    parts: list[str] = []
    previous = ""
    for char in needle:
        latin, this = char.isascii(), re.escape(char)
        if not previous:
            parts.append(f";{this}" if latin else f" {this}")
        elif latin:
            parts.append(("(?:[^ ;]* .;)?" if previous.isascii() else ";") + this)
        elif previous.isascii():
            parts.append(f"[^ ;]* (?:{this}|.;[^ ;]* {this})")
        else:
            parts.append(f";[^ ;]* {this}")
        previous = char
    return re.compile("".join(parts))
