"""Who sits where, changed one sitting at a time, with every hard rule checked on the way. Used by the greedy and for first guesses."""

from collections import defaultdict
from collections.abc import Iterable

from db.duty.solve.grid import Grid, Month
from db.duty.solve.problem import Sitting


class Seating:
    """Sittings over a grid. Begins with the fixed ones. `rest` asks everybody for at least so many working days."""

    def __init__(self, grid: Grid, rest: int = 0) -> None:
        self.grid, self.rest = grid, rest
        self.sits: list[dict[int, int]] = [{} for _ in grid.slots]  # seat -> need, by slot
        self.room = [[need.count for need in needs] for needs in grid.needs]
        self.duties: list[list[int]] = [[] for _ in grid.seats_of]  # slots of a person, standing ones not among them
        self.count = list(grid.base)
        self.month: dict[tuple[int, Month], int] = defaultdict(int)
        self._caps: dict[tuple[int, Month], int | None] = {}
        self.friends: list[list[int]] = [[] for _ in grid.seats]
        self.foes: list[list[int]] = [[] for _ in grid.seats]
        for one, other, together in grid.pairs:
            for seat, mate in ((one, other), (other, one)):
                (self.friends if together else self.foes)[seat].append(mate)
        self.is_fixed = {(slot, seat) for slot, seats in enumerate(grid.fixed) for seat in seats}
        for slot, seat in sorted(self.is_fixed):
            self.place(slot, seat, self._need_for(slot, seat) or 0)

    def place(self, slot: int, seat: int, need: int) -> None:
        """Put a seat in a slot; nothing is checked here."""
        self.sits[slot][seat] = need
        self.room[slot][need] -= 1
        self.duties[self.grid.person[seat]].append(slot)
        self.count[seat] += 1
        self.month[seat, self.grid.month[slot]] += 1

    def take(self, slot: int, seat: int) -> None:
        """Take a seat out of a slot."""
        self.room[slot][self.sits[slot].pop(seat)] += 1
        self.duties[self.grid.person[seat]].remove(slot)
        self.count[seat] -= 1
        self.month[seat, self.grid.month[slot]] -= 1

    def free(self, slot: int) -> int:
        """How many places of a slot are still empty."""
        return sum(self.room[slot])

    def party(self, seat: int) -> list[int]:
        """Everybody who sits whenever this seat does, itself first."""
        party = [seat]
        for one in party:
            party.extend(mate for mate in self.friends[one] if mate not in party)
        return party

    def may_join(self, slot: int, seat: int) -> bool:
        """Whether a seat and those who go with it may sit down in a slot, all rules and free places considered."""
        party = self.party(seat)
        if any(one in self.sits[slot] or one not in self.grid.options[slot] for one in party):
            return False
        return all(self._rested(slot, one) for one in party) and self._seats_for(slot, party) is not None

    def join(self, slot: int, seat: int) -> None:
        """Sit a seat down with those who go with it, after `may_join`."""
        party = self.party(seat)
        for one, need in zip(party, self._seats_for(slot, party) or [], strict=True):
            self.place(slot, one, need)

    def leave(self, slot: int, seat: int) -> None:
        """Take a seat out with those who go with it."""
        for one in self.party(seat):
            self.take(slot, one)

    def _rested(self, slot: int, seat: int) -> bool:
        grid, person, body, day = self.grid, self.grid.person[seat], self.grid.slot_body[slot], self.grid.workday[slot]
        for other in self.duties[person]:
            between = abs(grid.workday[other] - day)
            if between < grid.gap(body, grid.slot_body[other], self.rest) or (between == 0 and grid.clash(slot, other)):
                return False
        cap = self._cap(seat, grid.month[slot])
        if cap is not None and self.month[seat, grid.month[slot]] >= cap:
            return False
        if any(foe in self.sits[slot] for foe in self.foes[seat]):
            return False
        return not self.rest or grid.apart_from_standing(slot, seat, self.rest)

    def _cap(self, seat: int, month: Month) -> int | None:
        if (seat, month) not in self._caps:
            self._caps[seat, month] = self.grid.month_room(seat, month)
        return self._caps[seat, month]

    def _need_for(self, slot: int, seat: int) -> int | None:
        room = self.room[slot]
        return next((need for need in self.grid.fills(slot, seat) if room[need] > 0), None)

    def _seats_for(self, slot: int, party: list[int]) -> list[int] | None:
        """Needs for a whole party, the first that fit, one after another."""
        room = list(self.room[slot])
        found = []
        for seat in party:
            need = next((need for need in self.grid.fills(slot, seat) if room[need] > 0), None)
            if need is None:
                return None
            room[need] -= 1
            found.append(need)
        return found

    def sittings(self) -> tuple[Sitting, ...]:
        """Plain values, sorted."""
        return sitting_values(
            self.grid, ((slot, seat, need) for slot, sits in enumerate(self.sits) for seat, need in sits.items())
        )


def sitting_values(grid: Grid, cells: Iterable[tuple[int, int, int]]) -> tuple[Sitting, ...]:
    """Plain values of (slot, seat, need), sorted."""
    return tuple(sorted(grid.sitting(slot, seat, need) for slot, seat, need in cells))
