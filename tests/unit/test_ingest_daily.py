"""A pasted page becomes titles and abstracts, and every line is accounted for."""

import textwrap

import pytest

from site_builder.ingest.daily import Page, read_page
from site_builder.ingest.decode import Repairs
from site_builder.ingest.records import Account

FIRST = "Counting Sheep with Sparse Graph Networks"
FIRST_TEXT = (
    "Sheep are hard to count because they move while one counts them. We propose a graph network that follows each "
    "animal through the flock and forgets nothing. On three meadows it halves the error of a tired shepherd, and runs "
    "on a pocket calculator."
)
SECOND = "WoolFormer: Does Attention Knit?"
SECOND_TEXT = (
    "Knitting patterns are sequences with long dependencies. In this work, we ask whether attention can learn them "
    "from finished pullovers alone. Experiments show that two heads are enough for most sleeves, although collars "
    "remain difficult. Code is available at https://example.org/wool."
)
THIRD = "Multi-scale felting of noisy fibres for small looms"
THIRD_TEXT = "We felt noisy fibres at several scales. The result is warm."
PAPERS = [(FIRST, FIRST_TEXT), (SECOND, SECOND_TEXT), (THIRD, THIRD_TEXT)]


def read(text: str) -> tuple[Page, Account]:
    account = Account("dump.txt", "dump", "page", Repairs())
    return read_page([" ".join(line.split()) for line in text.split("\n")], account), account


def papers(page: Page) -> list[tuple[str, str]]:
    return [(record.title, " ".join(record.abstract.split())) for record in page.records]


def laid_out(between: str, *, wrap: int = 0) -> str:
    def wrapped(text: str) -> str:
        return "\n".join(textwrap.wrap(text, wrap, break_on_hyphens=False)) if wrap else text

    return between.join(part for title, text in PAPERS for part in (title, wrapped(text)))


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n\n"])
@pytest.mark.parametrize("wrap", [0, 72, 80])
def test_titles_and_abstracts_are_found_in_any_layout(between: str, wrap: int) -> None:
    page, account = read(laid_out(between, wrap=wrap))
    assert papers(page) == PAPERS
    assert account.problems == []


def test_blank_lines_between_entries_alone_are_enough() -> None:
    page, _ = read("\n\n".join(f"{title}\n{text}" for title, text in PAPERS))
    assert papers(page) == PAPERS


def test_the_page_around_the_papers_is_furniture() -> None:
    parts = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers"]
    parts += ["byAK and the research community", "Mar 11"]
    parts += ["Submitted by", "wool-fan", FIRST, "·5 authors", FIRST_TEXT, "Upvote", "31", SECOND, SECOND_TEXT]
    parts += ["Mar 11, 2025", THIRD, "2412.05819", THIRD_TEXT, "Previous", "Next"]
    page, account = read("\n\n".join(parts))
    assert papers(page) == PAPERS
    assert (page.curator, page.copied) == ("AK and the research community", "Mar 11")
    assert page.records[2].ids == (("arxiv", "2412.05819"),)
    assert account.problems == []
    kinds = [line.note for line in account.lines if line.became == "furniture"]
    assert kinds == [
        "new", "banner", "subscribe", "page title", "curator", "date", "submitted by", "user name",
        "number of authors", "votes", "votes", "date", "arXiv id", "paging", "paging",
    ]  # fmt: skip


def test_a_date_further_down_is_not_the_day_of_the_copy() -> None:
    page, _ = read(f"{FIRST}\n\n{FIRST_TEXT}\n\nMar 12\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert page.copied == ""


@pytest.mark.parametrize(
    "glued",
    [
        "Subscribe",
        "Get trending papers in your email inbox!Subscribe",
        "Subscribe ",
        "New! Get trending papers in your email inbox once a day! Subscribe ",
    ],
)
def test_a_banner_glued_to_the_first_title_is_cut_off(glued: str) -> None:
    page, account = read(f"{glued}{FIRST}\n{FIRST_TEXT}\n{SECOND}\n{SECOND_TEXT}")
    assert papers(page) == PAPERS[:2]
    assert account.lines[0].became == "title"
    assert account.lines[0].note == f"cut off: {glued.strip()}"


def test_a_title_about_subscribers_keeps_its_first_word() -> None:
    page, _ = read(f"Subscribers and Their Sheep\n\n{FIRST_TEXT}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert page.records[0].title == "Subscribers and Their Sheep"


def test_an_abstract_of_several_paragraphs_stays_one() -> None:
    more = "A second paragraph tells what we found. It was wool."
    page, _ = read(f"{FIRST}\n\n{FIRST_TEXT}\n\n{more}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert [record.abstract for record in page.records] == [f"{FIRST_TEXT}\n\n{more}", SECOND_TEXT]


def test_a_wrapped_title_is_put_together() -> None:
    title = "Counting Sheep in Meadows with Sparse Graph\nNetworks and a Shepherd"
    page, _ = read(f"{title}\n\n{FIRST_TEXT}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert page.records[0].title == "Counting Sheep in Meadows with Sparse Graph Networks and a Shepherd"


def test_an_entry_may_lack_its_abstract() -> None:
    page, _ = read(f"{FIRST}\n\n{SECOND}\n\n{SECOND_TEXT}\n\n{THIRD}\n\n{THIRD_TEXT}")
    assert papers(page) == [(FIRST, ""), *PAPERS[1:]]


def test_two_titles_in_a_row_that_are_too_long_for_one_stay_two() -> None:
    first = "Grazing Habits are All You Need for Shearing and Sorting of Flocks"
    second = "FastFelt: Faster Speculative Felting with Dynamic Fibre Tree Looms"
    page, _ = read(f"{first}\n{second}\n{SECOND_TEXT}")
    assert papers(page) == [(first, ""), (second, SECOND_TEXT)]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Meanwhile, yarn-H sets a new record for warmth of 1.24 per sleeve, running\n22 times faster than before.",
        "Based on the self-knitting module, our invariant wool Transformer for looms\n(IWT) makes fine collars.",
        "Equipped with the learned unstructured wool pattern, sparse knitting\n(Woolifier) weighs less than felt.",
        "To mimic such capability, the shepherds use Visual Wool Transformers at night\n(VWT) that count sheep.",
    ],
)
def test_a_paragraph_whose_second_line_begins_with_a_name_is_no_paper(paragraph: str) -> None:
    first, second = ("\n".join(textwrap.wrap(text, 76)) for text in (f"{FIRST_TEXT} {FIRST_TEXT}", SECOND_TEXT))
    page, _ = read(f"{FIRST}\n{first}\n{paragraph} They were glad.\n{SECOND}\n{second}")
    assert [record.title for record in page.records] == [FIRST, SECOND]


def test_a_last_abstract_that_is_cut_off_is_kept_and_told() -> None:
    page, account = read(f"{FIRST}\n\n{FIRST_TEXT}\n\n{SECOND}\n\n{SECOND_TEXT[:90]}")
    assert papers(page) == [PAPERS[0], (SECOND, SECOND_TEXT[:90].strip())]
    assert [(problem.line, "cut off" in problem.message) for problem in account.problems] == [(7, True)]


def test_abstracts_that_all_lack_their_full_stop_are_found_without_blank_lines() -> None:
    more = [
        ("Looms for small hands", "Looms are made for giants. We build small ones and show that they last"),
        ("Bells on Every Neck", "Bells tell the sheep apart. In this work, we give each its own pitch and listen"),
    ]
    bare = [(title, text.rstrip(".")) for title, text in [*PAPERS, *more]]
    page, account = read("\n".join(part for paper in bare for part in paper))
    assert papers(page) == bare
    assert account.count["not understood"] == 0


def test_two_pages_in_one_file_are_one_list() -> None:
    head = "Get trending papers in your email inbox!\n\nSubscribe"
    page, _ = read(f"{head}\n\n{FIRST}\n\n{FIRST_TEXT}\n\n{head}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert papers(page) == PAPERS[:2]
    assert [record.position for record in page.records] == [1, 2]


def test_text_without_a_title_is_told_and_left_out() -> None:
    page, account = read(f"{FIRST_TEXT}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert papers(page) == PAPERS[1:2]
    assert [(problem.line, problem.message[:14]) for problem in account.problems] == [(1, "not understood")]
    assert account.count["not understood"] == 1


def test_an_abstract_whose_title_is_missing_is_told() -> None:
    entries = [f"{title} of the {n}. Kind\n\n{FIRST_TEXT}" for n in range(7) for title in ["Looms"]]
    page, account = read("\n\n".join([*entries, SECOND_TEXT]))
    assert len(page.records) == 7
    assert [(p.line, "is a title missing" in p.message) for p in account.problems] == [(29, True)]


def test_a_short_first_paragraph_is_told_where_no_other_abstract_has_two() -> None:
    entries = [f"Looms of the {n}. Kind\n\n{FIRST_TEXT}" for n in range(7)]
    question = "While sheep that are counted often fall asleep, why does it remain so that we do not?"
    page, account = read("\n\n".join([*entries, THIRD, question, SECOND_TEXT]))
    assert len(page.records) == 8
    assert [(p.line, "is it a title" in p.message) for p in account.problems] == [(31, True)]


def test_titles_that_are_glued_to_their_texts_are_told_line_by_line() -> None:
    page, account = read("\n\n".join(f"{title}: {text} {SECOND_TEXT}" for title, text in PAPERS * 4))
    assert page.records == ()
    assert len(account.problems) >= 12


def test_a_title_that_reads_like_text_is_told() -> None:
    _, account = read(f"Sheep that we have counted are many.\n\n{FIRST_TEXT}\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert [p.line for p in account.problems if "reads like text" in p.message] == [1]


def test_a_title_of_two_lines_is_told_where_all_others_have_one() -> None:
    more = [(f"Looms of the {n}. Kind", THIRD_TEXT) for n in range(7)]
    two = "Spinning Wheels of the Old Mills: On the Strength of\nThread and of Yarn"
    page, account = read("\n\n".join(part for paper in [*more, (two, SECOND_TEXT)] for part in paper))
    assert page.records[-1].title == two.replace("\n", " ")
    assert [(p.line, "is it another title" in p.message) for p in account.problems] == [(30, True)]


def entries(count: int) -> list[tuple[str, str]]:
    kinds = ("Looms", "Shuttles", "Bobbins", "Spindles", "Distaffs", "Heddles", "Treadles", "Carders", "Niddy-noddies")
    return [(f"{kind} for Weavers of Small Cloths", f"{kind} are old. {SECOND_TEXT}") for kind in kinds[:count]]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize(
    "line",
    [
        "by\nAK and the research community", "by AK & the research community", "Hugging Face Daily Papers",
        "Daily papers", "Daily Papers by AK and the research community", "Week 11, 2024", "Mar 11 - Mar 17",
        "This week", "Today's papers", "12 papers", "← Mar 8", "Mar 12 →", "Previous day", "Next day", "by @wool-fan",
        "Subscribe to our newsletter", "View all papers", "Most upvoted", "Dark mode", "Notifications", "Follow",
    ],
)  # fmt: skip
def test_no_line_of_the_page_leaks_into_a_paper(line: str, place: str, between: str) -> None:
    body = between.join(part for paper in entries(9) for part in paper)
    page, account = read(f"{line}{between}{body}" if place == "first" else f"{body}{between}{line}")
    assert papers(page) == entries(9)
    assert account.problems == []


def test_a_strange_line_of_the_page_that_is_taken_as_a_title_is_told() -> None:
    body = [part for paper in entries(9) for part in paper]
    page, account = read("\n\n".join(["The Weavers of Our Valley", *body]))
    assert len(page.records) == 10
    assert [(p.line, "is it a line of the page?" in p.message) for p in account.problems] == [(1, True)]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "form",
    [
        "{0}, {1}",
        "{0} | {1}",
        "{0}; {1}",
        "{0} · {1}",
        "{0}1, {1}2,∗",
        "{0}1,2, {1}†",
        "Moss, Ana; van den Reed, Bo",
        "A Moss, B Reed, C Day - arXiv preprint arXiv:2403.01234, 2024 - arxiv.org",
    ],
)
def test_authors_below_titles_are_no_titles_however_they_are_parted(form: str, between: str) -> None:
    names = ["Ana Moss", "Bo van den Reed", "Cy Day", "Eve de la Torre", "Finn O'Lamb", "Gro Ødegård"]
    lists = [form.format(names[n % 6], names[(n + 1) % 6]) for n in range(8)] + ["Ana Moss"]
    parts = [part for (title, text), line in zip(entries(9), lists, strict=True) for part in (title, line, text)]
    page, account = read(between.join(parts))
    assert papers(page) == entries(9)
    assert account.problems == []


def test_lines_below_titles_that_were_taken_as_titles_are_told_once() -> None:
    lists = [f"MOSS A, REED B ({n})" for n in "abcdefghi"]
    parts = [part for (title, text), line in zip(entries(9), lists, strict=True) for part in (title, line, text)]
    page, account = read("\n\n".join(parts))
    if papers(page) != entries(9):
        assert any("are some authors, not titles?" in p.message for p in account.problems)


@pytest.mark.parametrize("title", ["Search", "2048", "Today", "gato"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_title_that_looks_like_a_line_of_the_page_does_not_vanish_silently(title: str, between: str) -> None:
    short = "Engines forget. We count what they forget."
    body = [*entries(4), (title, short), *entries(9)[4:]]
    page, account = read(between.join(part for paper in body for part in paper))
    assert papers(page) == body or [p.line for p in account.problems if "is it a title?" in p.message]


def test_a_file_that_is_read_as_one_endless_abstract_is_told() -> None:
    _, account = read("\n\n".join([FIRST, *[SECOND_TEXT] * 12]))
    assert [(p.line, "are these several papers?" in p.message) for p in account.problems] == [(3, True)]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_an_address_on_a_line_of_its_own_is_a_link_of_the_paper_above(between: str) -> None:
    parts = [FIRST, FIRST_TEXT, "https://github.com/flock/count", THIRD, THIRD_TEXT]
    page, _ = read(between.join(parts))
    assert papers(page)[0][0] == FIRST
    linked = dict(page.records[0].links).values()
    assert "https://github.com/flock/count" in linked or "https://github.com/flock/count" in page.records[0].abstract


def test_a_word_that_was_parted_at_its_hyphen_is_whole_again() -> None:
    wrapped = textwrap.wrap(SECOND_TEXT.replace("long", "long-range") + " " + FIRST_TEXT, 72)
    at = next(n for n, line in enumerate(wrapped) if "long-range" in line)
    wrapped[at] = wrapped[at].replace("long-range", "long-\nrange")
    page, _ = read("\n".join([SECOND, *wrapped, "", FIRST, *textwrap.wrap(FIRST_TEXT, 72)]))
    assert "long-range" in page.records[0].abstract
    page, _ = read(f"{FIRST}\n\n" + "\n".join(textwrap.wrap(f"{FIRST_TEXT} We compare pre- and post-shearing.", 72)))
    assert "pre- and post-" in page.records[0].abstract


def test_what_a_page_puts_behind_a_folded_text_is_cut_off() -> None:
    page, account = read("\n".join(part for title, text in PAPERS for part in (title, f"Abstract: {text} △ Less")))
    assert papers(page) == PAPERS
    assert account.problems == []


def test_lines_that_differ_in_their_numbers_alone_are_no_papers() -> None:
    parts = [
        part
        for n, (title, text) in enumerate(entries(9))
        for part in (title, f"Published: 1{n} Jan 2024, Last Modified: 2{n} Mar 2024", text)
    ]
    page, account = read("\n\n".join(parts))
    assert papers(page) == entries(9)
    assert account.problems == []


def test_several_lines_that_stand_around_each_paper_are_no_papers() -> None:
    parts = []
    for n, (title, text) in enumerate(entries(9)):
        parts += [title, f"Weaving 2024 poster, shown on {n} March", "Readers: Everyone", "Show details", text]
        parts += [f"Cited by {n} Related articles All {n} versions"]
    page, account = read("\n".join(parts))
    assert papers(page) == entries(9)
    assert account.problems == []


def test_a_line_of_names_and_of_what_a_page_has_around_papers_is_no_text() -> None:
    body = [
        f"## {title}\n\n*Ana Moss, Bo Reed* · 2024 · [PDF](https://example.org/{n}.pdf)\n\n{text}"
        for n, (title, text) in enumerate(entries(9))
    ]
    page, account = read("\n\n---\n\n".join(body))
    assert papers(page) == entries(9)
    assert account.problems == []


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("form", ["{} — {}", "{}: {}", "**{}** - {}", "1. **{}** – {}", "[11/03/24, 09:10] Bo: {}\n{}"])
def test_titles_and_abstracts_may_stand_on_one_line(form: str, between: str) -> None:
    made = [(title, f"{text} {FIRST_TEXT}") for title, text in entries(9)]
    page, account = read(between.join(["Here are the papers of March", *(form.format(*paper) for paper in made)]))
    assert [paper for paper in papers(page) if paper[1]] == made
    assert len(page.records) == len(made) or account.problems


def test_titles_of_a_list_without_texts_that_were_taken_as_one_are_told() -> None:
    page, account = read("A Study of Dogs in Fields\nof Barley and of Wheat, on Their Ways\nand the Sleep of Fish")
    assert len(page.records) == 3 or account.problems


@pytest.mark.parametrize("with_authors", [False, True])
@pytest.mark.parametrize(
    "titles",
    [
        ["Loom Report 1", "Loom Report 2", "Loom Report 3"],
        ["Novel View Synthesis", "Augmented View Synthesis", "Decoupled View Synthesis"],
        ["Trends in May 2025", "Trends in June 2025", "Trends in July 2025"],
        ["Janus 2", "Maya 3", "Marigold 2"],
    ],
)
def test_titles_of_a_series_are_titles(titles: list[str], *, with_authors: bool) -> None:
    made = entries(9)
    made = [(title, text) for title, (_, text) in zip(titles, made[:3], strict=True)] + made[3:]
    names = ["Ana Moss, Bo Reed"] if with_authors else []
    page, account = read("\n\n".join("\n".join([title, *names, text]) for title, text in made))
    assert papers(page) == made
    assert account.problems == []


@pytest.mark.parametrize("title", ["Notifications", "This Week", "12 Papers", "Looms at 10:30", "Shuttle Search"])
@pytest.mark.parametrize("count", [3, 9])
def test_a_title_above_authors_that_looks_like_a_line_of_the_page_does_not_vanish_silently(
    title: str, count: int
) -> None:
    made = [*entries(count)[:-1], (title, FIRST_TEXT), entries(count)[-1]]
    page, account = read("\n".join(f"{title}\nAna Moss, Bo Reed\n{text}" for title, text in made))
    assert papers(page) == made or account.problems


def test_a_title_that_reads_like_names_does_not_vanish_silently() -> None:
    made = [(title, f"Ana Moss, Bo Reed\n{text}") for title, text in entries(9)]
    made[4:4] = [("Shuttle Search and Loom Learning", ""), ("Segment Anything", "")]
    page, account = read("\n".join(part for paper in made for part in paper if part))
    titles = [record.title for record in page.records]
    assert {"Shuttle Search and Loom Learning", "Segment Anything"} <= set(titles) or account.problems


def test_an_address_above_each_title_belongs_to_the_paper_below() -> None:
    parts = [f"https://example.org/{n}\n{title}\n{text}" for n, (title, text) in enumerate(entries(5))]
    page, _ = read("\n\n".join(parts))
    assert [(r.title, f"https://example.org/{n}" in dict(r.links).values()) for n, r in enumerate(page.records)] == [
        (title, True) for title, _ in entries(5)
    ]


def test_a_line_with_an_address_that_each_paper_has_is_a_link_of_it() -> None:
    parts = [
        f"{title}\n{text}\nCode available at https://github.com/looms/{n}" for n, (title, text) in enumerate(entries(5))
    ]
    page, _ = read("\n\n".join(parts))
    for n, record in enumerate(page.records):
        known = " ".join([record.abstract, *dict(record.links).values()])
        assert f"https://github.com/looms/{n}" in known


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("with a long-", "range model.", "long-range model"),
        ("trained end-", "to-end.", "end-to-end"),
        ("for micro-", "but not for macro-loops.", "micro- but"),
        ("for pre-", "and post-shearing.", "pre- and post"),
        ("with 10-", "20 looms.", "10-20 looms"),
    ],
)
def test_lines_are_joined_at_a_hyphen_as_they_were_parted(first: str, second: str, whole: str) -> None:
    filler = FIRST_TEXT.lower().replace(".", "").split()
    while len(" ".join([*filler, first])) > 72:
        filler.pop()
    wrapped = [*textwrap.wrap(FIRST_TEXT, 72), " ".join([*filler, first]), f"{second} It helps."]
    page, _ = read("\n".join([SECOND, *wrapped, "", FIRST, *textwrap.wrap(SECOND_TEXT, 72)]))
    assert any(whole in record.abstract for record in page.records)


def test_every_line_has_one_class() -> None:
    text = laid_out("\n\n", wrap=72)
    _, account = read(text)
    assert [line.line for line in account.lines] == list(range(1, text.count("\n") + 2))
    assert sum(account.count.values()) == text.count("\n") + 1
    assert set(account.count) == {"title", "abstract", "blank"}


@pytest.mark.parametrize(
    "title", ["Seeing is believing", "You Only Shear Once!", "What makes wool warm?", "Felt", "kWool: k-means for Yarn"]
)
def test_unusual_titles_are_titles(title: str) -> None:
    page, _ = read(f"{FIRST}\n\n{FIRST_TEXT}\n\n{title}\n\n{SECOND_TEXT}\n\n{THIRD}\n\n{THIRD_TEXT}")
    assert [record.title for record in page.records] == [FIRST, title, THIRD]


@pytest.mark.parametrize(("before", "owner"), [(True, 0), (False, 0)])
def test_an_arxiv_id_belongs_to_the_entry_that_the_page_puts_it_at(before: bool, owner: int) -> None:
    entries = []
    for number, (title, text) in enumerate(PAPERS):
        identifier = f"arXiv:2401.0000{number}"
        entries += [identifier, title, text] if before else [title, text, identifier]
    page, account = read("\n\n".join(entries))
    assert [record.ids for record in page.records] == [(("arxiv", f"2401.0000{n}"),) for n in range(3)]
    assert account.problems == []


def test_an_arxiv_id_that_could_belong_to_two_is_doubtful() -> None:
    page, account = read(f"{FIRST}\n\n{FIRST_TEXT}\n\narxiv:2401.00001\n\n{SECOND}\n\n{SECOND_TEXT}")
    assert page.records[0].ids == (("arxiv", "2401.00001"),)
    assert [problem.line for problem in account.problems] == [5]
