"""What the window's search box can find."""

from dataclasses import dataclass

MOST = 6
"""Hits of one group."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: the page that shows it, what that page is told, and what the clerk reads."""

    group: str
    place: str
    wanted: str
    text: str
    more: str = ""
