"""Excel files: what they say, and what must not burst."""

import io
import json
import time
import tracemalloc
import zipfile

import pytest
from django.core.management import call_command

from leads.importing import reading, xlsx
from leads.models import Lead
from tests.leads.importing import workbooks as wb


@pytest.fixture
def path(tmp_path):
    return tmp_path / "leads.xlsx"


def read(path):
    layout = reading.layout(path)
    return layout, list(reading.rows(path, layout))


def test_texts_numbers_dates_and_gaps_are_read(path):
    wb.write(
        path,
        wb.row(
            1,
            wb.shared("A1", 0),
            wb.shared("B1", 1),
            wb.text("C1", "When"),
            wb.text("D1", "Since"),
            wb.text("E1", "Age"),
        )
        + wb.row(
            3,
            wb.text("A3", "ada@berg.example"),
            wb.number("B3", "1200.50"),
            wb.number("C3", "46027.5", wb.MOMENT),
            wb.number("D3", "46027", wb.DAY),
            wb.number("E3", "46027", wb.DAYS),
        )
        + wb.row(4, wb.text("A4", "ben@cox.example"), '<c r="E4" t="b"><v>1</v></c>'),
        strings=("Email", "Value"),
    )

    layout, rows = read(path)

    assert layout.header == ["Email", "Value", "When", "Since", "Age"]
    assert [(row.line, row.cells) for row in rows] == [
        (3, ["ada@berg.example", "1200.5", "2026-01-05 12:00:00", "2026-01-05", "46027"]),
        (4, ["ben@cox.example", "", "", "", "true"]),
    ]


def refused(path):
    with pytest.raises(reading.Unreadable) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_far_cell_costs_nothing_and_is_refused_with_its_line(path):
    wb.write(path, wb.row(1, wb.text("A1", "Email")) + wb.row(1_048_576, wb.text("XFD1048576", "x")))
    tracemalloc.start()
    started = time.monotonic()

    reason = refused(path)

    assert "Line 1048576 has a cell in column 16384" in reason
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    assert time.monotonic() - started < 2
    tracemalloc.stop()


def test_rows_far_below_are_not_made_up(path):
    wb.write(path, wb.row(1, wb.text("A1", "Email")) + wb.row(1_048_576, wb.text("A1048576", "ada@berg.example")))

    assert [(row.line, row.cells) for row in read(path)[1]] == [(1_048_576, ["ada@berg.example"])]


def test_a_bomb_is_refused_before_it_is_unpacked(path):
    wb.write(path, wb.row(1, wb.text("A1", "Email")) + " " * 30_000_000)

    assert "packed more tightly" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_unpacked(path, monkeypatch):
    wb.write(path, wb.row(1, wb.text("A1", "Email")) + " " * 30_000_000)
    honest = zipfile.ZipFile.infolist
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda archive: honest(archive)[:0])

    assert "packed more tightly" in refused(path)


def test_entities_are_refused(path):
    prolog = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    wb.write(path, wb.row(1, wb.text("A1", "&b;")), prolog=prolog)

    assert "entities" in refused(path)


def test_too_many_cells_are_refused(path, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_CELLS", 10)
    wb.write(path, "".join(wb.row(n, wb.text(f"A{n}", "x")) for n in range(1, 20)))

    assert "more than 10 cells" in refused(path)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"PK\x03\x04 nothing", "no Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or protected"),
    ],
)
def test_what_is_no_workbook_is_said_so(path, content, part):
    path.write_bytes(content)

    assert part in refused(path)


def test_a_damaged_workbook_is_said_so(path):
    wb.write(path, "<row r='1'><c r='A1'", level=zipfile.ZIP_STORED)

    assert "damaged" in refused(path)


def test_a_zip_of_something_else_is_no_workbook(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("evil/../../x", "x")

    assert "no Excel file" in refused(path)


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"\x7fELF\x02\x01\x01"])
def test_binary_files_are_refused_with_the_line(path, start):
    path.write_bytes(start + bytes(range(256)) * 10)

    assert "line " in refused(path)


@pytest.mark.django_db
def test_a_workbook_is_imported_like_any_file(path, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    header = wb.row(1, wb.text("A1", "Email"), wb.text("B1", "Create Date"), wb.text("C1", "Budget"))
    ada = wb.row(2, wb.text("A2", "ada@berg.example"), wb.number("B2", "46027", wb.DAY), wb.number("C2", "12.5"))
    wb.write(path, header + ada + wb.row(3, wb.text("A3", "nobody"), wb.number("C3", "7")))
    out = io.StringIO()

    call_command("import_leads", str(path), "--json", stdout=out)

    found = json.loads(out.getvalue().splitlines()[-1])
    assert (found["rows"], found["created"], found["rejected"]) == (2, 1, 1)
    lead = Lead.objects.select_related("contact").get()
    assert (lead.created_at.isoformat(), lead.contact.custom) == ("2026-01-04T23:00:00+00:00", {"budget": 12.5})


def encrypted(content):
    """The bytes of an archive whose parts all claim to be encrypted."""
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        pieces = content.split(mark)
        content = mark.join([pieces[0], *(_with_bit(piece, flags - 4) for piece in pieces[1:])])
    return content


def _with_bit(piece, place):
    return piece[:place] + bytes([piece[place] | 1]) + piece[place + 1 :]


def test_an_encrypted_part_is_said_to_be_damage(path):
    wb.write(path, wb.row(1, wb.text("A1", "Email")))
    path.write_bytes(encrypted(path.read_bytes()))

    assert "encrypted" in refused(path)


@pytest.mark.parametrize("level", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_broken_part_is_said_to_be_damage_however_it_is_packed(path, level):
    wb.write(path, wb.row(1, wb.text("A1", "Email")), level=level)
    content = bytearray(path.read_bytes())
    start = content.find(b"xl/workbook.xml") + len(b"xl/workbook.xml") + 12
    content[start : start + 30] = b"x" * 30
    path.write_bytes(content)

    assert "damaged" in refused(path)


def test_a_day_behind_the_end_of_the_calendar_stays_a_number(path):
    wb.write(path, wb.row(1, wb.text("A1", "When")) + wb.row(2, wb.number("A2", "2958465", wb.DAY)))
    content = zipfile.ZipFile(path).read("xl/workbook.xml").replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", content)

    assert read(path)[1][0].cells == ["2958465"]
