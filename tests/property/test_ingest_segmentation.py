"""Invented dumps in many layouts are read as they were composed; any lines at all are accounted for."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.ingest.daily import Page, read_page
from site_builder.ingest.decode import Repairs, lines_of
from site_builder.ingest.records import Account

NAMES = st.sampled_from(
    ["WoolNet", "FeltFormer", "kYarn", "Sheep-3D", "LoomLM", "[KNOT] Tokens", "SkeinVAE", "β-Weave"]
)
NOUNS = [
    "Sparse Graphs",
    "Long Sequences",
    "Noisy Fibres",
    "Small Looms",
    "Open Meadows",
    "Soft Tokens",
    "Deep Felting",
]
DOING = ["Counting", "Rethinking", "Learning", "Pruning", "Understanding", "Spinning", "Compressing"]
USES = ["for Shepherds", "in the Wild", "via Attention", "without Labels", "with Two Needles", "at Scale"]
QUESTIONS = ["Does It Knit?", "What Makes Wool Warm?", "All You Need!", "A Survey", "A Visual Study of Flocks"]

SUBJECTS = [
    "The loom",
    "Our network",
    "This method",
    "A small model",
    "Each shepherd",
    "The WoolBench data set",
    "Attention",
]
VERBS = ["learns", "halves", "is trained on", "outperforms", "is able to follow", "remains slower than", "needs"]
OBJECTS = [
    "patterns of distant stitches (P_r) in a flock of 384 sheep",
    "the error of earlier work by 3.5%",
    "noisy labels and few examples",
    "two heads, one needle and no supervision at all",
    "<SEG> tokens, i.e. the seams, in O(n) time",
    "large pullovers on a pocket calculator",
]
OPENINGS = ["We propose a way to count wool.", "In this work, we study felt.", "Knitting is hard because yarn is long."]
FURNITURE = [
    ["Upvote", "31"], ["·5 authors"], ["Submitted by", "wool-fan"], ["Mar 11, 2025"], ["arxiv:2412.05819"],
    ["2412.05819"], ["Previous"], ["Next"], ["new"], ["31"], ["Submitted by", "Ada Lovelace"],
]  # fmt: skip
HEADS = [
    [],
    [
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        "Daily Papers",
        "by AK and the research community",
    ],
    ["Get trending papers in your email inbox once a day!", "Subscribe", "byAK and the research community", "Mar 11"],
]


@st.composite
def titles(draw: st.DrawFn) -> str:
    plain = " ".join([draw(st.sampled_from(DOING)), draw(st.sampled_from(NOUNS)), draw(st.sampled_from(USES))])
    return draw(
        st.sampled_from(
            [f"{draw(NAMES)}: {plain}", plain, f"{plain}: {draw(st.sampled_from(QUESTIONS))}", plain.capitalize()]
        )
    )


@st.composite
def sentences(draw: st.DrawFn) -> str:
    return " ".join(draw(st.sampled_from(part)) for part in (SUBJECTS, VERBS, OBJECTS)) + "."


@st.composite
def abstracts(draw: st.DrawFn) -> list[str]:
    """Return an abstract as paragraphs."""
    first = " ".join([draw(st.sampled_from(OPENINGS)), *draw(st.lists(sentences(), max_size=6))])
    more = st.lists(sentences(), min_size=1, max_size=3).map(" ".join)
    return [first, *draw(st.lists(more, max_size=1))]


@dataclass(frozen=True)
class Dump:
    text: str
    papers: list[tuple[str, str]]


@st.composite
def dumps(draw: st.DrawFn) -> Dump:
    """Return a dump with blank lines around its blocks: paragraphs, lines wrapped or not, furniture."""
    wrap = draw(st.sampled_from([0, 0, 72, 76, 80]))
    title_wrap = draw(st.sampled_from([0, 0, 60]))
    gap = "\n" * draw(st.integers(2, 3))
    chosen = draw(st.lists(st.tuples(titles(), abstracts()), min_size=1, max_size=6, unique_by=lambda paper: paper[0]))
    blocks = list(draw(st.sampled_from(HEADS)))
    papers = []
    for title, paragraphs in chosen:
        with_furniture = draw(st.booleans())
        if with_furniture:
            blocks += draw(st.sampled_from(FURNITURE))
        blocks.append("\n".join(textwrap.wrap(title, title_wrap, break_on_hyphens=False)) if title_wrap else title)
        blocks += ["\n".join(textwrap.wrap(p, wrap, break_on_hyphens=False)) if wrap else p for p in paragraphs]
        papers.append((title, " ".join(paragraphs)))
    return Dump(gap.join(blocks), papers)


@st.composite
def tight_dumps(draw: st.DrawFn) -> Dump:
    """Return a dump without blank lines: a title a line, an abstract a line or wrapped."""
    wrap = draw(st.sampled_from([0, 76]))
    chosen = draw(st.lists(st.tuples(titles(), abstracts()), min_size=2, max_size=6, unique_by=lambda paper: paper[0]))
    papers = [(title, " ".join(paragraphs)) for title, paragraphs in chosen]
    lines = [
        part
        for title, abstract in papers
        for part in (title, *(textwrap.wrap(abstract, wrap, break_on_hyphens=False) if wrap else [abstract]))
    ]
    return Dump("\n".join(lines), papers)


def read(data: bytes) -> tuple[Page, Account]:
    account = Account("dump.txt", "dump", "page", Repairs())
    return read_page(lines_of(data, "dump.txt", account.repairs), account), account


def papers_of(page: Page) -> list[tuple[str, str]]:
    return [(record.title, " ".join(record.abstract.split())) for record in page.records]


# Reading is judgement: some compositions can be read in two ways. The examples are drawn once and for all.
@given(dumps())
@settings(deadline=None, derandomize=True, max_examples=200)
def test_dumps_with_blank_lines_are_read_as_composed(dump: Dump) -> None:
    page, _ = read(dump.text.encode())
    assert papers_of(page) == dump.papers


@given(tight_dumps())
@settings(deadline=None, derandomize=True, max_examples=200)
def test_dumps_without_blank_lines_are_read_as_composed_or_doubted(dump: Dump) -> None:
    page, account = read(dump.text.encode())
    assert papers_of(page) == dump.papers or account.problems


@given(
    dumps(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([" ", "\t", "\u00a0", " \u200b", "\u2009 ", " \x00"]),
)
@settings(deadline=None)
def test_encoding_line_ends_and_odd_spaces_change_nothing(dump: Dump, encoding: str, end: str, space: str) -> None:
    expected, plain = read(dump.text.encode())
    page, account = read(dump.text.replace(" ", space).replace("\n", end).encode(encoding))
    assert page == expected
    assert account.lines == plain.lines


LINES = st.lists(
    st.one_of(
        st.just(""),
        titles(),
        sentences(),
        st.sampled_from([line for group in [*FURNITURE, *HEADS] for line in group]),
        st.sampled_from(
            ["https://example.org/x", "----", "and so on", "Subscribe" + "WoolNet for All", "a", "?", "1. one"]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(lambda text: " ".join(text.split())),
    ),
    min_size=1,
    max_size=25,
)


@given(LINES)
@settings(deadline=None)
def test_every_line_has_one_class_and_no_word_is_lost(lines: list[str]) -> None:
    account = Account("dump.txt", "dump", "page", Repairs())
    page = read_page(lines, account)
    assert [line.line for line in account.lines] == list(range(1, len(lines) + 1))
    kept: list[str] = []
    for line, account_of_it in zip(lines, account.lines, strict=True):
        read_as = account_of_it.note.split(", may")[0].removeprefix("read as ")
        became = read_as if account_of_it.became == "doubtful" else account_of_it.became
        assert (became == "blank") == (not line)
        if became in ("title", "abstract"):
            _, _, cut = account_of_it.note.partition("cut off: ")
            kept += line.removeprefix(cut).split()
    assert kept == [word for title, abstract in papers_of(page) for word in f"{title} {abstract}".split()]
    told = {problem.line for problem in account.problems}
    assert {line.line for line in account.lines if line.became in ("doubtful", "not understood")} <= told
