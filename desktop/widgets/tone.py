"""Tones: good, warn, bad, info or none, as the style sheet knows them. Never alone: a sign or a word stands with it."""

from typing import Literal

from PySide6.QtWidgets import QWidget

Tone = Literal["", "good", "warn", "bad", "info"]


def retone(widget: QWidget, tone: str, name: str = "tone") -> None:
    """Give a widget another tone (or another dynamic property of the style sheet) and let it be drawn anew."""
    if widget.property(name) != tone:
        widget.setProperty(name, tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
