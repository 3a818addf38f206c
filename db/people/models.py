"""The people and organisations who come to the counter (服务对象)."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class Person(Base):
    """A resident or an organisation. ID number, phone and address are sealed; the `_index` columns find equal ones."""

    __tablename__ = "person"
    __table_args__ = (
        Index(None, "centre_id", "id_index"),
        Index(None, "centre_id", "phone_index"),
        Index(None, "centre_id", "name"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    kind: Mapped[str]  # db.people.rules.PersonKind
    name: Mapped[str]
    id_type: Mapped[str]  # db.people.rules.IdType
    id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_masked: Mapped[str] = mapped_column(default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(default="")
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
