"""What speaks for a title and what for running text in one line, as a table of weighted cues.

`prose_score` is the logarithm of the odds that a line is running text rather than a title, judged by its words alone;
where it stands, `reading` judges.
"""

from __future__ import annotations

import re

# Lower-case words that make sentences and seldom stand in titles.
_SENTENCE_WORDS = frozenset(
    re.findall(
        r"\w+",
        "we our us i this these those it its they their them which that who whose however therefore moreover "
        "furthermore thus hence is are was were be been being has have had do does did can could may might "
        "should would will propose proposes proposed present presents introduce introduces show shows "
        "demonstrate demonstrates achieve achieves find finds observe argue suggest provide provides "
        "outperforms remains often only also such not although while because",
    )
)
_OPENERS = re.compile(
    r"(?:We|This|These|In (?:this|recent|order|the|our)|Our|Recent(?:ly)?|However|While|Although|Despite|Existing|It|"
    r"There|Since|Code|Moreover|Furthermore|Additionally|Finally|Specifically|Extensive|Experiments|"
    r"To (?:this|address)|Unlike|Most|Many|Meanwhile|Together|Equipped with|Based on|Thus|Hence|Consequently|"
    r"As a result|Concretely|Notably|Importantly|Interestingly|Compared (?:to|with)|Inspired by|Motivated by|"
    r"Empirically|Lastly|Overall|Besides|With (?:this|these|our)|They|Results)[ ,]"
)
_OPENING_CLAUSE = re.compile(r"[A-Z]\w+ (?:[^\s,:]+ ){2,12}[^\s,:]+, (?:the|our|we|this|these|it|both|they|an?) ")
"""A clause that leads up to a comma and the subject of a sentence."""
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of for in on to and or with by from at as via into over under through using without between towards "
        "toward is are",
    )
)
_ABBREVIATED = re.compile(r"\b(?:vs|al|e\.g|i\.e|etc|cf|Fig|Eq|No|St|Dr|resp|[A-Z])\.$")
_LONGEST_ABBREVIATION = 12
"""Characters, with some before it."""
_INNER_STOP = re.compile(r"(?<=[\w)%\]”\"'])\.[\"”’)]? (?=[A-Z\"“(\[])")
_STOP = re.compile(r"[.!?][\"”’')\]}]*$")


def ends_sentence(line: str) -> bool:
    """Tell whether the line ends where a sentence ends."""
    return _STOP.search(line) is not None and not _ABBREVIATED.search(line)


def ends_with_address(line: str) -> bool:
    """Tell whether the last word of the line is a web address."""
    return re.search(r"(?:https?://|www\.)\S+$", line) is not None


def starts_low(line: str) -> bool:
    """Tell whether the line begins in the middle of a sentence: with a lower-case word (`kMaX` is none) or a comma."""
    word = re.match(r"[\"“'(\[]*([^\s\"”')\]]*)", line)
    first = word[1] if word else ""
    return line[:1] in ",;)." or (first[:1].islower() and first == first.lower())


def ends_open(line: str) -> bool:
    """Tell whether the line cannot be the end of a title or sentence: it ends with a small word, a comma, a hyphen."""
    words = line.split()
    return bool(words) and (
        words[-1].lower() in _SMALL_WORDS or line[-1] in ",:;-–—(&/" or line.count("(") > line.count(")")
    )


def is_formula(line: str) -> bool:
    """Tell whether the line is a formula and no sentence: an equation or LaTeX, with hardly a word in it."""
    if not re.search(r"\s[=<>≤≥≈∈∝→]\s|\\[a-z]+|[_^]\{", line):
        return False
    plain = re.sub(r"\\[A-Za-z]+", " ", line)
    return sum(len(word) > 3 for word in re.findall(r"[A-Za-z]+", plain)) < 0.34 * len(line.split())


def is_item(line: str) -> bool:
    """Tell whether the line looks like an item of a list: a bullet, or a number in parentheses."""
    return re.match(r"[-*•‣●▪◦] |\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\) |\d{1,2}\. ", line) is not None


def inner_stops(line: str) -> int:
    """Return how many sentences end inside the line."""
    ends = (stop.start() + 1 for stop in _INNER_STOP.finditer(line))
    return sum(not _ABBREVIATED.search(line[max(end - _LONGEST_ABBREVIATION, 0) : end]) for end in ends)


def capitals(line: str) -> float:
    """Return the share of words of four letters and more, but for the first, that begin with a capital; 0.4 for few."""
    words = [w.lstrip("\"“'([") for w in line.split()[1:]]
    long = [w for w in words if len(w) > 3 and w[0].isalpha()]
    return sum(w[0].isupper() for w in long) / len(long) if len(long) > 1 else 0.4


def prose_score(line: str) -> float:
    """Return the log odds (natural) that the line is running text and no title."""
    words = line.split()
    inside = words[1:] if words else []
    score = -1.5
    score += 3.0 * (ends_sentence(line) and line.rstrip("\"”’')]}")[-1:] == "." and len(words) > 3)
    score += 2.5 * min(inner_stops(line), 2)
    score += 1.0 * min(sum(w.strip(",.;:()") in _SENTENCE_WORDS for w in inside), 4)
    score += 2.0 * (_OPENERS.match(line) is not None)
    score += 2.0 * (_OPENING_CLAUSE.match(line) is not None)
    score += 1.5 * (re.match(r"(?:We|Our|In this (?:paper|work)|This (?:paper|work)) ", line) is not None)
    score += min(max(0.15 * (len(words) - 18), -0.5), 5.0)
    score += 3.0 * (0.4 - capitals(line))
    score += 1.5 * starts_low(line)
    score -= 1.5 * (re.match(r"[^\s:]+(?: [^\s:]+){0,4}:(?: |$)", line) is not None)
    score += 1.0 * (line[-1:] in ",;")
    score += 4.0 * ("://" in line and re.search(r"\S+ .*https?://|https?://\S* .*\S", line) is not None)
    score += 1.0 * (re.match(r"[A-Z]\w+(?: \w+)?, ", line) is not None)
    return score
