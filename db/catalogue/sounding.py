"""Whether letters that somebody types are how a name sounds: full pinyin, initials, or a mixture of both."""

from db.catalogue.reading import reading

Sounds = tuple[tuple[str, ...], ...]
"""The readings of each character of a name."""


def sounds_of(name: str) -> Sounds:
    """How each character may be read; for a worker (0.1 ms a name, kept afterwards)."""
    return tuple(tuple(token.split("/")) for token in reading(name).split())


def spoken(sought: str, sounds: Sounds) -> bool:
    """Whether letters are the beginning of a name's sound: full pinyin, initials, or a mixture of both."""
    if not sought:
        return True
    if not sounds:
        return False
    for sound in sounds[0]:
        if sound.startswith(sought):
            return True
        if sought.startswith(sound) and spoken(sought[len(sound) :], sounds[1:]):
            return True
        if sought[0] == sound[0] and spoken(sought[1:], sounds[1:]):
            return True
    return False


def spoken_inside(sought: str, sounds: Sounds) -> bool:
    """The same, from any character of the name on."""
    return any(spoken(sought, sounds[at:]) for at in range(len(sounds)))
