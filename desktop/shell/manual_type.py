"""The manual's typography: sizes, air and lines that follow the look of the window."""

from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from desktop.shell import theme

_HEADS = {1: (22, 4, 12), 2: (17, 20, 6), 3: (15, 14, 4)}
"""Level of a heading: type size, space above, space below; pixels at 100 %."""
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def set_type(document: QTextDocument) -> None:
    """Give a document that was made from Markdown the type of the window."""
    document.setDocumentMargin(theme.px(20))
    block = document.begin()
    while block.isValid():
        _set_block(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame)


def _set_block(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    form = block.blockFormat()
    form.setLineHeight(140, _PROPORTIONAL)
    in_table = cursor.currentTable() is not None
    if form.headingLevel():
        size, above, below = _HEADS.get(form.headingLevel(), _HEADS[3])
        form.setTopMargin(theme.px(above))
        form.setBottomMargin(theme.px(below))
        font = QFont(theme.FAMILY)
        font.setPixelSize(theme.px(size))
        font.setBold(True)
        letters = QTextCharFormat()
        letters.setFont(font)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(letters)  # instead of Markdown's, whose relative size would win over ours
        cursor = QTextCursor(block)
    elif not in_table:
        form.setBottomMargin(theme.px(3 if block.textList() is not None else 8))
    cursor.setBlockFormat(form)


def _set_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(theme.colour("line")))
    form.setCellPadding(theme.px(6))
    form.setTopMargin(theme.px(6))
    form.setBottomMargin(theme.px(12))
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        head = cell.format()
        head.setBackground(QBrush(theme.colour("sunken")))
        cell.setFormat(head)
