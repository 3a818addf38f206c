"""What Windows knows against a printer (winspool, PRINTER_INFO_2), which Qt does not tell."""

import ctypes
import sys

# Bits of PRINTER_INFO_2.Status (winspool.h), worst first.
_STATUS = (
    (0x00000080, "没有开机或没有连上，请检查电源和连线后重打"),  # OFFLINE
    (0x00001000, "没有开机或没有连上，请检查电源和连线后重打"),  # NOT_AVAILABLE
    (0x00000010, "缺纸，请加纸后重打"),  # PAPER_OUT
    (0x00000008, "卡纸，请取出卡住的纸后重打"),  # PAPER_JAM
    (0x00000040, "纸张有问题，请整理纸张后重打"),  # PAPER_PROBLEM
    (0x00400000, "机盖没有关好，请关好后重打"),  # DOOR_OPEN
    (0x00040000, "没有墨粉了，请更换后重打"),  # NO_TONER
    (0x00000001, "已暂停，请在系统的打印机设置里恢复后重打"),  # PAUSED
    (0x00100000, "要人处理，请查看打印机的提示后重打"),  # USER_INTERVENTION
    (0x00000002, "报告出错，请查看打印机的提示后重打"),  # ERROR
)
_WORK_OFFLINE = 0x00000400  # bit of PRINTER_INFO_2.Attributes


def words_for(printer: str, status: int, attributes: int) -> str:
    """The sentence for a printer's status bits; empty when nothing is wrong."""
    if attributes & _WORK_OFFLINE:
        return f"打印机“{printer}”设成了脱机使用或没有连上，请检查后重打。"
    for bit, words in _STATUS:
        if status & bit:
            return f"打印机“{printer}”{words}。"
    return ""


def status_trouble(printer: str) -> str:
    """What is wrong with a printer by the spooler; empty where nothing is, and on other systems."""
    if sys.platform == "win32":
        return words_for(printer, *_status(printer))
    return ""


if sys.platform == "win32":
    from ctypes import wintypes

    class _PrinterInfo2(ctypes.Structure):
        _fields_ = (
            *(
                (name, wintypes.LPWSTR)
                for name in ("server", "printer", "share", "port", "driver", "comment", "location")
            ),
            ("dev_mode", ctypes.c_void_p),
            *((name, wintypes.LPWSTR) for name in ("sep_file", "processor", "datatype", "parameters")),
            ("security", ctypes.c_void_p),
            *((name, wintypes.DWORD) for name in ("attributes", "priority", "default_priority", "start", "until")),
            *((name, wintypes.DWORD) for name in ("status", "jobs", "average_ppm")),
        )

    def _status(printer: str) -> tuple[int, int]:
        spool = ctypes.WinDLL("winspool.drv", use_last_error=True)
        handle = wintypes.HANDLE()
        if not spool.OpenPrinterW(printer, ctypes.byref(handle), None):
            return (0x00001000, 0)
        try:
            needed = wintypes.DWORD()
            spool.GetPrinterW(handle, 2, None, 0, ctypes.byref(needed))
            room = ctypes.create_string_buffer(max(needed.value, ctypes.sizeof(_PrinterInfo2)))
            if not spool.GetPrinterW(handle, 2, room, len(room), ctypes.byref(needed)):
                return (0, 0)
            info = _PrinterInfo2.from_buffer(room)
            return (info.status, info.attributes)
        finally:
            spool.ClosePrinter(handle)
