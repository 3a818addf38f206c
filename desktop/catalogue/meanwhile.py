"""The catalogue was changed between the preview of an import and the import: what, and what the import would do now."""

from collections.abc import Mapping

from db.catalogue.comparison import Comparison, compare
from db.catalogue.rows import Standing
from desktop.widgets.conflict import Wish

SHOWN = 40
"""Differences that are shown one by one; of more, how many there are."""
NAMED = 3
Facts = list[tuple[str, str, str]]


def changed_since(before: Mapping[str, Standing], now: Mapping[str, Standing]) -> Facts:
    """What somebody has changed in the catalogue: of which item, from what, to what."""
    found: Facts = []
    said = compare({code: known.content for code, known in before.items()}, (each.content for each in now.values()))
    found += [(_title(each.local_code, each.name), "（没有）", "新增") for each in said.new]
    for change in said.changed:
        title = _title(change.after.local_code, change.after.name)
        found += [(f"{title}　{each.label}", each.before, each.after) for each in change.differences]
    for code in sorted(before.keys() & now.keys()):
        if before[code].enabled != now[code].enabled:
            found.append((_title(code, now[code].content.name), _in_use(before[code]), _in_use(now[code])))
    more = len(found) - SHOWN
    return [*found[:SHOWN], (f"另有 {more} 处", "", "")] if more > 0 else found


def wish(
    compared: Comparison,
    errors: int,
    before: Mapping[str, Standing],
    now: Mapping[str, Standing],
    *,
    disable_gone: bool,
) -> Wish:
    """What the import would do to the catalogue as it is now; which of the other's changes it would write over."""
    told = [f"新增 {len(compared.new)} 项", f"改动 {len(compared.changed)} 项"]
    stopped = [each for each in compared.gone if now[each.local_code].enabled] if disable_gone else []
    told += [f"停用 {len(stopped)} 项"] if disable_gone else []
    theirs = {code for code in now if code not in before or before[code].content != now[code].content}
    over = [change.before.name for change in compared.changed if change.after.local_code in theirs]
    off = [each.name for each in stopped if each.local_code in theirs]
    lost = [f"{_names(over)}会改成表格里的样子"] if over else []
    lost += [f"{_names(off)}会停用"] if off else []
    words = f"按最新目录导入：{'，'.join(told)}。" + (f"对方刚改的{'，'.join(lost)}。" if lost else "")
    if errors:
        return Wish(words, f"按最新目录核对，表格有 {errors} 处错误，一项也不能导入。")
    nothing = not compared.new and not compared.changed and not stopped
    return Wish(words, "最新目录已经和表格一样，不用再导入。" if nothing else "")


def _names(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names[:NAMED]) + ("等" if len(names) > NAMED else "")


def _title(code: str, name: str) -> str:
    return f"{code} {name}"


def _in_use(known: Standing) -> str:
    return "启用" if known.enabled else "停用"
