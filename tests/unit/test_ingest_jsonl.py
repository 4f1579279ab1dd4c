"""JSON lines come in as a stream; what cannot be read is told by line."""

import json
from pathlib import Path

import pytest

from site_builder.errors import UserError
from site_builder.ingest.decode import Repairs
from site_builder.ingest.jsonl import is_json_lines, read_records
from site_builder.ingest.records import Account, Record


def read(tmp_path: Path, data: bytes) -> tuple[list[Record], Account]:
    path = tmp_path / "records.jsonl"
    path.write_bytes(data)
    account = Account(str(path), "records", "JSON lines", Repairs())
    return list(read_records(path, account)), account


def test_a_record_is_read_whole(tmp_path: Path) -> None:
    row = {
        "title": "A  Title", "abstract": "One.\n\nTwo &amp; three.", "id": 17, "authors": ["Ada L."], "year": "1843",
        "ids": {"DOI": "10.1/x"}, "links": {"code": "https://example.org"},
    }  # fmt: skip
    (record,), account = read(tmp_path, json.dumps(row).encode())
    assert record == Record(
        title="A Title",
        abstract="One.\n\nTwo & three.",
        line=1,
        position=1,
        authors=("Ada L.",),
        year=1843,
        ids=(("doi", "10.1/x"), ("id", "17")),
        links=(("code", "https://example.org"),),
    )
    assert account.problems == []


def test_only_a_title_is_needed(tmp_path: Path) -> None:
    records, _ = read(tmp_path, b'{"title": "A"}\n\n{"title": "B", "abstract": null}')
    assert [(r.title, r.abstract, r.line, r.position) for r in records] == [("A", "", 1, 1), ("B", "", 3, 2)]


def test_bad_lines_are_told_by_line_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        b'{"title": "A"}',
        b'{"title": "B"',
        b'{"abstract": "no title"}',
        b'{"title": " "}',
        b'{"title": "C", "authors": "Ada"}',
        b"[" * 100_000,
        b'{"title": "\xff"',
        b'{"title": "D"}',
    ]
    records, account = read(tmp_path, b"\n".join(lines))
    assert [r.title for r in records] == ["A", "D"]
    assert [p.line for p in account.problems] == [2, 3, 4, 5, 6, 7, 1]
    assert account.count["not understood"] == 6
    assert account.count["record"] == account.entries == 2
    assert all("not understood, and left out" in p.message for p in account.problems[:-1])


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "A", "abstract": "One."},\n{"title": "B", "year": 2024}]',
        '\ufeff[\n{"title": "A", "summary": "One."}, {"title": "B", "year": "2024"}\n]\n',
        '{"papers": [\n{"title": "A", "abstract": "One."},{"title": "B", "year": 2024}]}',
        '{\n"title": "A",\n"abstract": "One."\n}\n{\n"title": "B",\n"year": 2024\n}',
        "title,abstract,year\nA,One.,\nB,,2024\n",
        '"Title";"Year";"Summary"\r\n"A";"";"One."\r\n\r\n"B";"2024";""\r\n',
        "id\ttitle\tabstract\tyear\n\tA\tOne.\t\n\tB\t\t2024",
    ],
)
def test_a_list_or_a_table_with_a_head_is_read_as_json_lines_are(tmp_path: Path, text: str) -> None:
    records, account = read(tmp_path, text.encode())
    assert [(r.title, r.abstract, r.year, r.position) for r in records] == [("A", "One.", None, 1), ("B", "", 2024, 2)]
    assert [problem.message for problem in account.problems] == [
        "1 of 2 records have no abstract, the first on this line"
    ]


def test_records_of_an_export_keep_their_lines(tmp_path: Path) -> None:
    in_list, _ = read(tmp_path, b'[\n  {"title":\n "A"},\n\n  {"title": "A"}\n]')
    in_table, _ = read(tmp_path, b'title,abstract\nA,"One\nand two, three."\n"B ""b""",Two.')
    assert [record.line for record in in_list] == [2, 5]
    assert [(r.line, r.title, r.abstract) for r in in_table] == [(2, "A", "One and two, three."), (4, 'B "b"', "Two.")]


def test_a_table_gives_authors_and_ids(tmp_path: Path) -> None:
    (record,), _ = read(tmp_path, b"title,authors,arxiv_id,doi,venue\nA,Ada L. and Bo P.,2401.12340,10.1000/1,X\n")
    assert (record.authors, record.ids) == (("Ada L.", "Bo P."), (("arxiv", "2401.12340"), ("doi", "10.1000/1")))


@pytest.mark.parametrize("text", [b'[{"title": "A"}, {"title": "B"', b'{\n  "title": "A",\n'])
def test_a_document_that_is_cut_off_is_no_source(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(UserError, match="broken or cut off"):
        read(tmp_path, text)


def test_lines_that_begin_with_a_list_are_json_lines(tmp_path: Path) -> None:
    records, _ = read(tmp_path, b'{"topics": [{"name": "x"}], "title": "A"}\n{"topics": [], "title": "B"}\n')
    assert [record.title for record in records] == ["A", "B"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"title": ["A"]}', "title is a list, and must be text"),
        (b'{"title": "A", "authors": [["Ada"]]}', "authors[0] is a list, and must be text"),
        (b'"A"', "the line is text, and must be an object"),
    ],
)
def test_a_value_of_another_type_is_told_in_words(tmp_path: Path, line: bytes, told: str) -> None:
    _, account = read(tmp_path, line)
    assert [problem.message for problem in account.problems] == [f"not understood, and left out: {told}"]


def test_a_line_of_megabytes_is_left_out_and_the_next_is_read(tmp_path: Path) -> None:
    long = json.dumps({"title": "A", "abstract": "x" * (1 << 23)}).encode()
    records, account = read(tmp_path, long + b'\n{"title": "B"}\n')
    assert [(r.title, r.line) for r in records] == [("B", 2)]
    assert [p.line for p in account.problems] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_harm(tmp_path: Path, encoding: str) -> None:
    records, _ = read(tmp_path, '{"title": "Ä"}\r\n{"title": "B"}\r\n'.encode(encoding))
    assert [(r.title, r.line) for r in records] == [("Ä", 1), ("B", 2)]


def test_a_record_without_title_is_called_by_its_id_and_told(tmp_path: Path) -> None:
    records, account = read(tmp_path, b'{"id": "471", "title": "", "abstract": ""}\n{"id": 9, "abstract": "Wool."}\n')
    assert [(r.title, r.ids) for r in records] == [("471", (("id", "471"),)), ("9", (("id", "9"),))]
    assert [(p.line, "title is empty" in p.message) for p in account.problems[:2]] == [(1, True), (2, True)]


def test_records_without_abstract_are_counted_and_told_once(tmp_path: Path) -> None:
    _, account = read(tmp_path, b'{"title": "A", "abstract": "a"}\n{"title": "B"}\n{"title": "C", "abstract": " "}\n')
    assert account.without_abstract == 2
    assert [(p.line, p.message) for p in account.problems] == [
        (2, "2 of 3 records have no abstract, the first on this line")
    ]


def test_fields_that_we_do_not_take_are_counted(tmp_path: Path) -> None:
    _, account = read(tmp_path, b'{"title": "A", "venue": "X"}\n{"title": "B", "venue": "Y"}')
    assert account.count["field left out: venue"] == 2


def test_json_lines_are_known_by_name_or_look() -> None:
    assert is_json_lines(Path("x.jsonl"), b"")
    assert is_json_lines(Path("x.txt"), b'\xef\xbb\xbf {"title": "A"}')
    assert not is_json_lines(Path("x.txt"), b"{Sets} of Tokens\n\nWe study")


def test_an_id_copied_with_its_address_is_taken_without(tmp_path: Path) -> None:
    rows = [
        {"title": "A", "ids": {"arxiv": "arXiv:2401.12340v2", "doi": "https://doi.org/10.1000/1"}},
        {"title": "B", "ids": {"arxiv": "https://arxiv.org/pdf/2401.12340.pdf", "doi": "doi: 10.1000/b"}},
    ]
    records, account = read(tmp_path, "\n".join(map(json.dumps, rows)).encode())
    assert [dict(record.ids) for record in records] == [
        {"arxiv": "2401.12340v2", "doi": "10.1000/1"},
        {"arxiv": "2401.12340", "doi": "10.1000/b"},
    ]
    assert not [problem for problem in account.problems if "left out" in problem.message]


def test_a_value_that_no_page_can_have_is_left_out_and_told(tmp_path: Path) -> None:
    links = {"code": "n/a", "data": "ftp://x.example"}
    row = {"title": "A", "year": 0, "ids": {"arxiv": "?", "other": "?"}, "links": links}
    (record,), account = read(tmp_path, json.dumps(row).encode())
    assert (record.year, record.ids, record.links) == (None, (("other", "?"),), ())
    told = [problem.message.partition(" is left out")[0] for problem in account.problems]
    assert told[:4] == ["the year '0'", "arxiv '?'", "the link 'n/a'", "the link 'ftp://x.example'"]
    assert account.count["value left out"] == 4


def test_a_row_of_more_cells_than_the_head_has_is_left_out_and_told(tmp_path: Path) -> None:
    records, account = read(tmp_path, b"title,abstract\nOn Dogs,Dogs, cats and mice bark.\nOn Cats,They purr.,\n")
    assert [(r.title, r.abstract) for r in records] == [("On Cats", "They purr.")]
    assert [(p.line, p.message) for p in account.problems] == [
        (2, "not understood, and left out: the row has 3 cells, and the head 2; put a cell with ',' in it in quotes")
    ]


@pytest.mark.parametrize(
    "table",
    [
        'title,abstract\nOn Fish,They swim.\nOn Dogs,"Dogs bark.\nOn Cats,Cats purr.\n',
        'title,abstract\nOn Fish,They swim.\nOn Dogs,"Dogs bark.\nOn Cats,"Cats purr."\n',
    ],
)
def test_a_quote_that_is_left_open_swallows_no_rows(tmp_path: Path, table: str) -> None:
    with pytest.raises(UserError) as refused:
        read(tmp_path, table.encode())
    (problem,) = refused.value.problems
    assert problem.line == 3
    assert "is a quote left open" in problem.message


@pytest.mark.parametrize(
    "data",
    ["title;abstract\nEtüden;Wir üben.\n", '{"title": "Etüden", "abstract": "Wir üben."}\n'],
)
def test_bytes_that_are_no_utf_8_are_read_as_windows_1252_and_reported(tmp_path: Path, data: str) -> None:
    (record,), account = read(tmp_path, data.encode("cp1252"))
    assert (record.title, record.abstract) == ("Etüden", "Wir üben.")
    assert account.problems == []
    assert "byte that is no UTF-8, read as Windows-1252" in account.repairs.lines


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Paper Title,Abstract,Year", "On Dogs,They bark.,2024"),
        ("Title, Abstract Note, Publication Year", 'On Dogs, "They bark.", 2024'),
        ("sep=;\nTitle;Abstract;Year", "On Dogs;They bark.;2024"),
        ("title|abstract|year", "On Dogs|They bark.|2024"),
        ("Article Title\tSummary\tYear", "On Dogs\tThey bark.\t2024"),
    ],
)
def test_tables_are_known_whatever_programs_call_their_columns(tmp_path: Path, head: str, row: str) -> None:
    (record,), account = read(tmp_path, f"{head}\n{row}\n".encode())
    assert (record.title, record.abstract, record.year, account.problems) == ("On Dogs", "They bark.", 2024, [])


def test_a_year_that_is_none_costs_a_record_nothing_else(tmp_path: Path) -> None:
    (record,), account = read(tmp_path, b"title,abstract,year\nOn Dogs,They bark.,n/a\n")
    assert (record.title, record.year) == ("On Dogs", None)
    assert "the year 'n/a' is left out" in account.problems[0].message


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ana Moss; Bo Reed", ("Ana Moss", "Bo Reed")),
        ("Moss, Ana; Reed, Bo", ("Ana Moss", "Bo Reed")),
        ("Moss, Ana", ("Ana Moss",)),
        ("van den Berg, Ana and Reed, Bo", ("Ana van den Berg", "Bo Reed")),
        ("Ana Moss, Bo Reed and Cy Day", ("Ana Moss", "Bo Reed", "Cy Day")),
        ("Ana Moss, Bo Reed, and Cy Day", ("Ana Moss", "Bo Reed", "Cy Day")),
        ("Ana Moss, Bo Reed", ("Ana Moss", "Bo Reed")),
    ],
)
def test_authors_of_a_table_are_told_apart_also_with_their_last_names_first(
    tmp_path: Path, cell: str, names: tuple[str, ...]
) -> None:
    (record,), _ = read(tmp_path, f'title,abstract,authors\nOn Dogs,They bark.,"{cell}"\n'.encode())
    assert record.authors == names


@pytest.mark.parametrize(
    "document",
    [
        '{"total": 1, "offset": 0, "data": [{"title": "On Dogs", "authors": [{"authorId": "7", "name": "Ana Moss"}]}]}',
        '{"count": 1, "next": null, "papers": [{"title": "On Dogs", "authors": ["Ana Moss"]}]}',
        '[{"Title": "On Dogs", "Authors": ["Ana Moss"]}]',
    ],
)
def test_answers_of_programs_are_read_as_the_records_in_them(tmp_path: Path, document: str) -> None:
    (record,), _ = read(tmp_path, document.encode())
    assert (record.title, record.authors) == ("On Dogs", ("Ana Moss",))


def test_json_lines_may_end_in_commas(tmp_path: Path) -> None:
    records, account = read(tmp_path, b'{"title": "A"},\n{"title": "B"},\n{"title": "C"}\n')
    assert [r.title for r in records] == ["A", "B", "C"]
    assert [p.message for p in account.problems] == ["3 of 3 records have no abstract, the first on this line"]


@pytest.mark.parametrize(
    "document",
    [
        '{"id": "list1", "papers": [{"title": "On Dogs"}]}',
        '{"version": 1, "title": "My list", "items": [{"title": "On Dogs"}]}',
        '{"meta": {"count": 1}, "results": [{"title": "On Dogs"}], "errors": []}',
    ],
)
def test_of_an_object_around_a_list_the_list_is_read(tmp_path: Path, document: str) -> None:
    (record,), _ = read(tmp_path, document.encode())
    assert record.title == "On Dogs"


def test_two_lists_of_papers_in_one_object_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"several lists of papers in it \(accepted, rejected\)"):
        read(tmp_path, b'{"accepted": [{"title": "A"}], "rejected": [{"title": "B"}]}')


def test_of_columns_that_mean_the_same_the_first_that_is_filled_is_taken(tmp_path: Path) -> None:
    (record,), _ = read(tmp_path, b"Title,Abstract,Summary,Author,Authors\nOn Dogs,They bark.,,Ana Moss,\n")
    assert (record.abstract, record.authors) == ("They bark.", ("Ana Moss",))
    (record,), _ = read(tmp_path, b'{"title": "On Dogs", "Title": "Other", "abstract": "They bark.", "Abstract": ""}')
    assert (record.title, record.abstract) == ("On Dogs", "They bark.")


def test_ids_may_stand_beside_the_other_fields(tmp_path: Path) -> None:
    (record,), _ = read(tmp_path, b'{"title": "On Dogs", "doi": "10.1000/1", "ArXiv": "2401.12340"}')
    assert dict(record.ids) == {"doi": "10.1000/1", "arxiv": "2401.12340"}


def test_quotes_inside_of_cells_that_tabs_part_are_as_they_stand(tmp_path: Path) -> None:
    (record,), _ = read(tmp_path, b'title\tabstract\n"Why" Dogs Bark\tThey "bark".\n')
    assert (record.title, record.abstract) == ('"Why" Dogs Bark', 'They "bark".')


def test_json_lines_whose_records_hold_lists_of_objects_are_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("a stream has no end"))
    rows = [{"title": f"On Dogs {n}", "authors": [{"name": "Ana Moss"}], "abstract": "They bark."} for n in range(3)]
    records, _ = read(tmp_path, "\n".join(map(json.dumps, rows)).encode())
    assert [(record.title, record.authors) for record in records] == [(f"On Dogs {n}", ("Ana Moss",)) for n in range(3)]
