"""What the centre says of itself on paper, and the address in front of its QR codes."""

from msgspec.structs import replace
from PySide6.QtWidgets import QPlainTextEdit
from sqlalchemy.orm import Session

from db.centre.actions import change_settings, edit_centre
from db.centre.queries import CentreRow, centre
from db.centre.rules import CentreFields, CentreSettings, with_settings
from db.errors import RuleBroken
from desktop.settings.panel import RowPanel
from desktop.shell.desk import Desk


class CentrePanel(RowPanel[CentreRow]):
    """The same fields as the first start; the code is fixed."""

    title = "中心资料"
    hint = "印在回执、告知书和号票上。已经打印过的回执不会跟着变。"
    kinds = frozenset({"centre"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.name = self.form.line("中心名称")
        self.code = self.form.line("中心代码", hint="印在每个办件编号里，不能修改")
        self.code.setReadOnly(True)
        self.short = self.form.line("机关简称", hint="印在文书编号里")
        self.address = self.form.line("地址")
        self.phone = self.form.line("咨询电话")
        self.complaint = self.form.line("监督电话")
        self.seal = self.form.line("盖章单位")
        self.hours = QPlainTextEdit()
        self.hours.setTabChangesFocus(True)
        self.hours.setMaximumHeight(90)
        self.form.add("开放时间", self.hours)
        self.prefix = self.form.line(
            "二维码网址前缀",
            placeholder="例：https://ll.example.gov.cn/r/",
            hint="可不填；填了以后用手机扫回执会打开这个网址",
        )
        self.wall = self.form.line(
            "公示表网址前缀",
            placeholder="例：https://ll.example.gov.cn/w/",
            hint="可不填；填了以后用手机扫墙上的轮值公示表会打开这个网址，下一次公示起生效",
        )
        self.add_save()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, centre, self.desk.centre_id, then=self._show, topic="centre")

    def save(self) -> None:
        if self._row is None:
            return
        try:  # before anything is saved, so that a refused address leaves nothing half done
            with_settings("{}", self._settings(self._row))
        except RuleBroken as wrong:
            self.refused(wrong)
            return
        fields = CentreFields(
            self.name.text(), self.code.text(), self.short.text(), self.address.text(), self.phone.text(),
            self.complaint.text(), self.hours.toPlainText(), self.seal.text(),
        )  # fmt: skip
        self.desk.do(
            self, edit_centre, version=self._row.version, fields=fields, then=self._save_prefixes, failed=self.refused
        )

    def _save_prefixes(self, version: int) -> None:
        assert self._row is not None
        new = self._settings(self._row)
        if new == self._row.settings:
            self.kept()
            return
        self.desk.do(self, change_settings, version=version, settings=new, then=self.kept, failed=self.refused)

    def _settings(self, row: CentreRow) -> CentreSettings:
        """The settings with the addresses as typed."""
        return replace(row.settings, receipt_prefix=self.prefix.text().strip(), duty_prefix=self.wall.text().strip())

    def _show(self, row: CentreRow) -> None:
        if self._row is not None and (row.version == self._row.version or self.twice.dirty):
            return  # a refresh must not take away what is being typed
        self._put(row)
        self.twice.begin()

    def _now(self, session: Session) -> CentreRow:
        return centre(session, self.desk.centre_id)

    def _put(self, row: CentreRow) -> None:
        self._row = row
        kept = row.fields
        for field, text in (
            (self.name, kept.name),
            (self.code, kept.code),
            (self.short, kept.short_name),
            (self.address, kept.address),
            (self.phone, kept.phone),
            (self.complaint, kept.complaint_phone),
            (self.seal, kept.seal_org),
            (self.prefix, row.settings.receipt_prefix),
            (self.wall, row.settings.duty_prefix),
        ):
            field.setText(text)
        self.hours.setPlainText(kept.hours)
