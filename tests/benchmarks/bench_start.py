"""From the command line to a usable window, against the bare necessities: run by hand.

    uv run python -m tests.benchmarks.bench_start [--rounds 15] [--database FILE --data FOLDER]

Bare: importing PySide6, a QApplication, importing SQLAlchemy with its ORM, opening the same database with one query, an
empty QMainWindow shown. Ours: what `main.py` does until a letter typed into the login page stands in its field (the
database is opened behind it), and until the centre's name and counters have come from the database, so that one can log
in. Both are processes of their own, taken in turn; bytecode is cached, as on any machine that has opened the window
once, and somebody has logged in before. The limit of 1.5 holds for the first figure; the second is told with it, and
the longest turn of the event loop in between.

With `--database`, a hall made by `bench_cases` (key: bytes 0 to 31) is opened instead of a new one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 1.5
ROOT = Path(__file__).parents[2]
HEAVY = (
    "reportlab", "qrcode", "pypinyin", "qtawesome", "chinese_calendar", "pyqtgraph", "icalendar", "alembic", "argon2",
    "phonenumbers", "numpy", "xlsxwriter", "python_calamine",
)  # fmt: skip

BARE = """
import time; began = time.perf_counter()
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
import sqlalchemy, sqlalchemy.orm, sqlcipher3.dbapi2
engine = sqlalchemy.create_engine("sqlite:///" + sys.argv[1], module=sqlcipher3.dbapi2)
with engine.connect() as connection:
    connection.exec_driver_sql("SELECT count(*) FROM centre").scalar()
window = QMainWindow(); window.resize(1366, 768); window.show()
app.processEvents()
print(time.perf_counter() - began)
"""

OURS = """
import time; began = time.perf_counter()
import os, sys
import main
chosen = main.options(["--database", "sqlite:///" + sys.argv[1], "--config", sys.argv[2]])
main.require_screen(); main.require_libraries()
from PySide6.QtWidgets import QApplication
app = QApplication([])
from desktop.shell.start import Start
start = Start(app, None, main.clock, chosen.config)
start.show()
def opening(_secret):
    from desktop.shell.opening import open_hall
    return open_hall(chosen.database)
start.open(opening, sys.exit)
app.processEvents()
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
field = app.focusWidget()
app.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, "l"))
app.processEvents()
assert field.text() == "l", field
usable = time.perf_counter() - began
heavy = [name for name in sys.argv[3].split(",") if name in sys.modules]
page = start.window.centralWidget().currentWidget()
slowest = 0.0
from PySide6.QtCore import QTimer
turn = time.perf_counter()
def look():
    global turn, slowest
    slowest, turn = max(slowest, time.perf_counter() - turn), time.perf_counter()
    if page.counter.count():
        app.quit()
beat = QTimer(interval=10); beat.timeout.connect(look); beat.start()
app.exec()
print(usable, time.perf_counter() - began, slowest, ",".join(heavy))
sys.stdout.flush(); os._exit(0)
"""


def new_hall(folder: Path) -> Path:
    """A hall with one centre and the starter catalogue, in a folder of its own."""
    make = (
        "from datetime import UTC, datetime; from desktop.shell.opening import open_hall;"
        "from db.centre.founding import FirstStart, found_centre; from db.centre.rules import CentreFields;"
        "from db.staff.passwords import hash_password; from db.ids import new_id; hall = open_hall().hall;"
        "found_centre(hall, FirstStart(CentreFields('测试社区邻里中心', 'TEST'), '林测试',"
        " hash_password('Nothing-2026-secret', 'lince', '林测试')), now=datetime(2026, 11, 17, tzinfo=UTC), op=new_id())"
    )
    subprocess.run([sys.executable, "-c", make], check=True, env=surroundings(folder), cwd=ROOT)
    return folder / "hall.sqlite"


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of one measured process: offscreen, its own data, bytecode cached outside the sources."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {
        "QT_QPA_PLATFORM": env.get("QT_QPA_PLATFORM", "offscreen"),
        "LINLI_DATA_DIR": str(folder),
        "PYTHONPYCACHEPREFIX": env.get("PYTHONPYCACHEPREFIX", str(folder / "bytecode")),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def keep_key(folder: Path, database: Path) -> None:
    """Put the key of the benchmarks' halls where the window looks for it."""
    from db.engine import embedded_url, make_engine
    from db.keys import KeyStore
    from db.vault import Vault

    KeyStore.at(folder / "keys", use_keyring=False).keep(Vault(bytes(range(32))))
    make_engine(embedded_url(database)).dispose()


def run_once(code: str, folder: Path, database: Path) -> list[str]:
    """One process; what it printed."""
    command = [sys.executable, "-c", code, str(database), str(folder / "desk.json"), ",".join(HEAVY)]
    done = subprocess.run(command, env=surroundings(folder), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.splitlines()[-1].split(" ")


def main() -> int:
    """Measure; exit code 1 above the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-start-") as name:
        folder = Path(name)
        if asked.database:
            keep_key(folder, asked.database)
        database = (asked.database or new_hall(folder)).resolve()
        (folder / "desk.json").write_text('{"login": "lince"}')
        for code in (BARE, OURS):
            run_once(code, folder, database)  # writes the bytecode and the fonts
        bare, ours, named, turns = [], [], [], []
        heavy = ""
        for _ in range(asked.rounds):
            bare.append(float(run_once(BARE, folder, database)[0]))
            usable, with_name, turn, heavy = run_once(OURS, folder, database)
            ours.append(float(usable))
            named.append(float(with_name))
            turns.append(float(turn))
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    print(f"database {database.name}, {asked.rounds} rounds, milliseconds (median, best)")
    for title, took in (("bare", bare), ("takes keys", ours), ("can log in", named), ("longest turn between", turns)):
        print(f"  {title:24s} {statistics.median(took) * 1000:7.0f} {min(took) * 1000:7.0f}")
    ratio = statistics.median(ratios)
    print(f"  ratio {ratio:.2f} (limit {LIMIT}); heavy packages imported before the window: {heavy or 'none'}")
    return int(ratio > LIMIT or bool(heavy))


if __name__ == "__main__":
    sys.exit(main())
