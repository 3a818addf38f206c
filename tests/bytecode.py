"""Compiled once a run: the tests start some hundred processes, and each would compile the programme and its libraries anew."""

import atexit
import os
import shutil
import sys
import tempfile


def share() -> None:
    """Where no bytecode is to be written, keep it in a folder of this run alone, for the processes begun from here on.

    Elsewhere Python keeps it beside the sources, as ever, and there is nothing to do.
    """
    if not sys.dont_write_bytecode or "PYTHONPYCACHEPREFIX" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="linli-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = folder
    sys.dont_write_bytecode = False
