"""Is everything in a hall's database as it must be? Findings are sentences; an empty list is good news."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from sqlalchemy import Engine, exists, func, select, text
from sqlalchemy.orm import Session

import db
from db.base import OF
from db.centre.models import Centre
from db.errors import NotAllowed, Unavailable
from db.journal.check import journal_faults
from db.journal.guard import guards
from db.keys import KeyStore, key_check
from db.migrations.version import check_schema
from db.registry import METADATA
from db.session import Hall

Problems = Callable[[Session, UUID], list[str]]
Report = Callable[[int, int, str], None]


def run_checks(hall: Hall, report: Report, store: KeyStore | None = None) -> list[str]:
    """Check integrity, foreign keys, schema, key, the journal of every centre, and what each feature checks.

    Each part reads in a transaction of its own, so that counters can go on working.

    Args:
        hall: whose database.
        report: progress; may raise to stop.
        store: where the data key is kept, None to leave that out.

    Returns:
        The findings, the gravest first; the last one names what whoever is connected to a server may not look at.
    """
    parts: list[tuple[str, Callable[[], list[str]]]] = [
        ("数据库文件", lambda: hall.read(damage)),
        ("关联", lambda: hall.read(dangling)),
        ("所指", lambda: hall.read(lost)),
        ("结构版本", lambda: _schema(hall)),
        ("日志保护", lambda: hall.read(unguarded)),
        ("数据密钥", lambda: hall.read(_key_faults, hall, store)),
    ]
    for centre_id, name in hall.read(_centres):
        parts.append((f"{name}：操作日志", partial(hall.read, journal_faults, hall.vault, centre_id, report)))
        parts += [(f"{name}：{feature}", partial(hall.read, check, centre_id)) for feature, check in feature_checks()]
    findings: list[str] = []
    unseen: list[str] = []
    for done, (title, part) in enumerate(parts):
        report(done, len(parts), f"正在检查{title}")
        try:
            findings += part()
        except NotAllowed:  # on a server everybody sees what their work needs, and not all of it
            unseen.append(title)
    report(len(parts), len(parts), "检查完毕")
    if unseen:
        findings.append(
            f"没有检查（您的服务器用户看不到）：{'、'.join(unseen)}。请服务器管理员运行 python -m db check。"
        )
    return findings


def damage(session: Session) -> list[str]:
    """Damage in the file of an embedded database. PostgreSQL checks its pages by itself."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    lines = session.execute(text("PRAGMA integrity_check(20)")).scalars().all()
    return [] if lines == ["ok"] else [f"数据库文件有损坏：{line}。请停止使用并从备份恢复。" for line in lines]


def dangling(session: Session) -> list[str]:
    """Rows whose foreign key points nowhere."""
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("PRAGMA foreign_key_check")).all()
        found = {(row[0], row[2]) for row in rows}
        return [
            f"表 {table} 有 {sum((row[0], row[2]) == (table, parent) for row in rows)} 条记录找不到对应的 {parent}。"
            for table, parent in sorted(found)
        ]
    rows = session.execute(
        text("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated")
    ).all()
    return [f"表 {row[0]} 的约束 {row[1]} 没有生效。" for row in rows]


def lost(session: Session) -> list[str]:
    """Rows that name a row which is not there, by a column without a foreign key (`db.base.of`)."""
    findings = []
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if OF not in column.info:
                continue
            parent = METADATA.tables[column.info[OF]]
            there = exists(parent.c.id).where(
                parent.c.id == column
            )  # of an account a role on a server sees not every column
            missing = select(func.count()).where(column.is_not(None), ~there)
            if count := session.scalar(missing):
                findings.append(f"表 {table.name} 有 {count} 条记录找不到对应的 {parent.name}。")
    return findings


def unguarded(session: Session) -> list[str]:
    """Triggers that must guard the journal and are not there, or switched off."""
    dialect = session.get_bind().dialect.name
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if dialect == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    there = set(session.execute(text(query)).scalars())
    return [f"操作日志的保护（{name}）被去掉或关闭，日志可能被改动。" for name in guards(dialect) if name not in there]


def feature_checks() -> Iterator[tuple[str, Problems]]:
    """Every feature's `problems(session, centre_id)`, from its `check` module or its `queries`."""
    for package in pkgutil.iter_modules(db.__path__, "db."):
        if not package.ispkg or package.name in ("db.migrations", "db.console", "db.journal"):
            continue
        for part in ("check", "queries"):
            name = f"{package.name}.{part}"
            if importlib.util.find_spec(name) is None:
                continue
            problems = getattr(importlib.import_module(name), "problems", None)
            if problems is not None:
                yield package.name.removeprefix("db."), problems


def _schema(hall: Hall) -> list[str]:
    if not isinstance(hall.bind, Engine):
        return []
    try:
        check_schema(hall.bind)
    except Unavailable as refusal:
        return [refusal.sentence]
    return []


def _key_faults(session: Session, hall: Hall, store: KeyStore | None) -> list[str]:
    check = key_check(hall.vault)
    others = session.scalars(select(Centre.name).where(Centre.key_check != check)).all()
    faults = [f"中心“{name}”登记的数据密钥不是现在这一把，它的个人信息打不开。" for name in others]
    return faults + (store.problems(check) if store is not None else [])


def _centres(session: Session) -> list[tuple[UUID, str]]:
    return [(row.id, row.name) for row in session.execute(select(Centre.id, Centre.name).order_by(Centre.created_at))]
