"""Loads every module of `db`, so that the registry of actions is whole: for the journal's titles, the checks, the tests."""

import importlib
import pkgutil

import db
from db.action import REGISTRY

_APART = ("db.__main__", "db.console", "db.migrations", "db.demo")

TITLES = {
    "staff.log_in": "登录",
    "staff.log_in_refused": "登录失败",
    "staff.prove": "确认本人",
    "staff.prove_refused": "确认本人失败",
    "staff.bootstrap": "建立首个管理员",
    "key.restore": "恢复数据密钥",
    "backup.restore": "恢复备份",
}
"""Journal tags that are no actions: written where there is no actor, or no click."""


def load() -> None:
    """Import every feature, so that all actions are declared."""
    for module in pkgutil.walk_packages(db.__path__, "db."):
        if not module.name.startswith(_APART):
            importlib.import_module(module.name)


def title(tag: str) -> str:
    """The Chinese title of a journal tag; the tag itself when nobody knows it (any more)."""
    declared = REGISTRY.get(tag)
    return declared.title if declared is not None else TITLES.get(tag, tag)


def titles() -> dict[str, str]:
    """Every tag with its title, by tag. Loads what is not loaded yet: off the GUI thread the first time."""
    load()
    return dict(sorted({**TITLES, **{tag: declared.title for tag, declared in REGISTRY.items()}}.items()))
