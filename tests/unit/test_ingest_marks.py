"""Marks around titles and before abstracts are taken off where the page shows what they mean, and told."""

import pytest

from site_builder.ingest.daily import Page, read_page
from site_builder.ingest.decode import Repairs
from site_builder.ingest.records import Account

PAPERS = [
    (
        "Counting Sheep with Sparse Graph Networks",
        "Sheep are hard to count because they move. We propose a graph network that follows each animal.",
    ),
    (
        "WoolFormer: Does Attention Knit?",
        "Knitting patterns are sequences with long dependencies. Experiments show that two heads are enough.",
    ),
    ("Felting at Several Scales", "We felt noisy fibres at several scales. The result is warm."),
]


def read(text: str) -> tuple[Page, Account]:
    account = Account("dump.txt", "dump", "page", Repairs())
    return read_page([" ".join(line.split()) for line in text.split("\n")], account), account


def papers(page: Page) -> list[tuple[str, str]]:
    return [(record.title, " ".join(record.abstract.split())) for record in page.records]


@pytest.mark.parametrize(
    "entry",
    [
        "# {title}\n\n{text}",
        "### {n}. {title}\n{text}",
        "**{title}**\n\n{text}",
        "{n}. {title}\n{text}",
        "[{n}] {title}\n\n{text}",
        "- {title}\n{text}",
        "Title: {title}\nAbstract: {text}",
        "**Title:** {title}\n\n**Abstract:** {text}",
        '- title: "{title}"\n  abstract: "{text}"',
        "- title: {title}\n  abstract: >\n    {text}",
        '    "title": "{title}",\n    "abstract": "{text}",',
        "{n}) **{title}**\n\n**Abstract:** {text}",
        "{title}\n\nAbstract. {text}",
        "\U0001f4c4 {title}\n\n{text}",
        "> {title}\n>\n> {text}\n>",
        "*{title}*\n\n{text}",
        "“{title}”\n{text}",
        "== {title} ==\n{text}",
        "\\section{{{title}}}\n{text}",
        "\\title{{{title}}}\n\\begin{{abstract}}\n{text}\n\\end{{abstract}}",
        "#{n} {title}\n\n{text}",
        "Paper {n}: {title}\n{text}",
        "- title: {title}\n  abstract: {text}",
        "{title} (arXiv:2401.0000{n})\n{text}",
        "Mar {n}, 2025: {title}\n\n{text}",
        "{title}\nAbstract - {text}",
        "{title}\n\nAbstract—{text}",
        "## {title}\n\n> {text}",
        "- **{title}**\n  - {text}",
        "**{title}**\n\n*{text}*",
    ],
)
def test_marks_are_no_part_of_title_or_abstract(entry: str) -> None:
    page, account = read("\n\n".join(entry.format(n=n, title=t, text=a) for n, (t, a) in enumerate(PAPERS, 1)))
    assert papers(page) == PAPERS
    assert account.problems == []
    assert any(line.note.startswith("cut off: ") for line in account.lines)


@pytest.mark.parametrize("head", ["# The Papers of This Week\n\n", "Here is what we read this week:\n\n"])
@pytest.mark.parametrize("entry", ["## {title}\n\n{text}", "{n}. {title}\n{text}"])
def test_marks_of_titles_are_known_below_a_line_that_bears_none(head: str, entry: str) -> None:
    page, _ = read(head + "\n\n".join(entry.format(n=n, title=t, text=a) for n, (t, a) in enumerate(PAPERS, 1)))
    assert papers(page)[-3:] == PAPERS


def test_a_title_that_links_to_arxiv_tells_the_papers_id() -> None:
    page, _ = read("\n\n".join(f"## [{t}](https://arxiv.org/abs/2401.0000{len(t) % 10})\n\n{a}" for t, a in PAPERS))
    assert papers(page) == PAPERS
    assert page.records[0].ids == (("arxiv", f"2401.0000{len(PAPERS[0][0]) % 10}"),)


def test_a_list_in_an_abstract_keeps_its_marks() -> None:
    listed = "We do three things:\n- we count the sheep;\n- we shear them;\n- we knit. All of it is fast."
    page, _ = read(f"{PAPERS[0][0]}\n\n{listed}\n\n{PAPERS[1][0]}\n\n{PAPERS[1][1]}")
    assert papers(page) == [(PAPERS[0][0], " ".join(listed.split())), PAPERS[1]]


def test_a_title_with_a_picture_of_its_own_keeps_it() -> None:
    page, _ = read(f"\U0001f411 {PAPERS[0][0]}\n\n{PAPERS[0][1]}\n\n{PAPERS[1][0]}\n\n{PAPERS[1][1]}")
    assert page.records[0].title == f"\U0001f411 {PAPERS[0][0]}"


def test_a_formula_on_its_own_line_belongs_to_the_abstract() -> None:
    text = "We count the sheep by minimising\n\nL = \\sum_i (x_i - y_i)^2\n\nwhere x are sheep. It is fast."
    page, account = read(f"{PAPERS[0][0]}\n\n{text}\n\n{PAPERS[1][0]}\n\n{PAPERS[1][1]}")
    assert papers(page) == [(PAPERS[0][0], " ".join(text.split())), PAPERS[1]]
    assert account.problems == []


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_list_of_titles_alone_is_read_as_titles(gap: str) -> None:
    titles = [title for title, _ in PAPERS] + ["Looms for Small Hands", "Shearing without Supervision", "XLWool"]
    page, _ = read(gap.join(titles))
    assert [(record.title, record.abstract) for record in page.records] == [(title, "") for title in titles]


def test_what_a_page_says_again_and_again_is_furniture() -> None:
    more = [("Looms for Small Hands", "We build looms. They are small."), ("Yarn in the Wild", "We spin. It holds.")]
    whose = ["Wool Institute", "Felt AI", "Wool Institute", "Wool Institute", "Felt AI"]
    entries = zip([*PAPERS, *more], whose, strict=True)
    page, account = read("\n\n".join(f"{t}\n\n{org}\n\n{a}" for (t, a), org in entries))
    assert papers(page) == [*PAPERS, *more]
    assert {line.note for line in account.lines if line.became == "furniture"} <= {"repeated", "label"}


@pytest.mark.parametrize(
    "line",
    [
        "#2 Paper of the day", "2 days ago", "Published on Dec 3, 2024", "Submitted by bo-peep on Dec 4, 2024", "+26",
        "View arXiv page", "View PDF", "GitHub 123", "Collections including this paper 3", "Paper author",
        "https://huggingface.co/papers/2401.00001", "[7] arXiv:2401.00001 [pdf, html, other]", "Authors: Bo Peep",
        "· Felt AI ·", "· 4 comments", "5 authors · 31 upvotes", "11/03/2025", "2025/03/11", "March 11th, 2025",
        "arxiv.org/abs/2401.00001", "Previous 1 2 3 ... 12 Next", "TOS · Privacy · About",
        "We use cookies to count visitors.", "Accept all",
        "© 2025 Wool Inc. All rights reserved.", "New! Get trending papers in your email inbox once a day!",
        "SUBSCRIBE",
        "On Tue, Mar 11, 2025 at 9:12 AM, Bo Peep <bo@example.org> wrote:", "Émile Laine, María José García, O. P. Fil",
        "Bo Peep, Zoë Tricot and 3 others",
    ],
)  # fmt: skip
def test_furniture_between_entries_is_told_apart(line: str) -> None:
    page, account = read(f"{PAPERS[0][0]}\n{line}\n\n{PAPERS[0][1]}\n\n{PAPERS[1][0]}\n{line}\n\n{PAPERS[1][1]}")
    assert papers(page) == PAPERS[:2]
    assert account.count["furniture"] == 2


def test_subscribe_is_cut_off_in_the_middle_of_a_file_too() -> None:
    head = "Get trending papers in your email inbox!\nSubscribe"
    page, _ = read("\n".join(f"{head}{t}\n{a}" for t, a in PAPERS))
    assert papers(page) == PAPERS


def test_a_file_that_is_no_page_of_papers_is_told_as_a_whole() -> None:
    _, account = read("\n".join(f"{n},sheep,{n * 3}" for n in range(30)))
    assert any(problem.line == 0 and "page of papers" in problem.message for problem in account.problems)
