"""Where a plan gets stuck although no counting explains it: what speaks against each person, and whether it is proved."""

from db.duty.solve.broken import broken
from db.duty.solve.counting import Counting
from db.duty.solve.facts import Board
from db.duty.solve.ground import Ground
from db.duty.solve.why import reasons
from db.duty.solve.words import half_words

MOST_TOLD = 3


def stuck_words(
    counting: Counting, ground: Ground, holes: list[int], missing: list[tuple[int, int, int]]
) -> tuple[list[str], bool]:
    """Sentences, and whether they prove that there is no plan."""
    told = [_hole(ground, hole) for hole in holes[:MOST_TOLD]]
    told += [each.sentence for each in broken(ground.facts.problem, ground.sittings()) if missing][:MOST_TOLD]
    return told, False


def _hole(ground: Ground, hole: int) -> str:
    facts, slot = ground.facts, ground.slots[ground.place_slot[hole]]
    board = Board.of(facts, ground.sittings())
    said = []
    for seat in facts.body_seats[slot.body_id]:
        hard = [each.sentence for each in reasons(board, slot, seat) if each.hard]
        if hard:
            said.append(f"{facts.name(seat)}：{hard[0].removeprefix(facts.name(seat)).strip()}")
    where = f"{half_words(slot)}“{facts.body_name(slot.body_id)}”"
    return f"没有找到排满的办法（没有证明一定没有）：{where}还缺人；" + "；".join(said[:8])
