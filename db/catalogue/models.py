"""Service items (政务服务事项) and their versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key

TAKEN = "这个编号的事项刚被别人加进目录，请看过最新的目录再保存。"


class Item(Base):
    """An item of a centre's catalogue: what stays the same while its versions change."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("centre_id", "local_code", info={"sentence": TAKEN}),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    local_code: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    aliases: Mapped[str] = mapped_column(default="")  # 俗称, separated by 、
    aliases_pinyin: Mapped[str] = mapped_column(Text, default="")  # their readings, one a line
    current_version_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)


class ItemVersion(Base):
    """What an item said from `created_at` on; a case keeps the version it was accepted under."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("centre_id", "item_id", "number"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    delegating_department: Mapped[str] = mapped_column(default="")
    item_type: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    service_object: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")  # 本中心权限: 直办 收件 代办 导办
    case_type: Mapped[str] = mapped_column(default="")  # 即办件 承诺件
    promise_limit: Mapped[int | None]
    promise_unit: Mapped[str] = mapped_column(default="工作日")
    legal_limit: Mapped[int | None]
    legal_unit: Mapped[str] = mapped_column(default="工作日")
    limit_confirmed: Mapped[bool] = mapped_column(default=False)
    basic_code: Mapped[str] = mapped_column(default="")
    implementation_code: Mapped[str] = mapped_column(default="")
    business_code: Mapped[str] = mapped_column(default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    process: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    fee: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    visits: Mapped[int | None]
    phone: Mapped[str] = mapped_column(default="")
    complaint_phone: Mapped[str] = mapped_column(default="")
    batch: Mapped[str] = mapped_column(default="")  # 下放批次
    forward_to: Mapped[str] = mapped_column(default="")  # 转报去向
    seal_delegated: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    pinyin: Mapped[str] = mapped_column(Text, default="")  # the name's reading, see reading.py
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]


class ItemMaterial(Base):
    """One paper that an item version asks for."""

    __tablename__ = "item_material"
    __table_args__ = (UniqueConstraint("centre_id", "item_version_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_version.id"))
    position: Mapped[int]
    name: Mapped[str]
    necessity: Mapped[str] = mapped_column(default="必要")  # 必要 非必要 容缺
    form: Mapped[str] = mapped_column(default="")  # 原件 复印件 原件和复印件 电子 现场
    copies: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")


class ItemUse(Base):
    """How often and when a clerk last used an item: recent and frequent items come first."""

    __tablename__ = "item_use"
    __table_args__ = (Index(None, "centre_id", "staff_id", "last_at"),)

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    uses: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
