"""Finding an item as the clerk types: pure, in memory, a few milliseconds for 5,000 items.

What is typed is tried in this order, and the best that a text reaches counts:
code; the words as written; full pinyin; initials; a mixture of these; words with others between them; the same sounds in other
characters; one letter wrong. Names and 俗称 weigh more than departments, categories and materials. Usage (`boosts`, 0 to 1)
moves an item up among its likes, never past a text that is exactly what was typed.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice, pairwise
from typing import Final, NamedTuple

from db.catalogue.lines import Lines, Match, Spoken
from db.catalogue.reading import fits, plain, reading, search_form, variants

LIMIT: Final = 50
ENOUGH: Final = 8
"""With so many good results the slower ways of looking are left out."""
MOST: Final = 300
"""Matches taken of one way of looking: the shortest texts come first, what is used is looked at besides."""
BOOST: Final = 30.0
DISABLED: Final = 9.0
MISSPELT_FROM: Final = 4
"""Letters from which on one of them may be wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched of one item or forbidden proof. Readings are those of `reading()`; empty ones are made anew."""

    key: Hashable
    name: str
    reading: str = ""
    aliases: tuple[str, ...] = ()
    alias_readings: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    context: tuple[str, ...] = ()  # departments, category, service object
    materials: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found, how well, and by which text when that was not its name (“俗称：老人证”)."""

    key: Hashable
    score: float
    why: str = ""


class Grade(NamedTuple):
    """Scores of one way of matching: the whole text, its beginning, the inside; and what length is counted in."""

    whole: float
    start: float
    inside: float
    letters: bool = False


WRITTEN: Final = Grade(100, 84, 66)
FULL: Final = Grade(96, 80, 60, letters=True)
INITIALS: Final = Grade(92, 76, 56)
MIXED: Final = Grade(86, 72, 54)
SPREAD: Final = Grade(50, 48, 44)
SOUND: Final = Grade(58, 54, 48, letters=True)
MISSPELT: Final = Grade(56, 50, 40, letters=True)
UNUSUAL: Final = 3.0
"""Taken off when a heteronym had to be read the less likely way."""
CONTEXT: Final = Grade(70, 46, 38)
PAPER: Final = Grade(52, 42, 35)
COVERAGE: Final = 9.0
"""Added in the measure in which what was typed covers the text: the shorter of two names comes first."""
EXACT_LEAD: Final = BOOST + 1
"""Added to a name or 俗称 that is exactly what was typed: no use of another item comes before it."""

Best = dict[int, tuple[float, int]]
"""By number of the entry: its score so far and the text that gave it (negative: a text of `_weak`)."""
NAME_ITSELF: Final = 1 << 60


class Index:
    """The searchable form of a catalogue. Make it in a worker; searching it needs no lock and no database."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        reading("预热")  # load the dictionary here, not at a key stroke
        self._number = {entry.key: number for number, entry in enumerate(self.entries)}
        self._texts, self._numbers, readings = self._strong_texts()
        self._first = {number: owner for owner, number in reversed(list(enumerate(self._numbers)))}
        self._forms = [search_form(text) for text in self._texts]
        self._syllables = [plain(kept) for kept in readings]
        self._strong = Lines(map(Spoken, range(len(self._texts)), self._forms, self._syllables))
        self._unusual = Lines(
            Spoken(owner, form, other)
            for owner, (form, kept) in enumerate(zip(self._forms, readings, strict=True))
            if "/" in kept
            for other in variants(kept)
        )
        self._weak_of = self._group()
        self._weak_texts = list(self._weak_of)
        self._weak = Lines(
            Spoken(owner, search_form(text), plain(reading(text))) for owner, text in enumerate(self._weak_texts)
        )
        self._weak_exact = self._exact_contexts()
        self._codes = [
            (code.lower(), number) for number, entry in enumerate(self.entries) for code in entry.codes if code
        ]
        self._chars = self._characters()

    def find(self, query: str, boosts: Mapping[Hashable, float] | None = None, limit: int = LIMIT) -> list[Hit]:
        """The best entries for what was typed so far, best first; for nothing typed, the most used, then all in order."""
        boosts = boosts or {}
        whole = search_form(query)
        if not whole:
            return self._most_used(boosts, limit)
        most = max(MOST, limit)
        used = [self._number[key] for key in boosts if key in self._number]
        best = self._match(whole, used, most)
        terms = [form for form in map(search_form, query.split()) if form]
        if len(terms) > 1:
            _merge(best, self._all_of(terms))
        if not best:
            best = self._partly(whole)
        return self._ranked(best, boosts, limit)

    def _ranked(self, best: Best, boosts: Mapping[Hashable, float], limit: int) -> list[Hit]:
        scored: list[tuple[float, int, int]] = []
        for number, (score, owner) in best.items():
            entry = self.entries[number]
            total = score + BOOST * boosts.get(entry.key, 0.0) - (0.0 if entry.enabled else DISABLED)
            scored.append((total, -number, owner))
        return [
            Hit(self.entries[-minus].key, total, self._why(-minus, owner))
            for total, minus, owner in nlargest(limit, scored)
        ]

    def _most_used(self, boosts: Mapping[Hashable, float], limit: int) -> list[Hit]:
        numbers = sorted(
            range(len(self.entries)),
            key=lambda number: (not self.entries[number].enabled, -boosts.get(self.entries[number].key, 0.0), number),
        )
        return [Hit(self.entries[number].key, 0.0) for number in numbers[:limit]]

    def _match(self, term: str, used: Iterable[int], most: int) -> Best:
        best: Best = {}
        strong, size = self._strong, len(term)
        self._by_code(best, term)
        self._grade(best, islice(strong.written.find(term, beginnings=True), most), WRITTEN, size)
        if term.isascii():
            self._grade(best, islice(strong.initials.find(term, beginnings=True), most), INITIALS, size)
            self._grade(best, islice(strong.in_full(term), most), FULL, size)
        if size > 1 or len(best) < ENOUGH:
            self._grade(best, islice(strong.written.find(term), most), WRITTEN, size)
            if term.isascii():
                self._grade(best, islice(strong.initials.find(term), most), INITIALS, size)
        self._by_use(best, term, used)
        for number, text in self._weak_exact.get(term, ()):
            _put(best, number, CONTEXT.whole, -1 - text)
        if size > 1 and _good(best) < ENOUGH:
            self._less_exactly(best, term, most)
        if size > 1 and len(best) < most:
            self._by_context(best, term, most)
        return best

    def _by_code(self, best: Best, term: str) -> None:
        if not any(char.isdigit() for char in term) or not term.isascii():
            return
        for code, number in self._codes:
            if term in code:
                if code.startswith(term):
                    _put(best, number, 110.0 if code == term else 88.0, NAME_ITSELF)
                elif len(term) >= 3:
                    _put(best, number, 60.0, NAME_ITSELF)

    def _by_use(self, best: Best, term: str, used: Iterable[int]) -> None:
        """What is often used is found by its inside too, however many shorter texts there are."""
        ascii_term, size = term.isascii(), len(term)
        for number in used:
            for owner in self._owners(number):
                form = self._forms[owner]
                if term in form:
                    grade = WRITTEN
                elif ascii_term and term in "".join(syllable[0] for syllable in self._syllables[owner]):
                    grade = INITIALS
                else:
                    continue
                _put(best, number, grade.inside + COVERAGE * size / len(form), owner)

    def _by_context(self, best: Best, term: str, most: int) -> None:
        weak = self._weak
        ways: list[Iterator[Match]] = [weak.written.find(term)]
        if term.isascii() and len(term) > 2:
            ways += [weak.initials.find(term), weak.in_full(term)]
        for way in ways:
            for match in way:
                text = weak.owners[match.line]
                grade, numbers = self._weak_of[self._weak_texts[text]]
                score = _score(grade, match, len(term), weak.sizes[match.line])
                for number in islice(numbers, most):
                    _put(best, number, score, -1 - text)
                if len(best) >= most:
                    return

    def _less_exactly(self, best: Best, term: str, most: int) -> None:
        hanzi = sum(not char.isascii() for char in term)
        if hanzi < len(term):
            self._grade(best, islice(self._strong.in_mixed(term), most), MIXED, len(term))
        if hanzi >= 2:
            self._spread(best, term)
        letters = term if not hanzi else "".join(plain(reading(term)))
        if not letters.isascii():
            return
        if hanzi:
            self._grade(best, islice(self._strong.in_full(letters), most), SOUND, len(letters))
        else:
            self._grade(best, islice(self._unusual.in_full(letters), most), FULL, len(letters), self._unusual)
            self._grade(best, islice(self._unusual.initials.find(letters), most), INITIALS, len(letters), self._unusual)
        enough = bool(best) if hanzi else _top(best) >= SOUND.inside
        if len(letters) >= MISSPELT_FROM and not enough:
            self._grade(best, islice(self._strong.misspelt(letters), most), MISSPELT, len(letters))

    def _spread(self, best: Best, term: str) -> None:
        """All characters of the words, in this order, with others between them, in one text; or anywhere in the entry."""
        for number in islice(self._having(term), MOST):
            owners = self._owners(number)
            in_order = [owner for owner in owners if _in_order(term, self._forms[owner])]
            if in_order:
                owner = min(in_order, key=lambda owner: len(self._forms[owner]))
                _put(best, number, SPREAD.start + COVERAGE * len(term) / len(self._forms[owner]), owner)
            else:
                together = any(set(term) <= set(self._forms[owner]) for owner in owners)
                _put(best, number, SPREAD.inside if together else SPREAD.inside - 8, NAME_ITSELF)

    def _having(self, term: str) -> Iterator[int]:
        found = (1 << len(self.entries)) - 1
        for char in set(term):
            found &= self._chars.get(char, 0)
        return _bits(found)

    def _partly(self, term: str) -> Best:
        """Entries that hold most of what was typed: for words said around the name (“我要办老人证”)."""
        best: Best = {}
        pieces = {first + second for first, second in pairwise(term)}
        candidates = 0
        for first, second in pairwise(term):
            candidates |= self._chars.get(first, 0) & self._chars.get(second, 0)
        for number in islice(_bits(candidates), 4 * MOST):
            for owner in self._owners(number):
                form = self._forms[owner]
                shared = sum(piece in form for piece in pieces)
                if shared:
                    score = 10 + 20 * shared / max(1, len(form) - 1) + 4 * shared / len(pieces)
                    _put(best, number, min(score, 40), owner)
        return best

    def _all_of(self, terms: Sequence[str]) -> Best:
        """Entries that every one of several words finds."""
        everything = len(self.entries)
        parts = sorted((self._match(term, (), everything) for term in terms), key=len)
        return {
            number: (sum(part[number][0] for part in parts) / len(parts) - 2, parts[0][number][1])
            for number in parts[0]
            if all(number in part for part in parts[1:])
        }

    def _grade(self, best: Best, matches: Iterable[Match], grade: Grade, size: int, lines: Lines | None = None) -> None:
        less = UNUSUAL if lines is not None else 0.0
        lines = lines or self._strong
        lengths = lines.spoken if grade.letters else lines.sizes
        owners, numbers = lines.owners, self._numbers
        for match in matches:
            owner = owners[match.line]
            number = numbers[owner]
            score = _score(grade, match, size, lengths[match.line]) - less
            known = best.get(number)
            if known is None or known[0] < score:
                best[number] = (score, owner)

    def _why(self, number: int, owner: int) -> str:
        entry = self.entries[number]
        if owner < 0:
            text = self._weak_texts[-1 - owner]
            return f"{'所属' if text in entry.context else '材料'}：{text}"
        if owner == NAME_ITSELF or owner == self._first[number]:
            return ""
        return f"俗称：{self._texts[owner]}"

    def _owners(self, number: int) -> range:
        first = self._first[number]
        return range(first, first + 1 + len(self.entries[number].aliases))

    def _strong_texts(self) -> tuple[list[str], list[int], list[str]]:
        texts: list[str] = []
        numbers: list[int] = []
        readings: list[str] = []
        for number, entry in enumerate(self.entries):
            kept = (entry.reading, *entry.alias_readings)
            for at, text in enumerate((entry.name, *entry.aliases)):
                texts.append(text)
                numbers.append(number)
                readings.append(kept[at] if at < len(kept) and fits(kept[at], text) else reading(text))
        return texts, numbers, readings

    def _group(self) -> dict[str, tuple[Grade, list[int]]]:
        """By text of a department, category or material: its grade and the entries that have it."""
        grouped: dict[str, tuple[Grade, list[int]]] = {}
        for number, entry in enumerate(self.entries):
            for grade, texts in ((CONTEXT, entry.context), (PAPER, entry.materials)):
                for text in filter(None, texts):
                    grouped.setdefault(text, (grade, []))[1].append(number)
        return grouped

    def _exact_contexts(self) -> dict[str, list[tuple[int, int]]]:
        """Departments and categories by everything that means exactly them: written, full pinyin, initials."""
        exact: dict[str, list[tuple[int, int]]] = {}
        for owner, text in enumerate(self._weak_texts):
            grade, numbers = self._weak_of[text]
            if grade is CONTEXT:
                syllables = plain(reading(text))
                initials = "".join(syllable[0] for syllable in syllables)
                for form in {search_form(text), "".join(syllables), initials if len(initials) > 2 else ""} - {""}:
                    exact.setdefault(form, []).extend((number, owner) for number in numbers)
        return exact

    def _characters(self) -> dict[str, int]:
        """By character: the entries (as bits) that have it in their name or 俗称."""
        having: dict[str, set[int]] = {}
        for owner, form in enumerate(self._forms):
            for char in set(form):
                having.setdefault(char, set()).add(self._numbers[owner])
        return {char: _as_bits(numbers, len(self.entries)) for char, numbers in having.items()}


def _score(grade: Grade, match: Match, size: int, length: int) -> float:
    if match.whole:
        return grade.whole + (EXACT_LEAD if grade is WRITTEN else 0.0)
    return (grade.start if match.begins else grade.inside) + COVERAGE * min(1.0, size / length)


def _put(best: Best, number: int, score: float, owner: int) -> None:
    known = best.get(number)
    if known is None or known[0] < score:
        best[number] = (score, owner)


def _merge(best: Best, more: Best) -> None:
    for number, (score, owner) in more.items():
        _put(best, number, score, owner)


def _good(best: Best) -> int:
    return sum(score >= MIXED.inside for score, _ in best.values())


def _top(best: Best) -> float:
    return max((score for score, _ in best.values()), default=0.0)


def _in_order(term: str, form: str) -> bool:
    rest = iter(form)
    return all(char in rest for char in term)


def _as_bits(numbers: Iterable[int], size: int) -> int:
    field = bytearray(size // 8 + 1)
    for number in numbers:
        field[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(field, "little")


def _bits(field: int) -> Iterator[int]:
    for at, byte in enumerate(field.to_bytes((field.bit_length() + 7) // 8, "little")):
        while byte:
            low = byte & -byte
            yield (at << 3) + low.bit_length() - 1
            byte ^= low


def usage_boost(uses: int, days_ago: float) -> float:
    """How far use moves an item up, 0 to 1: half for how often, half for how lately (halved every 7 days)."""
    often: float = (min(uses, 200) / 200) ** 0.35
    lately: float = 0.5 ** (max(0.0, days_ago) / 7)
    return 0.5 * often + 0.5 * lately
