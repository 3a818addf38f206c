"""Examples of what is done with the journal, and of upkeep."""

from tests.factories.stage import Example

EXAMPLES: dict[str, Example] = {
    "journal.export": lambda stage: {"entries": 3},
    "journal.verify": lambda stage: {"entries": 3, "faults": 0},
    "backup.run": lambda stage: {"file_name": "周五.backup", "size": 1024},
    "check.run": lambda stage: {"findings": 0},
    "key.show": lambda stage: {},
}
