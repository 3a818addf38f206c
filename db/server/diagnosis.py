"""Why a PostgreSQL server cannot be used, in one sentence that says what to do: for the settings page and for a start."""

from dataclasses import dataclass

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from db.engine import make_engine
from db.errors import Refusal
from db.migrations.version import SchemaState, schema_state


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Whether the hall can be opened, and what is in the way.

    `wants_password`: a (right) password would help. `no_database`: the server let one in and has no such database.
    """

    good: bool
    sentence: str
    wants_password: bool = False
    no_database: bool = False


_PLAIN_ONLY = "服务器没有开启加密连接（ssl = on），而 pg_hba.conf 只放行加密的连接。请管理员按手册开启 ssl。"
_NO_PASSWORD = ("no password supplied", "没有提供口令")
_PASSWORD = ("password authentication failed", "SASL authentication failed", "认证失败", "用户名或密码")
_SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("no pg_hba.conf entry", "没有用于", "pg_hba.conf"), "服务器不允许 {user} 从这台电脑登录，请管理员在 pg_hba.conf 里放行。"),
    (("could not translate host name", "Name or service not known", "nodename nor servname"), "找不到服务器 {host}，请检查服务器名有没有写错、DNS 是否可用。"),
    (("does not match host name",), "服务器的证书没有通过核验：证书不是给 {host} 的，请在地址里写证书上的服务器名或 IP。"),
    (("root certificate file", "could not read root certificate"), "服务器的证书没有通过核验：打不开证书文件 {root}，请检查地址里 sslrootcert 写的路径，文件应是服务器的 server.crt。"),
    (("invalid sslmode",), "地址里的 sslmode={sslmode} 写错了，要核验证书应写 sslmode=verify-full。"),
    (("invalid port number",), "地址里的端口 {port} 写错了，PostgreSQL 通常是 5432。"),
    (("invalid response to SSL negotiation", "expected authentication request"), "{host} 的 {port} 端口上是别的程序，不是 PostgreSQL，请检查端口。"),
    (("certificate",), "服务器的证书没有通过核验（{host}）：不是 {root} 这张证书，或证书已过期。请把服务器现在的 server.crt 拷到这台电脑。"),
    (("server does not support SSL",), "服务器没有开启加密连接，请管理员开启 ssl，或去掉地址里的 sslmode。"),
    (("Connection refused", "拒绝连接"), "{host} 在，但 {port} 端口上没有 PostgreSQL，请检查端口和服务是否启动。"),
    (("timeout expired", "timed out", "超时"), "{host} 没有响应，请检查网络、地址和防火墙。"),
    (("No route to host", "Network is unreachable"), "到 {host} 的网络不通，请检查网线和地址。"),
    (("permission denied for database",), "{user} 没有使用数据库 {database} 的权限，请系统管理员给账号设置角色。"),
    (("is not permitted to log in",), "账号 {user} 已停用，请联系系统管理员。"),
    (("no such user",), "连接池不认得用户 {user}：没有这个服务器用户，或账号已停用。请联系系统管理员。"),
    (("unsupported startup parameter",), "连接池 {host}:{port} 没有按手册设置（ignore_startup_parameters），请联系服务器管理员。"),
    (("no such database",), "连接池上没有数据库 {database}，请检查名称，或请服务器管理员在 pgbouncer.ini 里加上。"),
    (("server login has been failing", "pgbouncer cannot connect", "server login failed"), "连接池 {host}:{port} 连不上它后面的数据库服务器，请稍后再试，或联系服务器管理员。"),
    (("too many connections", "too many clients", "no more connections allowed"), "服务器的连接数已满，请稍后再试，或请管理员调大 max_connections。"),
    (("starting up", "shutting down", "in recovery mode"), "服务器正在启动或关闭，请过一会儿再试。"),
    (("role", "does not exist"), "服务器上没有用户 {user}，请检查用户名，或请管理员运行 server-account。"),
    (("database", "does not exist"), "服务器上没有数据库 {database}，请检查名称，或先运行 setup-postgres。"),
)  # fmt: skip
_SCHEMAS = {
    SchemaState.EMPTY: "连得上，但数据库是空的：请管理员先运行 python -m db setup-postgres，或用 move 把现有数据搬进来。",
    SchemaState.OLDER: "连得上，但数据库是旧版本的：请管理员运行 python -m db upgrade。",
    SchemaState.NEWER: "连得上，但数据库比本机的程序新：请先更新这台电脑上的邻里前台。",
    SchemaState.FOREIGN: "连得上，但这是别的程序的数据库，请检查数据库名。",
    SchemaState.CURRENT: "连接正常，版本一致，可以使用。",
}


def diagnose(address: str | URL) -> Diagnosis:
    """Try an address: reach the server, log in, look at the schema. Takes up to some seconds; call it off the GUI thread."""
    try:
        url = make_url(address)
        if url.get_backend_name() != "postgresql" or not url.database:
            return Diagnosis(False, "地址应像 postgresql://用户名@服务器/数据库名。")
        engine = make_engine(url)
    except (ArgumentError, ValueError):
        return Diagnosis(False, "地址应像 postgresql://用户名@服务器/数据库名。")
    except Refusal as refusal:
        return Diagnosis(False, refusal.sentence)
    try:
        state = schema_state(engine)
    except Refusal as refusal:
        error = refusal.__cause__
        return hindrance(str(error.orig), url) if isinstance(error, DBAPIError) else Diagnosis(False, refusal.sentence)
    finally:
        engine.dispose()
    return Diagnosis(state is SchemaState.CURRENT, _SCHEMAS[state])


def hindrance(said: str, url: URL) -> Diagnosis:
    """What the driver's error text means. The server's own words stand in it where none of the known ones do."""
    where = {
        "host": url.host or "本机",
        "port": url.port or 5432,
        "user": url.username or "（没有写用户名）",
        "database": url.database or "",
        "root": url.query.get("sslrootcert") or "~/.postgresql/root.crt",
        "sslmode": url.query.get("sslmode", ""),
    }
    if any(sign in said for sign in (*_NO_PASSWORD, *_PASSWORD)) and not url.username:
        return Diagnosis(False, "地址里没有写用户名，应像 postgresql://用户名@服务器/数据库名。")
    if any(sign in said for sign in _NO_PASSWORD):
        return Diagnosis(False, f"请填写用户 {where['user']} 的服务器密码。", wants_password=True)
    if any(sign in said for sign in _PASSWORD):
        return Diagnosis(
            False, f"用户 {where['user']} 的服务器密码不对，或者服务器上没有这个用户。", wants_password=True
        )
    if "no encryption" in said and "SSL encryption" not in said:
        return Diagnosis(False, _PLAIN_ONLY)
    for signs, sentence in _SIGNS:
        together = len(signs) == 2 and signs[1] == "does not exist"
        if all(sign in said for sign in signs) if together else any(sign in said for sign in signs):
            return Diagnosis(False, sentence.format(**where), no_database=together and signs[0] == "database")
    last = said.strip().splitlines()[-1] if said.strip() else "没有说明原因"
    return Diagnosis(False, f"连不上数据库服务器 {where['host']}:{where['port']}（{last}）。请联系系统管理员。")
