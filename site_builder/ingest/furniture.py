"""What a page of papers has around them: a table of named patterns, each tried on a whole clean line.

A cost says how freely a line that fits is read as furniture: 0 for what can be nothing else, more where a title or a
line of an abstract could look like it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
DAY = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th|\.)? {_MONTH}(?:,? \d{{4}})?|"
    rf"{_MONTH} \d{{4}}|\d{{4}}[-/.]\d\d[-/.]\d\d|\d\d?[-/.]\d\d?[-/.]\d{{4}})"
)
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
_ARXIV = r"(?:\d{4}\.\d{4,5}|[a-z-]{2,}(?:\.[A-Z]{2})?/\d{7})"


_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
"""A letter that is no lower-case letter of Latin-1."""

BANNER = "Get trending papers in your email inbox"
"""With these words a page begins, also in the middle of a file."""
_LONGEST = 300
"""Characters of the longest line of furniture: a list of authors behind a label."""


class Kind(NamedTuple):
    """A named pattern of furniture."""

    name: str
    cost: float
    pattern: re.Pattern[str]


def _kind(name: str, cost: float, pattern: str) -> Kind:
    return Kind(name, cost, re.compile(pattern, re.IGNORECASE if name == "arXiv id" else 0))


KINDS = (
    _kind("banner", 0, rf"(?i:(?:New!? )?{BANNER}(?: once a day)? ?[!.]?)"),
    _kind("subscribe", 0, r"(?i:\[?Subscribe(?: now| to (?:our|the) newsletter)?\]?)"),
    _kind(
        "page title",
        0,
        r"(?i:(?:Hugging Face )?(?:Daily|Trending|Today['’]s|Latest) Papers)(?: by ?AK(?: ?(?:and|&) .{3,40})?)?|"
        r"Papers",
    ),
    _kind("list title", 0, r"(?i:This (?:week|month)(?:['’]s papers)?|\d{1,4} papers|Week \d{1,2}(?:,? \d{4})?)"),
    _kind(
        "curator",
        0,
        r"(?:by ?)?AK(?: ?(?:and|&) .{3,40})?|by|(?:and|&) the research community|by ?[\w.@-]+ (?:and|&) the research "
        r"community|by @[\w.-]{2,39}",
    ),
    _kind(
        "date",
        0,
        rf"(?:[←<«‹] ?)?(?:(?:Published|Submitted|Updated|Posted)(?: on)?:? )?{_WEEKDAY}{DAY}(?: ?[→>»›])?|"
        rf"{DAY} ?(?:[-–—]|to) ?(?:{DAY}|\d{{1,2}}(?:,? \d{{4}})?)|"
        rf"Submitted {DAY}; (?:v\d+ submitted {DAY}; )?originally announced {_MONTH} \d{{4}}\.?",
    ),
    _kind(
        "relative date",
        0,
        r"(?:(?:Published|Submitted|Updated|Posted) )?(?:about )?(?:\d+|an?) (?:second|minute|hour|day|week|month)s?"
        r" ago|[Yy]esterday|just now",
    ),
    _kind(
        "arXiv id",
        0,
        rf"(?:\[\d+\] )?(?:[\[(]?arxiv(?: id)?\s?:?\s?|(?:https?://)?(?:www\.)?(?:arxiv\.org/(?:abs|pdf|html)|alphaxiv\.org/abs|huggingface\.co/papers)/){_ARXIV}(?:v\d+)?(?:\.pdf)?[\])]?"
        rf"(?: ?\[[\w., -]+\])?(?: {DAY})?|{_ARXIV}(?:v\d+)?",
    ),
    _kind("number of authors", 0, r"(?:\+ ?|and )?\d+\s?(?:more )?authors?"),
    _kind("submitted by", 0, rf"Submitted by:?(?: ?@?[\w.-]{{1,39}}(?: [\w.-]{{1,39}})?)?(?: on {DAY})?"),
    _kind("rank", 0, r"#\d+ Paper of the (?:day|week|month)"),
    _kind("role", 0, r"Paper (?:author|submitter)|Article author|Librarian Bot"),
    _kind(
        "citations",
        0,
        r"(?:Models?|Datasets?|Spaces?|Collections?|Papers?) (?:citing|including) this paper(?: \d+)?|"
        r"Browse \d+ .{3,12} (?:citing|that include) this paper|No \w+ (?:linking|including) this paper|"
        r"(?:Cite|Add) .{3,80} to link it from this page\.?",
    ),
    _kind(
        "comment form",
        0,
        r"Upload images, audio, and videos.{0,120}|Tap or paste here to upload images|"
        r"Sign up or log in to comment|Edit|Preview|View all activity|Read more|See translation",
    ),
    _kind(
        "votes",
        0,
        r"[^\w\s#$]{1,4} \d{1,5}|(?:Up|Down)votes?:?(?: ?[+-]?\d+)?|\d+ (?:up)?votes?|[+-]?\d{1,5}|\d+(?:\.\d+)?k",
    ),
    _kind(
        "paging",
        0,
        r"(?:[<«←‹] ?)?(?:Previous|Prev|Next)(?: (?:page|day|week|month))?(?: ?[>»→›])?|Page \d+(?: of \d+)?|"
        r"(?:Load|Show) more|(?:View|See|Show) all(?: papers)?|Back to top|[△▽] (?:Less|More)|"
        r"(?:Showing|Results) .{0,20}\d+(?: of .{1,30})?|"
        r"Previous ?Next|(?:(?:Previous|Prev|Next|First|Last|\d{1,4}|[^\w\s]{1,3})(?: |$)){2,}",
    ),
    _kind(
        "comments", 0, r"\d+ (?:comments?|repl(?:y|ies)|likes?|views?)|Comments?|Discussion|Community|Share|Like|Reply"
    ),
    _kind("new", 0, r"new|(?:New|NEW)!?"),
    _kind(
        "heading", 0, r"(?:Title|Abstract|Authors?|Summary|title|abstract)\s?:?(?: [>|][+-]?)?|\\(?:begin|end)\{\w+\}"
    ),
    _kind(
        "view",
        0.5,
        r"View (?:arXiv page|PDF|Abstract|paper|arXiv|on arXiv|code|project page)|Add to collection|Project page|"
        r"Paper page|arXiv Page|PDF|GitHub(?: \d[\d.]*k?)?|arXiv|Code|Website|AI-generated summary",
    ),
    _kind(
        "menu",
        0.5,
        r"Hugging Face(?:'s logo)?|Models|Datasets|Spaces|Docs|Posts|Buckets|Enterprise|Pricing|Solutions|Log ?In|"
        r"Sign ?Up|Log ?Out|Search|Sort by.{0,30}|Trending|Newest|Oldest|Today|Daily|Weekly|Monthly|Week|Month|"
        r"Menu|Home|About|TOS|Terms(?: of Service)?|Privacy(?: policy)?|Jobs|Careers|Cookies|Company|"
        r"Skip to (?:main )?content|(?:System|Dark|Light) (?:theme|mode)|Most (?:upvoted|recent|popular)|Notifications|"
        r"Settings|Follow(?:ing)?|Organizations",
    ),
    _kind(
        "notice",
        0,
        r"(?:We|(?:This|Our) (?:web)?site) uses? cookies.{0,200}|By (?:continuing|using) .{0,80}cookies.{0,100}|"
        r"(?:Accept|Reject|Decline|Manage|Allow)(?: (?:all|cookies|all cookies|preferences))?|Cookie settings|"
        r"Learn more|©.{2,80}|Copyright .{0,80}|All rights reserved\.?",
    ),
    _kind(
        "field",
        0,
        r"(?:Authors?|Comments?|Subjects?|Categories|Date|Journal[- ]ref|DOI|Report[- ]no|MSC-class|ACM-class|Keywords|"
        r"Licen[sc]e|From|To|Cc|Reply-To|Message-ID)\s?: .+|\\\\ \( https?://.+",
    ),
    _kind(
        "letter",
        1.0,
        r"On .{6,40},? [\w .\"'-]{2,40}(?: <\S+@\S+>)? wrote:|(?:Hi|Hello|Hey|Dear)\b[\w ]{0,40},|"
        r"(?:Best|Cheers|Thanks|(?:Kind|Best) (?:regards|wishes)),?",
    ),
    _kind("source", 0.5, rf"{_CAPITAL}.{{3,160}} - (?:.{{3,80}}, )?\d{{4}} - [\w.-]+\.?[\w .-]{{2,40}}"),
    _kind("message", 0.5, rf"[\w .'’-]{{2,40}}?(?: [—–-])? (?:{DAY},? )?\d{{1,2}}:\d\d(?: ?[AP]M)?"),
    _kind("number of authors and organisation", 0, r"[·•] ?[^·•]{2,60} ?[·•]"),
    _kind("separator", 0, r"[\W_]{1,80}"),
    _kind("picture", 0, r".{0,60}(?:avatar|'s profile picture|thumbnail|logo)|\[?[Ii]mage:?\s?\d*\]?"),
    _kind("address", 1.0, r"(?:https?://|www\.)\S+"),
    _kind("user name", 1.0, r"@[\w.-]{2,39}|(?=[a-z\d._-]*[a-z])[a-z\d][a-z\d._-]{0,37}[a-z\d]"),
)

_GLUED = re.compile(
    rf"(?:(?:[Nn]ew!? ?)?{BANNER}(?: once a day)? ?!|Subscribe|Daily Papers(?=by ?AK|[A-Z])|"
    rf"by ?AK and the research community|(?:(?<=community)|(?<=community )){_MONTH} \d{{1,2}}(?![\w,]))\s*"
)
_PARTICLE = "(?:van|von|der|den|de|del|della|di|da|dos|das|do|du|la|le|el|al|bin|ibn|ben|ter|ten|zu|zur|af|av|st|y|e)"
"""What stands between the parts of a name in small letters."""
_NAME = rf"{_CAPITAL}[\w'’.-]*(?: (?:{_PARTICLE} ){{0,3}}{_CAPITAL}[\w'’.-]*){{1,3}}(?:,?[*∗†‡§¶\d]+(?:,[*∗†‡§¶\d]+)*)?"
_LAST_NAME = rf"(?:{_PARTICLE} ){{0,3}}{_CAPITAL}[\w'’-]*(?: {_CAPITAL}[\w'’-]*)?"
_LAST_FIRST = rf"{_LAST_NAME}, {_CAPITAL}[\w'’.-]*(?: {_CAPITAL}[\w'’.-]*){{0,2}}"
_NAMES = re.compile(
    rf"{_NAME}(?:(?:[,;] and |[,;] | and | & | ?[|·•] ?){_NAME})+"
    r"(?:,? et al\.?|,? (?:and |\+ ?)?\d+ (?:more|others|authors))?|"
    rf"{_LAST_FIRST}(?:(?:;| and|; and) {_LAST_FIRST})+"
)


_MARKUP = re.compile(r"\[([^\]]*)\]\([^()\s]*\)|(?<!\w)[*_]{1,2}(?=\w)|(?<=\w)[*_]{1,2}(?!\w)")
"""Links, of which the text stays, and emphasis."""


def kind_of(line: str) -> Kind | None:
    """Return the pattern that the whole line fits, or that its pieces between dots or bars fit which are no names."""
    if len(line) > _LONGEST:
        return None
    if kind := next((kind for kind in KINDS if kind.pattern.fullmatch(line)), None):
        return kind
    pieces = [piece for piece in re.split(r" ?[·•|] ?", _MARKUP.sub(r"\1", line)) if piece and piece != line]
    kinds = [kind for kind in map(kind_of, pieces) if kind]
    people = sum(is_name(piece) or names_in(piece) for piece in pieces) if kinds else 0
    if not kinds or len(kinds) + people < len(pieces):
        return None
    kind = max(kinds, key=lambda kind: kind.cost)
    return kind._replace(cost=0) if len(kinds) > 1 and kind.cost < 1 else kind


def shape(line: str) -> str:
    """Return a line with its numbers and days made alike: what a page says of each paper differs in little else."""
    return re.sub(
        rf"\b{_MONTH}(?!\w)|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b|\d+", "#", line
    )


def is_name(line: str) -> bool:
    """Tell whether a line may be one person's name (or the comma between two)."""
    return re.fullmatch(rf"{_NAME},?|,|and", line) is not None


def names_in(line: str) -> bool:
    """Tell whether a line is a list of people's names and nothing else."""
    return len(line) < 2000 and _NAMES.fullmatch(line) is not None


def glued_before(line: str) -> int:
    """Return how many characters of banner are glued to the front of a line that goes on with something else."""
    end = 0
    while found := _GLUED.match(line, end):
        end = found.end()
    rest = line[end:]
    return end if rest and not rest[0].islower() and len(rest.split()) > 1 else 0
