"""Excel files made by hand, good and evil ones."""

import zipfile

_CONTENT = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Hidden" sheetId="1" state="hidden" r:id="rId1"/><sheet name="Leads" sheetId="2" r:id="rId2"/>'
    "</sheets></workbook>"
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
)
_STYLES = (
    '<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/><numFmt numFmtId="165" formatCode="0.0 &quot;days&quot;"/>'
    '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
PLAIN, DAY, MOMENT, DAYS = "0", "1", "2", "3"
"""Cell styles: none, a date, a date with its time, a number that only reads like one."""


def write(path, sheet, *, strings=(), level=zipfile.ZIP_DEFLATED, prolog=""):
    """A workbook whose second, visible sheet has these rows of XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w", level) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT)
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
        archive.writestr("xl/styles.xml", _STYLES)
        items = "".join(f"<si><t>{text}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst {main}>{items}</sst>')
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData/></worksheet>")
        archive.writestr(
            "xl/worksheets/sheet2.xml",
            f'<?xml version="1.0"?>{prolog}<worksheet {main}><dimension ref="A1:B2"/><sheetData>{sheet}</sheetData></worksheet>',
        )
    return path


def text(reference, value):
    """A cell with its text inside."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def shared(reference, position):
    """A cell that points at a shared text."""
    return f'<c r="{reference}" t="s"><v>{position}</v></c>'


def number(reference, value, style=PLAIN):
    """A cell with a number."""
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def row(number_, *cells):
    """A row of cells."""
    return f'<row r="{number_}">{"".join(cells)}</row>'
