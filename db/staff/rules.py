"""Rules for accounts: what a login and a password must be, when an account is locked, which roles go together.

Sources: GB/T 22239-2019 (等保2.0) 8.1.4.1 身份鉴别 (unique identity, complexity, regular change, handling of failed logins)
and 8.1.4.2 访问控制 / 8.1.5 安全管理中心 (separation of administrator and auditor). The numbers are those that assessors
of second-level systems ask for; where the standard leaves one open, the stricter usual practice is taken.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from db.errors import RuleBroken
from db.staff.common import COMMON_CORES, RUNS
from db.staff.permissions import Role
from db.text import Field, clean

PASSWORD_MIN = 10
PASSWORD_MAX = 128
PASSWORD_KINDS = 3
PASSWORD_LIFE = timedelta(days=90)
FAILURES_BEFORE_LOCK = 5
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=4)
LOGIN_FORM = re.compile(r"[a-z][a-z0-9._-]{2,31}")
POST_MAX = 60
STAFF_NAME = Field("姓名", 60, required=True)

_SPELLINGS = str.maketrans({"@": "a", "0": "o", "1": "l", "!": "i", "3": "e", "$": "s", "5": "s", "7": "t", "4": "a"})


def tidy_login(text: str) -> str:
    """The login name as it is kept: without outer blanks, full-width letters made plain, lower case."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_login(login: str) -> None:
    """Hold a tidy login name to its form.

    Raises:
        RuleBroken: it is not 3–32 of a–z, digits, “.”, “_”, “-”, beginning with a letter.
    """
    if not LOGIN_FORM.fullmatch(login):
        raise RuleBroken("登录名须为 3 至 32 个字符，以小写字母开头，只含小写字母、数字和 . _ -。")


def tidy_staff_name(name: str) -> str:
    """The name of a member of staff as it is kept: not empty, at most 60 characters, nothing invisible.

    Raises:
        RuleBroken: with what is wrong.
    """
    cleaned = clean(name, STAFF_NAME)
    if cleaned.notices:
        raise RuleBroken("姓名里有看不见的字符，请删去后重新输入。")
    return cleaned.text


def check_password(password: str, login: str, name: str) -> None:
    """Hold a new password to the rules, all of them at once.

    Args:
        password: as typed; spaces count, nothing is trimmed.
        login: the account's login name.
        name: the person's name.

    Raises:
        RuleBroken: one sentence that names every rule the password breaks.
    """
    faults = password_faults(password, login, name)
    if faults:
        raise RuleBroken("密码不符合要求：" + "；".join(faults) + "。")


def password_faults(password: str, login: str, name: str) -> list[str]:
    """Every rule that a password breaks, as short Chinese phrases; empty when it is good."""
    faults = []
    if len(password) < PASSWORD_MIN:
        faults.append(f"至少 {PASSWORD_MIN} 个字符")
    if len(password) > PASSWORD_MAX:
        faults.append(f"最多 {PASSWORD_MAX} 个字符")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in password):
        faults.append("不能含控制字符")
    if kinds_of_characters(password) < PASSWORD_KINDS:
        faults.append(f"大写字母、小写字母、数字、符号中至少要有 {PASSWORD_KINDS} 种")
    if _contains_identity(password, login, name):
        faults.append("不能含登录名或姓名（倒写也不行）")
    if longest_run(password) >= 4:
        faults.append("不能有 4 个以上相同或连续的字符（如 1111、1234、abcd、qwer）")
    if is_common(password):
        faults.append("过于常见，容易被猜中")
    return faults


def kinds_of_characters(password: str) -> int:
    """How many of the four kinds occur: capital letters, small letters, digits, everything else."""
    return sum(
        (
            any(char.isascii() and char.isupper() for char in password),
            any(char.isascii() and char.islower() for char in password),
            any(char.isascii() and char.isdigit() for char in password),
            any(not (char.isascii() and char.isalnum()) for char in password),
        )
    )


def longest_run(password: str) -> int:
    """Length of the longest piece of equal characters or of neighbours in the alphabet, the digits or a key row."""
    text = password.lower()
    longest = 0
    for start in range(len(text)):
        end = start + 1
        while end < len(text) and text[end] == text[start]:
            end += 1
        longest = max(longest, end - start)
    for length in range(len(text), 3, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if any(piece in run or piece[::-1] in run for run in RUNS):
                return max(longest, length)
    return longest


def is_common(password: str) -> bool:
    """Whether the password is a much used word with the usual disguises (Admin@2026, P@ssw0rd!, Fujian_123)."""
    plain = password.lower()
    cores = (_core(plain), _core(plain).translate(_SPELLINGS), _core(plain.translate(_SPELLINGS)))
    return any(core in COMMON_CORES for core in cores)


def _core(text: str) -> str:
    """What is left of a password without the digits and signs that people hang on to a word."""
    return re.sub(r"[^a-z]+$", "", re.sub(r"^[^a-z]+", "", text)) or re.sub(r"\D", "", text)


def _contains_identity(password: str, login: str, name: str) -> bool:
    plain = password.lower()
    words = [word.lower() for word in (login, name.replace(" ", "")) if len(word) >= 2]
    return any(word in plain or word[::-1] in plain for word in words)


def password_expired(set_at: datetime, now: datetime) -> bool:
    """Whether a password is older than 90 days and has to be changed at the next login."""
    return now - set_at >= PASSWORD_LIFE


def locked_until_after(failures: int, now: datetime) -> datetime | None:
    """Until when an account is locked after its n-th failed login in a row.

    Every fifth failure locks: 10 minutes first, twice as long each time, never over 4 hours.
    """
    rounds, rest = divmod(failures, FAILURES_BEFORE_LOCK)
    if failures == 0 or rest:
        return None
    return now + min(LONGEST_WAIT, FIRST_WAIT * (1 << min(rounds - 1, 10)))


def minutes_to_wait(locked_until: datetime, now: datetime) -> int:
    """Whole minutes, rounded up, until a locked account opens again; 0 when it is open."""
    seconds = (locked_until - now).total_seconds()
    return max(0, int(-(-seconds // 60)))


def check_roles(roles: Collection[Role]) -> None:
    """Hold a set of roles to the separation of duties.

    Raises:
        RuleBroken: an auditor holds any other role, for nobody may check what he does himself.
    """
    if Role.AUDITOR in roles and len(set(roles)) > 1:
        raise RuleBroken("审计员不能兼任其他角色：管理与审计必须由不同的人担任。")
