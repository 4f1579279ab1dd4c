"""Lines that hold a title and its abstract side by side are parted, where the page shows that they do."""

import html

import pytest

from site_builder.ingest.daily import Page, read_page
from site_builder.ingest.decode import Repairs, lines_of
from site_builder.ingest.records import Account

PAPERS = [
    (
        "Counting Sheep with Sparse Graph Networks",
        "Sheep are hard to count because they move, jump & hide. We propose a graph network that follows each animal.",
    ),
    (
        "WoolFormer: Does Attention Knit?",
        "Knitting patterns are sequences with long dependencies. Experiments show that two heads are <SEG> enough.",
    ),
    ("Felting at Several Scales", "We felt noisy fibres at several scales. The result is warm."),
]


def read(text: str) -> tuple[Page, Account]:
    account = Account("dump.txt", "dump", "page", Repairs())
    return read_page(lines_of(text.encode(), "dump.txt", account.repairs), account), account


def papers(page: Page) -> list[tuple[str, str]]:
    return [(record.title, record.abstract) for record in page.records]


@pytest.mark.parametrize(
    "row",
    [
        "{title}\t{text}",
        "{n}\t{title}\t{text}\thttps://arxiv.org/abs/2401.0000{n}",
        "| {title} | {text} |",
        "| {n} | {title} | {text} |",
        '"{title}","{text}"',
        '"{title}";"{text}"',
        '{title},"{text}",{n}',
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_the_cells_of_a_row_are_read_one_by_one(row: str, between: str) -> None:
    page, account = read(between.join(row.format(n=n, title=t, text=a) for n, (t, a) in enumerate(PAPERS, 1)))
    assert papers(page) == PAPERS
    assert account.problems == []
    assert [(line.became, line.note) for line in account.lines if line.became != "blank"] == [
        (line.became, line.note) for line in account.lines if line.note.startswith("also abstract")
    ]


def test_the_head_of_a_table_is_furniture() -> None:
    page, account = read("\n".join(f"| {t} | {a} |" for t, a in [("Title", "Abstract"), ("---", "---"), *PAPERS]))
    assert papers(page) == PAPERS
    assert [line.became for line in account.lines[:2]] == ["furniture", "furniture"]


@pytest.mark.parametrize(
    "entry",
    [
        "<h3>{title}</h3>\n<p>{text}</p>",
        '<h3 class="x"><a href="/papers/2401.0000{n}">{title}</a></h3><p class="y">{text}</p>',
        "<article>\n  <h3>\n    {title}\n  </h3>\n  <p>\n    {text}\n  </p>\n</article>",
        "<li><b>{title}</b><br/>{text}</li>",
    ],
)
def test_tags_of_html_part_texts_and_are_no_part_of_them(entry: str) -> None:
    entries = enumerate(((html.escape(t), html.escape(a)) for t, a in PAPERS), 1)
    page, account = read("\n".join(entry.format(n=n, title=t, text=a) for n, (t, a) in entries))
    assert papers(page) == PAPERS
    assert account.problems == []
    assert {record.ids for record in page.records} == (
        {(("arxiv", f"2401.0000{n}"),) for n in (1, 2, 3)} if "papers" in entry else {()}
    )


def test_tabs_between_the_words_of_a_page_part_nothing() -> None:
    page, _ = read("\n\n".join(part.replace(" ", "\t") for paper in PAPERS for part in paper))
    assert papers(page) == PAPERS


def test_bars_in_titles_part_nothing() -> None:
    bars = [(f"{title} | A Study", text) for title, text in PAPERS]
    page, _ = read("\n\n".join(part for paper in bars for part in paper))
    assert papers(page) == bars


def test_scripts_and_styles_of_a_saved_page_are_no_text() -> None:
    head = [
        "<html><head><style>.a { color: red }",
        "</style>",
        '<script>let x = "We propose a loom.";',
        "</script></head>",
    ]
    made = [
        *PAPERS,
        ("Looms on the Web", "A loom is no <script> of the web, nor </script> a shuttle. We show why it is so."),
    ]
    body = [f"<h3>{html.escape(title)}</h3>\n<p>{html.escape(text)}</p>" for title, text in made]
    page, account = read("\n".join([*head, *body, "</html>"]))
    assert papers(page) == made
    assert account.problems == []
    assert [line.became for line in account.lines[:4]] == ["furniture"] * 4
