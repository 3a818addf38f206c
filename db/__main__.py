"""`python -m db`: what an administrator does without a screen."""

import sys
from datetime import UTC, datetime

from db.console.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda: datetime.now(UTC)))  # the root of this program: here the clock comes in
