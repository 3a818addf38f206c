"""What this is: version, database, what it is built on."""

import platform
from importlib.metadata import version

from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.shell.version import VERSION
from desktop.widgets.words import label

_PARTS = ("PySide6-Essentials", "SQLAlchemy", "reportlab", "qrcode", "sqlcipher3", "psycopg")


class AboutPanel(Panel):
    """Plain facts that an administrator is asked for on the phone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "关于邻里前台")
        bind = desk.hall.bind
        self.form.add("版本", label(VERSION, select=True))
        place = bind.engine.url.render_as_string(hide_password=True)
        self.form.add("数据库", label(place, select=True, wrap=True))
        self.form.add(
            "系统", label(f"{platform.platform()} · Python {platform.python_version()}", select=True, wrap=True)
        )
        self.form.add("组件", label("、".join(f"{part} {version(part)}" for part in _PARTS), wrap=True))
        self.form.add("许可", label("MIT；界面字体 Noto Sans SC（OFL），Qt 按 LGPLv3 使用。"))
