"""What Qt's own Chinese catalogue leaves in English: the labels of its file dialog.

Kept as a catalogue in memory, in the format that Qt's lrelease writes (qtbase, src/corelib/kernel/qtranslator.cpp), and not as a
translator written in Python: Qt asks for some of these words in threads of its own.
"""

from struct import pack

WORDS = {
    ("QFileDialog", "&Look in:"): "查找范围(&I)：",
    ("QFileDialog", "Files of &type:"): "文件类型(&T)：",
    ("QFileDialog", "&File name:"): "文件名称(&N)：",
    ("QAbstractFileIconProvider", "Folder"): "文件夹",
    ("QAbstractFileIconProvider", "File"): "文件",
    ("QAbstractFileIconProvider", "Drive"): "磁盘",
    ("QAbstractFileIconProvider", "Unknown"): "未知",
    ("QFileSystemModel", '<b>The name "%1" cannot be used.</b>'): "<b>不能用“%1”这个名称。</b>",
    (
        "QFileSystemModel",
        "Try using another name, with fewer characters or no punctuation marks.",
    ): "请换一个短一些、没有标点的名称。",
}
"""By the class that says them and Qt's English."""
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TRANSLATION, _SOURCE, _CONTEXT = 1, 3, 6, 7


def catalogue() -> bytes:
    """The words as Qt loads them (`QTranslator.load` of bytes)."""
    messages, places = b"", []
    for (context, source), word in WORDS.items():
        places.append((_hash(source.encode()), len(messages)))
        for tag, text in (
            (_TRANSLATION, word.encode("utf-16-be")), (_SOURCE, source.encode()), (_CONTEXT, context.encode()),
        ):  # fmt: skip
            messages += pack(">BI", tag, len(text)) + text
        messages += bytes([_END])
    hashes = b"".join(pack(">II", *each) for each in sorted(places))
    return _MAGIC + b"".join(
        pack(">BI", tag, len(data)) + data for tag, data in ((_HASHES, hashes), (_MESSAGES, messages))
    )


def _hash(text: bytes) -> int:
    """The ELF hash of a text; 1 where it would be 0."""
    found = 0
    for byte in text:
        found = (found << 4) + byte
        high = found & 0xF0000000
        if high:
            found ^= high >> 24
        found &= ~high
    return found or 1


CATALOGUE = catalogue()
"""Kept for as long as the program runs: Qt reads it where it lies."""
