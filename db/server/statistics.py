"""What a server knows about its tables when it plans (统计信息)."""

from sqlalchemy import Connection


def take_statistics(connection: Connection) -> None:
    """Have a server count its tables now, after all rows came at once; nothing on the embedded database.

    It does so by itself within a minute or some (autovacuum), and until then plans for every window as if they were empty.
    PostgreSQL 17, “Populating a Database”. `connection`: in a transaction, as the owner of the tables; those of
    others are left out. However long it takes: the rows are there, and a click's limit must not make that a failure.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("ANALYZE")
