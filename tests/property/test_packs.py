"""Whatever papers hold: packed and unpacked they are what they were, and a change of one leaves the others alone."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st

from site_builder.content import packs
from site_builder.content.packs import FORMS, MARKDOWN, Record
from site_builder.content.papers import read_line, read_paper, write_line, write_paper
from site_builder.errors import UserError
from site_builder.model import Paper, Repair, Sighting

LINE = st.sampled_from(
    [
        "---",
        "\\---",
        "\\\\---",
        "\ufeff---",
        "--- ",
        "----",
        "slug: b",
        "\\slug: b",
        "slug:",
        "title: T",
        "",
        " ",
        "# no line end",
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30)
BODIES = st.lists(LINE | TEXT, max_size=6).map("\n".join)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: any(sign.isalnum() for sign in text)
)


SIGHTINGS = st.builds(Sighting, st.just("march"), st.integers(1, 9), st.integers(1, 9))
REPAIRS = st.builds(Repair, st.sampled_from(["title", "body"]), WORDS, st.integers(0, 9), TEXT, TEXT)
PAPERS = st.builds(
    Paper,
    slug=st.just("x"),
    title=WORDS,
    body=BODIES.map(lambda body: body.strip("\n")),
    topics=st.lists(WORDS, max_size=2).map(tuple),
    finding=st.just("") | WORDS,
    year=st.none() | st.integers(1900, 2030),
    ids=st.dictionaries(st.sampled_from(["id", "own"]), WORDS, max_size=2),
    seen=st.lists(SIGHTINGS, max_size=2).map(tuple),
    repaired=st.lists(REPAIRS, max_size=1).map(tuple),
    made=st.dictionaries(st.sampled_from(["title", "body"]), WORDS, max_size=2),
)
FORM = st.sampled_from(sorted(FORMS.values()))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """The file of a paper as a person may leave it: fields laid out anyhow, line ends of any kind."""
    mark = draw(st.sampled_from(["", "\ufeff"]))
    front = draw(
        st.sampled_from(["title: T\n", "# mine\ntitle: T # so\n\n", 'title: "slug: b"\n', "title: >-\n  slug: b\n"])
    )
    text = f"{mark}---\n{front}---{draw(st.sampled_from(['', chr(10)]))}"
    text += draw(BODIES) + draw(st.sampled_from(["", "\n", "\n\n\n", "\r"])) if text.endswith("\n") else ""
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text).encode()


@given(PAPERS)
def test_a_paper_is_read_from_a_line_of_json_as_it_was_written(paper: Paper) -> None:
    assert read_line(write_line(paper), "a.jsonl", 1) == paper


@given(st.lists(files(), min_size=1, max_size=4))
@example([b"---\ntitle: T\n---\nslug: b\n---\nslug: b\n---\n", b"---\ntitle: T\n---\n\\slug: b\n\\---"])
@example([b"---\ntitle: T\n---", b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n---\r\n"])
def test_files_come_back_from_a_markdown_pack_byte_for_byte(texts: list[bytes]) -> None:
    records = [Record(f"p{n}.md", f"p{n}", 0, text) for n, text in enumerate(texts)]
    read = [packs.read(record) for record in records]
    pack = b"".join(packs.packed(record, MARKDOWN) for record in records)
    found = list(packs.records("a.pack.md", pack))
    assert [record.slug for record in found] == [record.slug for record in records]
    assert [packs.read(record) for record in found] == read
    assert [packs.file_of(record) for record in found] == texts
    lines = pack.decode().split("\n")
    assert all(lines[record.line].startswith(f"slug: {record.slug}") for record in found)


@given(st.lists(PAPERS, min_size=1, max_size=4), FORM)
def test_files_that_we_wrote_come_back_from_either_pack_byte_for_byte(written: list[Paper], form: str) -> None:
    texts = [write_paper(paper).encode() for paper in written]
    records = [Record(f"p{n}.md", f"p{n}", 0, text) for n, text in enumerate(texts)]
    assume(all(read_paper(text.decode(), "x.md", "x") == paper for text, paper in zip(texts, written, strict=True)))
    pack = b"".join(packs.packed(record, form) for record in records)
    assert [packs.file_of(record) for record in packs.records(f"a{form}", pack)] == texts


@given(st.lists(PAPERS, min_size=1, max_size=4), st.data(), FORM)
def test_a_change_of_one_paper_leaves_every_other_byte_of_a_pack(
    written: list[Paper], data: st.DataObject, form: str
) -> None:
    numbered = [Record(f"p{n}.md", f"p{n}", 0, write_paper(paper).encode()) for n, paper in enumerate(written)]
    path = f"a{form}"
    pack = b"".join(packs.packed(record, form) for record in numbered)
    if data.draw(st.booleans()):
        pack = pack.removesuffix(b"\n")
    chosen = data.draw(st.integers(0, len(written) - 1))
    new = Paper(slug=f"p{chosen}", title="New", body="slug: q\n---\nText")
    before = list(packs.records(path, pack))
    after_pack = b"".join(packs.rewritten(path, pack, {new.slug: new}))
    after = list(packs.records(path, after_pack))
    assert [record.slug for record in after] == [record.slug for record in before]
    assert packs.read(after[chosen]) == new
    for n, (old, now) in enumerate(zip(before, after, strict=True)):
        assert n == chosen or old.content == now.content


@given(st.lists(LINE | TEXT, max_size=12).map("\n".join), FORM)
def test_whatever_a_pack_holds_is_read_or_refused_with_its_line(text: str, form: str) -> None:
    pack = text.encode()
    for record in packs.records(f"a{form}", pack):
        assert pack[record.start : record.start + record.size] == record.content
        assert record.line == pack.count(b"\n", 0, record.start) + 1
        try:
            packs.read(record)
        except UserError as error:
            told = {(problem.path, problem.line >= record.line) for problem in error.problems}
        else:
            told = {(f"a{form}", True)}
        assert told == {(f"a{form}", True)}
