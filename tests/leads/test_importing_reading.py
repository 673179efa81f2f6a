"""CSV files as other programs write them, broken ones included."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.importing import reading

PLAIN = "name,city\nErika,Köln\nMax,Ulm\n"


def read(path, content, encoding="utf-8"):
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    layout = reading.layout(path)
    return layout, list(reading.rows(path, layout))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "leads.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_all_usual_encodings_are_read(path, encoding):
    layout, rows = read(path, PLAIN, encoding)

    assert layout.header == ["name", "city"]
    assert [row.cells for row in rows] == [["Erika", "Köln"], ["Max", "Ulm"]]
    assert [row.line for row in rows] == [2, 3]


def test_a_file_in_two_encodings_is_read_line_by_line(path):
    _layout, rows = read(path, b"name,city\n" + "Jörg,Köln\n".encode() + "Jörg,Köln\n".encode("cp1252"))

    assert [row.cells for row in rows] == [["Jörg", "Köln"]] * 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(path, end):
    _layout, rows = read(path, PLAIN.replace("\n", end))

    assert [row.cells[0] for row in rows] == ["Erika", "Max"]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(path, sign):
    layout, rows = read(path, f'name{sign}size{sign}note\nErika{sign}"12,5"{sign}"a;b, c"\nMax{sign}3{sign}x\n')

    assert layout.delimiter == sign
    assert rows[0].cells == ["Erika", "12,5", "a;b, c"]


def test_excels_own_hint_is_heeded_and_skipped(path):
    layout, rows = read(path, "sep=;\nname;city\nErika;Ulm\n")

    assert layout.header == ["name", "city"]
    assert [(row.line, row.cells) for row in rows] == [(3, ["Erika", "Ulm"])]


def test_columns_get_distinct_names(path):
    layout, _rows = read(path, "name,,name,\na,b,c,d\n")

    assert layout.header == ["name", "Column 2", "name (2)", "Column 4"]


def test_a_cell_may_have_several_lines(path):
    _layout, rows = read(path, 'name,note\nErika,"one\ntwo"\nMax,x\n')

    assert [row.cells for row in rows] == [["Erika", "one\ntwo"], ["Max", "x"]]
    assert [row.line for row in rows] == [2, 4]


def faults(rows):
    return {row.line: row.fault for row in rows if row.fault}


def good(rows):
    return [row.cells[0] for row in rows if not row.fault]


def test_a_quote_that_is_never_closed_costs_one_line(path):
    _layout, rows = read(path, 'name,note\nErika,x\nMax,"open\n' + "".join(f"P{n},y\n" for n in range(250)))

    assert list(faults(rows)) == [3]
    assert "never closed" in faults(rows)[3]
    assert good(rows) == ["Erika", *(f"P{n}" for n in range(250))]


def test_a_quote_that_is_closed_by_a_later_one_costs_one_line(path):
    _layout, rows = read(path, 'name,note\nErika,"open\nMax,x\nMoritz,"fine"\nLena,z\n')

    assert list(faults(rows)) == [2]
    assert good(rows) == ["Max", "Moritz", "Lena"]


def test_nul_and_wrong_widths_cost_their_line(path):
    _layout, rows = read(path, "name,note\nA,x\nB\0,x\nC\nD,x,y\nE,x,\nF,x\n")

    assert set(faults(rows)) == {3, 4, 5}
    assert "NUL" in faults(rows)[3]
    assert "1 cells instead of 2" in faults(rows)[4]
    assert good(rows) == ["A", "E", "F"]


def test_an_endless_cell_costs_its_line(path):
    _layout, rows = read(path, f"name,note\nA,x\nB,{'y' * 131_073}\nC,x\nD,{'z' * 5_000_000}\nE,x\n")

    assert set(faults(rows)) == {3, 5}
    assert "more than" in faults(rows)[3]
    assert good(rows) == ["A", "C", "E"]


def test_blank_lines_are_nothing(path):
    _layout, rows = read(path, "name,note\n\nA,x\n,\n\nB,x\n\n")

    assert [(row.line, row.cells[0]) for row in rows] == [(3, "A"), (6, "B")]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04\x00\x00\x08" + b"name\x00,x\n1,2", "no CSV file"),
        (",".join(f"c{n}" for n in range(10_000)) + "\n", "10000 columns"),
        ('"name,city\nErika,Ulm\n', "header"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(path, content, part):
    with pytest.raises(reading.Unreadable) as caught:
        read(path, content)

    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(path):
    with pytest.raises(reading.Unreadable, match="cannot be opened"):
        reading.layout(path)


def test_memory_does_not_grow_with_the_file(path):
    with path.open("w") as file:
        file.write("name,note\n")
        file.writelines(f"P{n},{'x' * 100}\n" for n in range(60_000))
    layout = reading.layout(path)

    tracemalloc.start()
    count = sum(1 for _row in reading.rows(path, layout))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 60_000
    assert peak < 2_000_000


def test_a_neutralised_cell_comes_back_as_it_was(path):
    _layout, rows = read(path, "name,phone\nErika,'+49 30 1\n'Ndrangheta,'x\n")

    assert [row.cells for row in rows] == [["Erika", "+49 30 1"], ["'Ndrangheta", "'x"]]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text('",;\n\r\t\0ab=', max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(path, content):
    path.write_bytes(content)
    try:
        layout = reading.layout(path)
    except reading.Unreadable:
        return

    rows = list(reading.rows(path, layout))

    assert all(len(row.cells) == len(layout.header) for row in rows)
    assert len({row.line for row in rows}) == len(rows)
