"""Pasted text of Daily Papers pages: from clean lines to records, with an account of every line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.errors import Problem
from site_builder.ingest import cues
from site_builder.ingest.cells import rows
from site_builder.ingest.furniture import BANNER, glued_before, kind_of, names_in
from site_builder.ingest.links import links_in
from site_builder.ingest.marks import peel
from site_builder.ingest.reading import Role, class_of, names_people, read
from site_builder.ingest.records import Account, LineAccount, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.ingest.reading import Reading

_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]{2,}(?:\.[A-Z]{2})?/\d{7}")
_ARXIV_ADDRESS = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|/papers/|arxiv\s?:\s?)({_ARXIV_ID.pattern})", re.IGNORECASE
)
_CLEARLY_TEXT = 4.0
"""Log odds of running text against a title."""
_A_WHOLE_TITLE = 120
"""Characters; hardly a title is longer."""
_A_WHOLE_ABSTRACT = 200
"""Characters; hardly an abstract is shorter."""
_MOST_TITLE_LINES = 2
"""Below its first; hardly a title has more."""
_LONG_ABSTRACT = 4000
"""Characters; hardly an abstract is longer."""
_MANY_PARAGRAPHS = 8
_AFTER_A_PREFIX = (
    "and|or|to|nor|but|then|as|vs|versus|through|rather|und|oder|bzw|et|ou|y|o|e"  # "pre- and post-training"
)
"""Words before which a hyphen at the end of a line is the end of a prefix."""
_CLASSES = ("doubtful", "not understood", "title", "abstract", "furniture", "blank")
_SEPARATORS = {Role.ABSTRACT_GOES_ON: " ", Role.PARAGRAPH: "\n\n", Role.ABSTRACT: ""}
"""What joins an abstract's lines to what stands before, by their role."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a file of pasted text holds: its records in order, and what it says of itself as a whole."""

    records: tuple[Record, ...]
    curator: str
    copied: str


@dataclass(slots=True)
class _Entry:
    line: int
    last: int
    title: str
    abstract: str = ""
    title_lines: list[int] = field(default_factory=list)
    """Those below its first."""
    lines: list[tuple[int, int]] = field(default_factory=list)
    arxiv: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """Lines of furniture with a web address."""
    authors: list[int] = field(default_factory=list)
    """Lines of names below its title."""
    inside: list[int] = field(default_factory=list)
    """Lines of furniture between two paragraphs of its abstract."""

    def line_at(self, offset: int) -> int:
        """Return the line of the first text of the abstract from a character on."""
        return next(line for start, line in self.lines if start >= offset)


def read_page(lines: Sequence[str], account: Account) -> Page:
    """Segment clean lines (blank ones are empty) into records; writes what became of each line into the account."""
    text, cut = _texts(lines)
    readings = read(text)
    entries = _entries(readings)
    for entry in entries:
        if found := _ARXIV_ADDRESS.search(cut.get(entry.line, "")):
            entry.arxiv.append(found[1])
    _place_ids(readings, entries, account)
    _place_addresses(readings, entries)
    _account(lines, readings, cut, account)
    _truncated(entries, account)
    _odd_entries(entries, account)
    _odd(account)
    account.entries = len(entries)
    account.without_abstract = sum(not entry.abstract for entry in entries)
    records = tuple(
        Record(
            title=entry.title,
            abstract=entry.abstract,
            line=entry.line,
            position=position,
            ids=tuple(("arxiv", number) for number in entry.arxiv[:1]),
            links=tuple(links_in(" ".join(entry.addresses)).items()),
            lines=tuple(entry.lines),
        )
        for position, entry in enumerate(entries, 1)
    )
    first = entries[0].line if entries else len(lines) + 1
    heads = [(r.line.kind.name, r.line.text) for r in readings if r.line.kind and r.line.number < first]
    curator = " ".join(dict.fromkeys(text for name, text in heads if name == "curator"))
    copied = next((text for name, text in heads if name == "date"), "")
    return Page(records, re.sub(r"^by ?", "", curator), copied)


def _texts(lines: Sequence[str]) -> tuple[list[tuple[int, str, bool, str]], dict[int, str]]:
    """Return what `read` takes of the lines, and by line what was cut off: marks, tags, a banner glued to a title."""
    parted = rows(lines)
    cut = {number: row.tags for number, row in enumerate(parted, 1) if row.tags}
    places = [number for number, row in enumerate(parted, 1) for _ in row.texts or ("",)]
    peeled = peel([part for row in parted for part in row.texts or ("",)])
    text: list[tuple[int, str, bool, str]] = []
    blank, in_head = False, True
    for number, line in zip(places, peeled, strict=True):
        glued = 0
        if line.text:
            before = kind_of(text[-1][1]) if text else None
            in_head = not text or line.text.startswith(BANNER) or bool(before and (in_head or before.name == "banner"))
            glued = glued_before(line.text) if in_head else 0
            text.append((number, line.text[glued:], blank, line.says))
        if off := " ".join(part for part in (line.off, line.text[:glued].strip()) if part):
            cut[number] = f"{cut[number]} {off}" if number in cut else off
        blank = not line.text
    return text, cut


def _entries(readings: Sequence[Reading]) -> list[_Entry]:
    entries: list[_Entry] = []
    between: list[int] = []
    for line, role, _ in readings:
        if role == Role.TITLE:
            entries.append(_Entry(line.number, line.number, line.text))
        elif role == Role.TITLE_GOES_ON:
            entries[-1].title += _separator(entries[-1].title, line.text) + line.text
            entries[-1].title_lines.append(line.number)
        elif role in _SEPARATORS:
            goes_on = role == Role.ABSTRACT_GOES_ON
            entries[-1].abstract += _separator(entries[-1].abstract, line.text) if goes_on else _SEPARATORS[role]
            entries[-1].lines.append((len(entries[-1].abstract), line.number))
            entries[-1].abstract += line.text
            entries[-1].inside += between
        else:
            if role == Role.FURNITURE_AFTER_TITLE and names_people(line):
                entries[-1].authors.append(line.number)
            elif role == Role.FURNITURE_AFTER_ABSTRACT and not (line.kind and line.kind.name == "address"):
                between.append(line.number)
            continue
        between = []
        entries[-1].last = line.number
    return entries


def _separator(before: str, line: str) -> str:
    """Return what joins a wrapped line to the text before: nothing where a word was parted at its hyphen."""
    parted = re.search(r"[^\W_]-$", before) and re.match(rf"(?!(?:{_AFTER_A_PREFIX})(?![\w-]))[^\W_]", line)
    return "" if parted else " "


def _place_ids(readings: Sequence[Reading], entries: Sequence[_Entry], account: Account) -> None:
    """Give each arXiv id to its entry: between its title and abstract, else as the page does it throughout."""
    found = [r for r in readings if r.line.kind and r.line.kind.name == "arXiv id" and class_of(r.role) == "furniture"]
    if not found or not entries:
        return
    first = found[0].line.number < entries[0].line
    last = found[-1].line.number > entries[-1].last
    for reading in found:
        number = reading.line.number
        above = next((e for e in reversed(entries) if e.line <= number), None)
        below = next((e for e in entries if e.line > number), None)
        certain = True
        if reading.role == Role.FURNITURE_AFTER_TITLE or not below or (above and above.line == number):
            entry = above
        elif not above:
            entry = below
        else:
            certain = first != last
            entry = below if first and not last else above
        if not entry:
            continue
        identifier = _ARXIV_ID.search(reading.line.text)
        if identifier:
            entry.arxiv.append(identifier[0])
        if not certain or len(set(entry.arxiv)) > 1:
            message = f"doubtful: taken as the arXiv id of '{entry.title}', but it may belong to the paper beside it"
            account.problems.append(Problem(account.path, number, 0, message))


def _place_addresses(readings: Sequence[Reading], entries: Sequence[_Entry]) -> None:
    """Give each line with a web address to its entry: that above, or where the page has them before titles below."""
    found = [r.line for r in readings if "://" in r.line.text and class_of(r.role) == "furniture"]
    if not found or not entries:
        return
    before = found[0].number < entries[0].line and found[-1].number < entries[-1].line
    for line in found:
        above = next((entry for entry in reversed(entries) if entry.line < line.number), None)
        below = next((entry for entry in entries if entry.line > line.number), None)
        if entry := below if before else above:
            entry.addresses.append(line.text)


def _account(lines: Sequence[str], readings: Sequence[Reading], cut: dict[int, str], account: Account) -> None:
    by_line: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_line[reading.line.number].append(reading)
    for number in range(1, len(lines) + 1):
        parts = [_part(reading, cut.get(number, ""), account) for reading in by_line[number]]
        account.lines.append(
            _whole(parts or [LineAccount(number, "furniture" if number in cut else "blank", cut.get(number, ""))])
        )
    account.count = Counter(line.became for line in account.lines)


def _part(reading: Reading, cut: str, account: Account) -> LineAccount:
    """Return what became of a text, the whole line as a rule, and tell what is doubtful or not understood."""
    line, role, rival = reading
    became = class_of(role)
    note = (line.kind.name if line.kind else "label") if became == "furniture" else ""
    if cut:
        note = f"cut off: {cut}"
    if rival:
        note = "; ".join([f"read as {became}, may be {rival}", *([note] if note else [])])
        message = f"doubtful: read as {became}, but it may be {_meant(rival)}; give the entry blank lines to tell"
        account.problems.append(Problem(account.path, line.number, 0, message))
        became = "doubtful"
    elif became == "not understood":
        message = f"not understood, and left out: '{_short(line.text)}'"
        account.problems.append(Problem(account.path, line.number, 0, message))
    return LineAccount(line.number, became, note)


def _whole(parts: Sequence[LineAccount]) -> LineAccount:
    """Return what became of a line: of several texts the class that a reader should look at first, the others noted."""
    first = min(parts, key=lambda part: _CLASSES.index(part.became))
    others = sorted({part.became for part in parts} - {first.became}, key=_CLASSES.index)
    return replace(first, note="; ".join(note for note in (first.note, *(f"also {name}" for name in others)) if note))


def _meant(rival: str) -> str:
    return {"title": "a title of its own", "title, continued": "more of the title above"}.get(rival, rival)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + " ..."


def _truncated(entries: Sequence[_Entry], account: Account) -> None:
    if entries and entries[-1].abstract[-1:].isalpha() and "/" not in entries[-1].abstract.split()[-1]:
        message = "the last abstract ends in the middle of a sentence; was the end of the page cut off?"
        account.problems.append(Problem(account.path, entries[-1].last, 0, message))


def _odd_entries(entries: Sequence[_Entry], account: Account) -> None:
    """Tell of what hardly an entry has, or of what few entries of this page have: it may have been read wrongly."""
    for entry in entries:
        shown = _short(entry.title)
        if cues.prose_score(entry.title) > _CLEARLY_TEXT:
            _doubt(account, entry.line, f"taken as a title, but it reads like text: '{shown}'; part the two")
        if len(entry.abstract) > _LONG_ABSTRACT or entry.abstract.count("\n\n") >= _MANY_PARAGRAPHS:
            _doubt(account, entry.lines[0][1], f"taken as one abstract, of '{shown}'; are these several papers?")
    _odd_titles(entries, account)
    _odd_authors(entries, account)
    divided = [entry for entry in entries if "\n\n" in entry.abstract]
    for entry in divided if _few(divided, entries) else ():
        first, _, second = entry.abstract.partition("\n\n")
        if min(len(first), len(second)) > _A_WHOLE_ABSTRACT:
            line = entry.line_at(len(first) + 1)
            _doubt(
                account, line, f"taken as more of the abstract of '{_short(entry.title)}'; is a title missing above it?"
            )
    short = [(entry, line) for entry in divided if (line := _like_a_title(entry))]
    for entry, line in short if _few(short, entries) else ():
        _doubt(account, line, f"taken as a paragraph of the abstract of '{_short(entry.title)}'; is it a title?")
    parted = [entry for entry in divided if entry.inside]
    for entry in parted if len(parted) <= max(1, len(entries) / 6) else ():
        message = f"left out between two paragraphs of the abstract of '{_short(entry.title)}'; is it a title?"
        _doubt(account, entry.inside[0], message)


def _odd_titles(entries: Sequence[_Entry], account: Account) -> None:
    """Tell of titles of two lines, and of titles without an abstract, where most are not so."""
    longer = [entry for entry in entries if entry.title_lines]
    wrapped = any(len(entry.lines) > entry.abstract.count("\n\n") + 1 for entry in entries)
    seldom = (len(longer) <= len(entries) / 3 or not any(entry.abstract for entry in entries)) and not wrapped
    for entry in (entry for entry in longer if seldom or len(entry.title_lines) > _MOST_TITLE_LINES):
        _doubt(account, entry.title_lines[0], "taken as more of the title above; is it another title?")
    bare = [entry for entry in entries if not entry.abstract]
    above = [one for one, other in pairwise(entries) if not one.abstract and other.abstract]
    if len(entries) > 3 and len(above) >= len(entries) / 3:
        message = f"{len(above)} titles without abstract stand above others with one; are some authors, not titles?"
        _doubt(account, above[0].line, message)
    elif _few(bare, entries):
        for entry in bare:
            message = f"taken as a paper without abstract: '{_short(entry.title)}'; is it a line of the page?"
            _doubt(account, entry.line, message)


def _odd_authors(entries: Sequence[_Entry], account: Account) -> None:
    """Tell of entries with more lines of names than others have, and of those that may be such a line themselves."""
    usual = Counter(len(entry.authors) for entry in entries).most_common(1)[0][0] if entries else 0
    more = [entry for entry in entries if len(entry.authors) > usual]
    for entry in more if len(more) <= max(1, len(entries) / 6) else ():
        _doubt(account, entry.authors[-1], f"left out as authors of '{_short(entry.title)}'; is it a title?")
    listed = sum(bool(entry.authors) for entry in entries) > 1
    for entry in entries:
        if listed and names_in(entry.title) and not entry.authors:
            message = (
                f"taken as a title, but it reads like names: '{_short(entry.title)}'; is a title missing above it?"
            )
            _doubt(account, entry.line, message)


def _like_a_title(entry: _Entry) -> int:
    """Return the line of a paragraph as short as a title above one as long as an abstract; 0 where there is none."""
    start = 0
    for text, below in pairwise(entry.abstract.split("\n\n")):
        in_list = cues.is_item(text) or cues.is_formula(text) or cues.starts_low(text) or text.endswith(":")
        if len(text) < _A_WHOLE_TITLE and len(below) > _A_WHOLE_ABSTRACT and not in_list:
            return entry.line_at(start)
        start += len(text) + 2
    return 0


def _few(some: Sequence[object], entries: Sequence[_Entry]) -> bool:
    return len(some) <= len(entries) / 6


def _doubt(account: Account, line: int, message: str) -> None:
    account.problems.append(Problem(account.path, line, 0, f"doubtful: {message}"))


def _odd(account: Account) -> None:
    unclear = account.count["doubtful"] + account.count["not understood"]
    filled = account.count.total() - account.count["blank"]
    if filled >= 10 and unclear > filled / 3:
        message = f"{unclear} of {filled} lines are doubtful or not understood; is this a page of papers?"
        account.problems.append(Problem(account.path, 0, 0, message))
