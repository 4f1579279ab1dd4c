"""What a machine can check of a summary against the abstract it was written from.

It can't tell whether a summary is right. It can tell copied words, figures and names from nowhere, stock phrases and
lengths; each is one function that returns what is wrong as sentences.
"""

import re
from collections.abc import Collection, Iterator

RUN = 8
"""So many words in a row shared with an abstract count as copied."""

BODY = range(40, 81)
FINDING = range(1, 21)
"""Words, as white space parts them."""

STOCK = re.compile(
    r"\b(?:(?:this|the|present) (?:paper|work|study|article|proposed)|(?:the )?authors?|we|our|us"
    r"|state[- ]of[- ]the[- ]art|novel|extensive experiments)\b",
    re.IGNORECASE,
)
"""What abstracts say of themselves and a summary need not."""

AMERICAN = re.compile(
    r"\b(?:(?!(?:size|prize|seize)d?s?\b)\w{3,}(?:iz(?:e|es|ed|er|ers|ing|ations?))"
    r"|analyz(?:e|es|ed|er|ers|ing)|(?:\w*labeled|modeling|modeled|behaviors?|colors?|colored|colorful|centers?|centered"
    r"|favor|favors|neighbors?|neighboring|gray|unlabeled|labeling|artifacts?|catalogs?|fulfill|defense|meters?))\b"
)
"""American spellings: the catalogue is written in British ones. Only lower-case words: names keep their own."""

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_NUMERALS = {
    word: {word, digits, *also.split()}
    for word, digits, also in (
        ("two", "2", "twice dual double doubles twofold both pair pairs second half bi"),
        ("three", "3", "third thirds triple triples tri"),
        ("four", "4", "fourth quarter quarters"),
        ("five", "5", "fifth"),
        ("six", "6", "sixth"),
        ("seven", "7", "seventh"),
        ("eight", "8", "eighth"),
        ("nine", "9", "ninth"),
        ("ten", "10", "tenth"),
        ("eleven", "11", ""),
        ("twelve", "12", ""),
        ("dozen", "12", "dozens twelve"),
        ("hundred", "100", "hundreds"),
        ("thousand", "1000", "thousands"),
        ("million", "1000000", "millions"),
        ("billion", "1000000000", "billions"),
    )
}
"""Words for numbers, each with the forms in an abstract that vouch for it."""


def words(text: str) -> list[str]:
    """The words of a text as they are compared: without case, a hyphenated one as its parts."""
    return [word.casefold() for word in _WORD.findall(text)]


def runs(text: str, length: int = RUN) -> Iterator[tuple[str, ...]]:
    """All runs of `length` words in a text."""
    found = words(text)
    return zip(*(found[start:] for start in range(length)), strict=False)


def numbers(text: str) -> set[str]:
    """The numbers of a text, written without thousands separators: `1,000` is `1000`."""
    return set(_NUMBER.findall(_THOUSANDS.sub("", text)))


def copied(summary: str, title: str, abstracts: Collection[tuple[str, ...]], length: int = RUN) -> Iterator[str]:
    """Runs of a summary that stand in an abstract too; `abstracts` is the set of all runs of all abstracts."""
    own = set(runs(title, length))
    for run in runs(summary, length):
        if run in abstracts and run not in own:
            yield f'"{" ".join(run)}" stands in an abstract'


def invented_numbers(summary: str, source: str) -> Iterator[str]:
    """Numbers, in digits or in words, that the source doesn't have."""
    for number in sorted(numbers(summary) - numbers(source)):
        yield f"the number {number} does not stand in its abstract"
    there = set(words(source)) | numbers(source)
    for word in sorted(set(words(summary)) & _NUMERALS.keys()):
        if not there & _NUMERALS[word]:
            yield f'the number "{word}" does not stand in its abstract'


def invented_names(summary: str, source: str, common: Collection[str]) -> Iterator[str]:
    """Words that look like names (a capital letter, or letters and digits) and aren't in the source.

    `common` are words that are known in lower case: with a capital at the beginning of a sentence they are no names.
    """
    there = {part for word in words(source) for part in (word, word.removesuffix("s"), word.removesuffix("'s"))}
    there |= {"".join(words(token)) for token in source.split()}
    start = True
    for token in summary.split():
        for part in _WORD.findall(token):
            name = part.removesuffix("'s").removesuffix("’s")
            plain = start and name[1:] == name[1:].lower() and name.lower() in common
            known = {name.casefold(), name.casefold().removesuffix("s")} & there
            capital = name != name.lower()
            if (capital or re.search(r"[a-z]\d|\d[a-z]{2}", name)) and not plain and not known:
                yield f"the name {name} stands neither in its title nor in its abstract"
            start = False
        start = start or token.rstrip("\"'”’)").endswith((".", ":", "?", "!"))


def misshapen(summary: str, finding: str) -> Iterator[str]:
    """What is wrong with the lengths of a summary and its finding."""
    for name, text, right in (("text", summary, BODY), ("finding", finding, FINDING)):
        if len(text.split()) not in right:
            yield f"the {name} has {len(text.split())} words, not {right.start} to {right.stop - 1}"
    if not finding.endswith(".") or ". " in finding:
        yield "the finding is not one sentence with a full stop"


def ill_written(text: str, title: str) -> Iterator[str]:
    """Stock phrases and American spellings, those of the title aside."""
    for pattern, what in ((STOCK, "a stock phrase"), (AMERICAN, "an American spelling")):
        for found in pattern.finditer(text):
            if found[0].lower() not in title.lower():
                yield f'"{found[0]}" is {what}'
