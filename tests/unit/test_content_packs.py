"""Packs are read through the same door as files: the same papers, the same problems with their places, as quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from site_builder.content import folder, packs
from site_builder.content.papers import read_paper
from site_builder.content.yaml import comments
from site_builder.errors import UserError
from site_builder.model import Catalogue, Paper
from tests.unit.test_content_folder import made

HERONS = '---\ntitle: "Herons"\ntopics: [video]\n---\nThey stand.\n'
OTTERS = '---\ntitle: "Otters"\nids: {arxiv: "2401.12340"}\n---\nThey swim.\n'
LINES = (
    '{"slug": "herons", "title": "Herons", "topics": ["video"], "body": "They stand.\\n"}\n'
    '{"slug":"otters","title":"Otters","ids":{"arxiv":"2401.12340"},"year":null,"body":"They swim."}\n'
)
DOCUMENTS = (
    '---\nslug: herons\ntitle: "Herons"\ntopics: [video]\n---\nThey stand.\n'
    '---\nslug: "otters" # of the river\ntitle: "Otters"\nids: {arxiv: "2401.12340"}\n---\nThey swim.\n'
)


class Memory:
    """A cache that keeps everything, and tells what was put there."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], bytes] = {}

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: self.values[kind, key] for key in keys if (kind, key) in self.values}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        self.values |= {(kind, key): value for key, value in values.items()}


def read(root: Path, files: Mapping[str, str]) -> Catalogue:
    return folder.read(made(root, files), Memory())


def refused(root: Path, files: Mapping[str, str]) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(root, files)
    return [str(problem).replace(f"{root}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize("pack", [{"papers/a.jsonl": LINES}, {"papers/a.pack.md": DOCUMENTS}], ids=["jsonl", "md"])
def test_a_pack_holds_what_files_of_their_own_hold(tmp_path: Path, pack: Mapping[str, str]) -> None:
    apart = read(tmp_path / "apart", {"papers/herons.md": HERONS, "papers/otters.md": OTTERS})
    assert read(tmp_path / "packed", pack) == apart


def test_papers_of_files_and_packs_stand_in_one_order(tmp_path: Path) -> None:
    kelp = {"papers/kelp.md": '---\ntitle: "Kelp"\n---\n'}
    ledger = {"ledger.tsv": "otters\t2026-01-01\tOtters\n"}
    catalogue = read(tmp_path, {"papers/z.jsonl": LINES, **kelp, **ledger})
    assert [paper.slug for paper in catalogue.papers] == ["otters", "herons", "kelp"]


def test_problems_of_a_pack_are_told_with_line_and_column_of_the_pack(tmp_path: Path) -> None:
    lines = (
        '{"slug": "a", "title": "A", "topcis": []}\n'
        '\n'
        '{"slug": "b", "title": "B", "year": "soon", "ids": {"doi": "none"}}\n'
        '{"slug": "c", "title": "C", "topics": ["vido"]\n'
        '{"slug": "d", "title": "D", "topics": ["vido"]}\n'
        '{"slug": "E", "title": "E"}\n'
        '{"title": "F"}\n'
        '{"slug": "g", "title": "G", "title": "H"}\n'
        '{"slug": "h", "title": "H", "authors": ["\\u0007"], "body": "\\u0007"}\n'
    )  # fmt: skip
    documents = (
        "---\nslug: i\ntitle: I\ntopcis: []\n---\n"
        "---\nslug: j\ntitle: J\nyear: soon\n---\n"
        "---\nslug: k\ntitle: K\n"
        "---\nslug: l\ntitle: L\ntopics: [vido]\n---\n"
        "---\ntitle: M\n---\n"
        "---\nslug: N\ntitle: N\n---\n"
    )
    topics = {"topics.yaml": "- {id: video, name: Video}\n"}
    fields = "title, topics, tags, finding, authors, year, venue, ids, unconfirmed, links, seen, repaired, made"
    found = refused(tmp_path, {"papers/a.jsonl": lines, "papers/b.pack.md": documents, **topics})
    assert found == [
        f"papers/a.jsonl:1:29: unknown field 'topcis' (did you mean 'topics'?); the fields are {fields}, slug, body",
        "papers/a.jsonl:3:37: year: expected a whole number, found 'soon'",
        "papers/a.jsonl:3:60: ids: 'none' is no DOI; write only that, as in \"10.1000/182\"",
        "papers/a.jsonl:4:47: this is not JSON: ',' is missing; mend the line, or write it anew",
        "papers/a.jsonl:5:40: unknown topic 'vido' (did you mean 'video'?)",
        "papers/a.jsonl:6:10: slug: 'E' cannot be an address; use lower-case letters, digits, and '-', '.' or '_' "
        "between them",
        "papers/a.jsonl:7:1: the field 'slug' is missing",
        "papers/a.jsonl:8:29: 'title' is given twice; keep one of the two",
        "papers/a.jsonl:9:41: text cannot hold the character U+0007; take it out",
        f"papers/b.pack.md:4:1: unknown field 'topcis' (did you mean 'topics'?); the fields are {fields}",
        "papers/b.pack.md:9:7: year: expected a whole number, found 'soon'",
        "papers/b.pack.md:11:1: the front matter is not closed; put a line '---' after its last field",
        "papers/b.pack.md:17:10: unknown topic 'vido' (did you mean 'video'?)",
        "papers/b.pack.md:19:1: a paper of a pack begins with '---' and then a line 'slug: ' with its address; write "
        "it below this line, or '\\---' where this is a line of the text",
        "papers/b.pack.md:23:1: slug: 'N' cannot be an address; use lower-case letters, digits, and '-', '.' or '_' "
        "between them",
    ]


def test_a_line_that_only_ends_in_three_dashes_begins_no_paper(tmp_path: Path) -> None:
    text = "---\nslug: herons\ntitle: Herons\n---\nA table\n----\nslug: of stone\n --- \n"
    (paper,) = read(tmp_path, {"papers/a.pack.md": text}).papers
    assert paper.body == "A table\n----\nslug: of stone\n --- "


def test_a_paper_in_two_places_is_an_error_that_names_both(tmp_path: Path) -> None:
    files = {"papers/a.jsonl": LINES, "papers/b.pack.md": DOCUMENTS, "papers/herons.md": HERONS}
    advice = "keep one of the two (where a pack or unpack broke off, the same command once more mends it)"
    assert refused(tmp_path, files) == [
        f"papers/a.jsonl:1:1: the paper 'herons' stands here and in papers/herons.md; {advice}",
        f"papers/b.pack.md:1:1: the paper 'herons' stands here and in papers/herons.md; {advice}",
        f"papers/b.pack.md:7:1: the paper 'otters' stands here and in papers/a.jsonl:2; {advice}",
    ]


def test_of_many_papers_in_two_places_the_first_ten_are_told_and_the_number_of_the_others(tmp_path: Path) -> None:
    lines = "".join(f'{{"slug": "p{n}", "title": "P"}}\n' for n in range(40))
    told = refused(tmp_path, {"papers/a.jsonl": lines, "papers/b.jsonl": lines})
    assert len(told) == 11
    assert told[-1] == "papers/b.jsonl:11:1: 30 more papers stand in two places"


def test_a_pack_in_which_papers_cannot_be_named_is_not_blamed_for_promises_besides(tmp_path: Path) -> None:
    ledger = {"ledger.tsv": "herons\t2026-01-01\tHerons\nkelp\t2026-01-01\tKelp\n"}
    for pack in ({"papers/a.jsonl": '{"slg": "kelp"}\n'}, {"papers/b.pack.md": "---\ntitle: Kelp\n---\n"}):
        assert {line.partition(":")[0] for line in refused(tmp_path, {**pack, **ledger})} == {*pack, "papers/a.jsonl"}
    (tmp_path / "papers" / "b.pack.md").unlink()
    assert refused(tmp_path, {"papers/a.jsonl": '{"slug": "kelp",\n', "ledger.tsv": "kelp\t2026-01-01\tKelp\n"}) == [
        "papers/a.jsonl:1:17: this is not JSON: the name of a field is missing; mend the line, or write it anew"
    ]
    (tmp_path / "papers" / "a.jsonl").write_text(LINES)
    assert refused(tmp_path, ledger) == [
        "ledger.tsv:2:1: the address 'kelp' was promised on 2026-01-01, but papers/kelp.md is gone, and no pack has "
        "it; bring it back, or end this line with a tab and 'withdrawn' to give the address up"
    ]


def test_a_withdrawn_paper_is_told_where_it_stands_in_its_pack(tmp_path: Path) -> None:
    ledger = {"ledger.tsv": "otters\t2026-01-01\tOtters\twithdrawn\n"}
    assert refused(tmp_path, {"papers/a.jsonl": LINES, **ledger}) == [
        "ledger.tsv:1:1: 'otters' is withdrawn, but papers/a.jsonl:2 is there; remove one of the two"
    ]


def test_one_changed_line_of_a_pack_is_all_that_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f'{{"slug": "p{n}", "title": "P"}}\n' for n in range(40)]
    path = made(tmp_path, {"papers/a.jsonl": "".join(lines)}) / "papers" / "a.jsonl"
    memory, seen = Memory(), []
    plain = packs.read

    def noticed(record: packs.Record) -> Paper:
        seen.append(record.slug)
        return plain(record)

    monkeypatch.setattr(folder, "_PAPERS", folder._PAPERS._replace(read=noticed))
    folder.read(tmp_path, memory)
    assert len(seen) == 40
    seen.clear()
    folder.read(tmp_path, memory)
    path.write_text("\n".join(["", *(line.strip() for line in lines[:7]), lines[7].replace('"P"', '"Q"'), *lines[8:]]))
    assert [paper.title for paper in folder.read(tmp_path, memory).papers if paper.slug == "p7"] == ["Q"]
    assert seen == ["p7"]
    path.rename(path.with_name("b.jsonl"))
    folder.read(tmp_path, memory)
    assert seen == ["p7"], "a paper that moves to another pack is known"


def test_a_pack_that_did_not_change_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    path = made(tmp_path, {"papers/a.jsonl": LINES}) / "papers" / "a.jsonl"
    os.utime(path, (1, 1))
    memory = Memory()
    before = folder.read(tmp_path, memory)
    with monkeypatch.context() as patched:
        patched.setattr(packs, "file_of_pack", lambda _: pytest.fail("it was read"))
        assert folder.read(tmp_path, memory) == before
    memory.values = {key: value for key, value in memory.values.items() if key[0] != "paper"}
    assert folder.read(tmp_path, memory) == before, "papers that are forgotten are read again, one by one"


def test_a_paper_or_pack_too_large_to_be_meant_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = '{"slug": "a", "title": "A", "body": "' + "x" * (1 << 20) + '"}\n'
    assert refused(tmp_path, {"papers/a.jsonl": f'{{"slug": "b", "title": "B"}}\n{large}'}) == [
        "papers/a.jsonl:2: the paper has 1.0 MB, too much to be meant; keep it to 1 MB"
    ]
    monkeypatch.setattr(packs, "LARGEST_PACK", 1 << 19)
    assert refused(tmp_path, {}) == ["papers/a.jsonl: the pack has 1 MB; part it: 0 MB are read"]


def test_bytes_that_are_no_utf_8_are_told_where_they_stand_in_the_pack(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pack.md").write_bytes(DOCUMENTS.encode() + b"---\nslug: x\ntitle: X\n---\ncaf\xe9\n")
    (tmp_path / "papers" / "b.jsonl").write_bytes(b'{"slug": "b", "title": "B"}\n{"slug": "c", "title": "\xe9"}\n')
    assert refused(tmp_path, {}) == [
        "papers/a.pack.md:17:4: this is not UTF-8 from here on; save the file as UTF-8",
        "papers/b.jsonl:2:25: this is not UTF-8 from here on; save the file as UTF-8",
    ]


def test_no_paper_takes_an_address_whose_file_would_be_a_pack(tmp_path: Path) -> None:
    (message,) = refused(tmp_path, {"papers/a.jsonl": '{"slug": "herons.pack", "title": "H"}\n'})
    assert message.startswith("papers/a.jsonl:1:10: slug: 'herons.pack' cannot be an address; the file would be taken")


def test_comments_of_front_matter_are_found_and_signs_inside_of_values_are_none() -> None:
    text = (
        "# one\n"
        'title: "a # b" # two # still two\n'
        "links: {code: https://example.org/#a} # three\n"
        "finding: >- # four\n"
        "  text # no comment\n"
        "venue: C# and b#c\n"
        "  # five\n"
    )  # fmt: skip
    assert comments(text) == [(1, 1), (2, 16), (3, 39), (4, 13), (7, 3)]
    assert comments(text, line=3)[0] == (3, 1)


def test_the_text_of_a_file_reads_the_same_with_the_line_of_its_pack() -> None:
    assert read_paper(HERONS, "x.md", "x", 7) == read_paper(HERONS, "x.md", "x")
