"""Finding an item as the clerk types: pure, in memory, a few milliseconds for 5,000 items.

What is typed is tried in this order, and the best that a text reaches counts:
code; the words as written; full pinyin; initials; a mixture of these; words with others between them; the same sounds in other
characters; one letter wrong. Names and 俗称 weigh more than departments, categories and materials. Usage (`boosts`, 0 to 1)
moves an item up among its likes, never past a text that is exactly what was typed.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

from db.catalogue.lines import Lines, Match
from db.catalogue.reading import fits, plain, reading, search_form

LIMIT: Final = 50
ENOUGH: Final = 8
"""With so many good results the slower ways of looking are left out."""
BOOST: Final = 14.0
DISABLED: Final = 9.0
MISSPELT_FROM: Final = 4
"""Letters from which on one of them may be wrong."""
SHORT: Final = 1
"""Up to so many letters only beginnings count: inside, one letter is everywhere."""


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


@dataclass(frozen=True, slots=True)
class Grade:
    """Scores of one way of matching: the whole text, its beginning, the inside."""

    whole: float
    start: float
    inside: float


WRITTEN: Final = Grade(100, 84, 66)
FULL: Final = Grade(96, 80, 60)
INITIALS: Final = Grade(92, 76, 56)
MIXED: Final = Grade(86, 72, 54)
SPREAD: Final = Grade(50, 48, 44)
SOUND: Final = Grade(58, 54, 48)
MISSPELT: Final = Grade(56, 50, 40)
CONTEXT: Final = Grade(70, 46, 38)
PAPER: Final = Grade(52, 42, 35)
COVERAGE: Final = 9.0
"""Added in the measure in which what was typed covers the text: the shorter of two names comes first."""
ALTERNATIVE: Final = 3.0
"""Taken off when a heteronym had to be read the unusual way."""

Best = dict[int, tuple[float, str]]
"""By number of the entry: its score so far and the text that gave it."""


class Index:
    """The searchable form of a catalogue. Make it in a worker; searching it needs no lock and no database."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        reading("预热")  # load the dictionary here, not at a key stroke
        self._number = {entry.key: number for number, entry in enumerate(self.entries)}
        self._owners, self._texts = self._strong_texts()
        self._strong = Lines((number, text, kept) for number, (text, kept) in enumerate(self._texts))
        self._weak_owners = self._group((e.context + e.materials) for e in self.entries)
        self._weak_texts = list(self._weak_owners)
        self._weak = Lines((number, text, reading(text)) for number, text in enumerate(self._weak_texts))
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
        best = self._match(whole, boosts)
        terms = [form for form in map(search_form, query.split()) if form]
        if len(terms) > 1:
            _merge(best, self._all_of(terms, boosts))
        if not best:
            _merge(best, self._partly(whole))
        return self._ranked(best, boosts, limit)

    def _ranked(self, best: Best, boosts: Mapping[Hashable, float], limit: int) -> list[Hit]:
        scored: list[tuple[float, int, str]] = []
        for number, (score, why) in best.items():
            entry = self.entries[number]
            total = score + BOOST * boosts.get(entry.key, 0.0) - (0.0 if entry.enabled else DISABLED)
            scored.append((total, -number, why))
        return [Hit(self.entries[-minus].key, total, why) for total, minus, why in nlargest(limit, scored)]

    def _most_used(self, boosts: Mapping[Hashable, float], limit: int) -> list[Hit]:
        numbers = sorted(
            range(len(self.entries)),
            key=lambda number: (not self.entries[number].enabled, -boosts.get(self.entries[number].key, 0.0), number),
        )
        return [Hit(self.entries[number].key, 0.0) for number in numbers[:limit]]

    def _match(self, term: str, boosts: Mapping[Hashable, float]) -> Best:
        best: Best = {}
        self._by_code(best, term)
        short = len(term) <= SHORT
        if term.isascii():
            self._by_sound(best, term, short)
        else:
            self._grade(best, self._strong.in_written(term, short), WRITTEN, len(term))
        if short and len(best) < ENOUGH:
            self._grade(best, self._strong.in_written(term), WRITTEN, len(term))
        if not short:
            self._by_context(best, term)
        if _good(best) < ENOUGH and not short:
            self._less_exactly(best, term)
        if short:
            self._used_inside(best, term, boosts)
        return best

    def _by_code(self, best: Best, term: str) -> None:
        for code, number in self._codes:
            if code.startswith(term) and (len(term) > 2 or code == term):
                _put(best, number, 110.0 if code == term else 88.0, f"编号：{code.upper()}")
            elif len(term) >= 4 and term in code and any(char.isdigit() for char in term):
                _put(best, number, 60.0, f"编号：{code.upper()}")

    def _by_sound(self, best: Best, term: str, short: bool) -> None:
        self._grade(best, self._strong.in_initials(term, short), INITIALS, len(term))
        if not short:
            self._grade(best, self._strong.in_written(term), WRITTEN, len(term))
            self._grade(best, self._strong.in_full(term), FULL, len(term))

    def _by_context(self, best: Best, term: str) -> None:
        ways = [self._weak.in_written(term)]
        if term.isascii():
            ways += [self._weak.in_initials(term), self._weak.in_full(term)]
        for way in ways:
            for match in way:
                text = self._weak_texts[match.line.owner]
                for number, label in self._weak_owners[text]:
                    _put(best, number, _score(match, _WEAK[label], len(term)), f"{label}：{text}")

    def _less_exactly(self, best: Best, term: str) -> None:
        hanzi = [char for char in term if not char.isascii()]
        if len(hanzi) < len(term):
            self._grade(best, self._strong.in_mixed(term), MIXED, len(term))
        if len(hanzi) >= 2:
            self._spread(best, term)
        letters = term if not hanzi else "".join(plain(reading(term)))
        if hanzi:
            self._grade(best, self._strong.in_full(letters), SOUND, len(letters))
        enough = best if hanzi else _top(best) >= SOUND.inside
        if letters.isascii() and len(letters) >= MISSPELT_FROM and not enough:
            self._grade(best, self._strong.misspelt(letters), MISSPELT, len(letters))

    def _spread(self, best: Best, term: str) -> None:
        """All characters of the words, in this order, with others between them, in one text; or anywhere in the entry."""
        numbers = self._having(term)
        for number in numbers:
            texts = [text for owner, text in self._strong_of(number) if _in_order(term, text)]
            if texts:
                shortest = min(texts, key=len)
                _put(best, number, SPREAD.start + COVERAGE * len(term) / len(shortest), self._why(number, shortest))
            else:
                together = any(set(term) <= set(search_form(text)) for _, text in self._strong_of(number))
                _put(best, number, SPREAD.inside if together else SPREAD.inside - 8, "")

    def _having(self, term: str) -> list[int]:
        found = ~0
        for char in set(term):
            found &= self._chars.get(char, 0)
        return list(_bits(found)) if found > 0 else []

    def _partly(self, term: str) -> Best:
        """Entries that hold most of what was typed: for words said around the name (“我要办老人证”)."""
        best: Best = {}
        pieces = {term[at : at + 2] for at in range(len(term) - 1)}
        for number in self._candidates(term):
            for _, text in self._strong_of(number):
                form = search_form(text)
                shared = sum(piece in form for piece in pieces)
                common = len(set(form) & set(term))
                if shared and common >= 2:
                    score = 10 + 20 * shared / max(1, len(form) - 1) + 4 * shared / len(pieces)
                    _put(best, number, min(score, 40), self._why(number, text))
        return best

    def _candidates(self, term: str) -> list[int]:
        found = 0
        for first, second in pairwise(term):
            found |= self._chars.get(first, 0) & self._chars.get(second, 0)
        return list(_bits(found))

    def _all_of(self, terms: Sequence[str], boosts: Mapping[Hashable, float]) -> Best:
        """Entries that every one of several words finds."""
        parts = sorted((self._match(term, boosts) for term in terms), key=len)
        return {
            number: (sum(part[number][0] for part in parts) / len(parts) - 2, parts[0][number][1])
            for number in parts[0]
            if all(number in part for part in parts[1:])
        }

    def _used_inside(self, best: Best, term: str, boosts: Mapping[Hashable, float]) -> None:
        """One letter or character finds what is often used by its inside too."""
        for key in boosts:
            number = self._number.get(key)
            if number is None or number in best:
                continue
            for owner, text in self._strong_of(number):
                initials = "".join(syllable[0] for syllable in plain(self._texts[owner][1]))
                if term in search_form(text) or term in initials:
                    _put(best, number, INITIALS.inside, self._why(number, text))

    def _grade(self, best: Best, matches: Iterator[Match], grade: Grade, size: int) -> None:
        owners, texts = self._owners, self._texts
        for match in matches:
            owner = match.line.owner
            number = owners[owner]
            score = _score(match, grade, size)
            known = best.get(number)
            if known is None or known[0] < score:
                best[number] = (score, self._why(number, texts[owner][0]))

    def _why(self, number: int, text: str) -> str:
        return "" if text == self.entries[number].name else f"俗称：{text}"

    def _strong_of(self, number: int) -> list[tuple[int, str]]:
        first = self._first[number]
        return [(owner, self._texts[owner][0]) for owner in range(first, first + 1 + len(self.entries[number].aliases))]

    def _strong_texts(self) -> tuple[list[int], list[tuple[str, str]]]:
        owners: list[int] = []
        texts: list[tuple[str, str]] = []
        self._first: list[int] = []
        for number, entry in enumerate(self.entries):
            self._first.append(len(texts))
            kept = [entry.reading, *entry.alias_readings]
            for at, text in enumerate((entry.name, *entry.aliases)):
                known = kept[at] if at < len(kept) and fits(kept[at], text) else reading(text)
                owners.append(number)
                texts.append((text, known))
        return owners, texts

    def _group(self, texts: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[int, str]]]:
        grouped: dict[str, list[tuple[int, str]]] = {}
        for number, (entry, found) in enumerate(zip(self.entries, texts, strict=True)):
            for at, text in enumerate(found):
                label = "所属" if at < len(entry.context) else "材料"
                if text:
                    grouped.setdefault(text, []).append((number, label))
        return grouped

    def _characters(self) -> dict[str, int]:
        """By character: the entries (as bits) that have it in their name or 俗称."""
        having: dict[str, set[int]] = {}
        for owner, (text, _) in enumerate(self._texts):
            for char in set(search_form(text)):
                having.setdefault(char, set()).add(self._owners[owner])
        return {char: _as_bits(numbers, len(self.entries)) for char, numbers in having.items()}


def _score(match: Match, grade: Grade, size: int) -> float:
    if match.whole:
        base = grade.whole
    else:
        length = match.line.size if grade in _BY_CHARACTER else max(match.line.spoken, 1)
        base = (grade.start if match.start else grade.inside) + COVERAGE * min(1.0, size / max(length, 1))
    return base - ALTERNATIVE if match.line.alternative else base


_WEAK: Final = {"所属": CONTEXT, "材料": PAPER}
_BY_CHARACTER: Final = (WRITTEN, INITIALS, MIXED, CONTEXT, PAPER)


def _put(best: Best, number: int, score: float, why: str) -> None:
    known = best.get(number)
    if known is None or known[0] < score:
        best[number] = (score, why)


def _merge(best: Best, more: Best) -> None:
    for number, (score, why) in more.items():
        _put(best, number, score, why)


def _good(best: Best) -> int:
    return sum(score >= MIXED.inside for score, _ in best.values())


def _top(best: Best) -> float:
    return max((score for score, _ in best.values()), default=0.0)


def _in_order(term: str, text: str) -> bool:
    rest = iter(search_form(text))
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
