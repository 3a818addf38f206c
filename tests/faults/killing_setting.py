"""What a victim needs to know to accept cases."""

from dataclasses import dataclass

from db.action import Actor
from db.cases.actions import Intake


@dataclass(frozen=True)
class Setting:
    """Who accepts, and what."""

    actor: Actor
    intake: Intake
