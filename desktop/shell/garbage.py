"""Collects Python's garbage on the window's thread only.

Python's cycle collector runs on whichever thread happens to allocate. When that is a worker, it may destroy Qt objects (a
closed dialog in a cycle with its own slots) while the window's thread delivers events to them: a crash without a word.
So automatic collection is off, and the window's thread does it between events, by the collector's own thresholds.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 2_000


class Garbage(QObject):
    """From its making on, the collector runs only here; after `close` it does not run at all (the program ends)."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation whose threshold is passed."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    @staticmethod
    def settle() -> None:
        """What stands now stays: no later collection looks through modules and tables again, which takes 0.1 s.

        Once a process; what is made for a later window can go.
        """
        if not gc.get_freeze_count():
            gc.freeze()

    def close(self) -> None:
        """Collect everything once more here. What runs beside the closing window must not do it."""
        self._timer.stop()
        gc.collect()
