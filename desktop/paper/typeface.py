"""A typeface of the paper: Noto Sans SC in one weight, with TC, JP and KR behind it for what SC lacks."""

from functools import cache

from desktop.paper.embed import DocumentFont, Face
from desktop.paper.faces import BOLD, REGULAR, SCRIPTS, font_blob

STAND_IN = "〓"  # U+3013, what Chinese printing puts where a character is not in the case


@cache
def face(script: str, weight: int) -> Face:
    """The face, read once in a process; fallbacks are read only when a character needs them."""
    return Face(font_blob(script, weight), f"NotoSans{script}-{'Bold' if weight == BOLD else 'Regular'}")


class Typeface(dict[str, int]):
    """Widths of characters, 1000 per em; a first look-up finds out which face has the character.

    `odd` maps the characters that SC lacks to the script that has them; `unknown` those that no font has to what is
    drawn instead. A variation selector that no font knows is drawn as nothing and counts as unknown.
    """

    def __init__(self, weight: int) -> None:
        super().__init__()
        self.weight = weight
        self.odd: dict[str, str] = {}
        self.unknown: dict[str, str] = {}

    __hash__ = object.__hash__  # type: ignore[assignment]  # there is one of each weight; lines are cached by it

    def __missing__(self, char: str) -> int:
        for script in SCRIPTS:
            cut = face(script, self.weight)
            glyph = cut.glyph(char)
            if glyph:
                if script != "SC":
                    self.odd[char] = script
                self[char] = cut.advance(glyph)
                return self[char]
        selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
        self.unknown[char] = " " if selector else STAND_IN
        self[char] = 0 if selector else 1000
        return self[char]

    def width(self, text: str, size: float) -> float:
        """The width of a text in points."""
        return sum(map(self.__getitem__, text)) * size / 1000

    def runs(self, text: str) -> list[tuple[str, str]]:
        """The text as (script, part) pieces, each of one face. All its characters must have been measured."""
        odd = self.odd
        if odd.keys().isdisjoint(text):
            return [("SC", text)]
        pieces: list[tuple[str, str]] = []
        for char in text:
            script = odd.get(char, "SC")
            if pieces and pieces[-1][0] == script:
                pieces[-1] = (script, pieces[-1][1] + char)
            else:
                pieces.append((script, char))
        return pieces

    def in_document(self, script: str) -> DocumentFont:
        """A fresh font of this face for one document."""
        resource = f"L{script}{'B' if self.weight == BOLD else 'R'}"
        return DocumentFont(face(script, self.weight), resource, self, self.unknown)


PLAIN = Typeface(REGULAR)
HEAVY = Typeface(BOLD)
