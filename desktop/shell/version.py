"""The version of the program, as the window, the papers and `--version` say it."""

VERSION = "0.1.0"
