"""Where a paper was published, as far as the words of its venue tell: a conference, a journal, or neither for certain.

The rules, in this order: notes that it is on arXiv too, or was a talk, are no part of the venue; arXiv alone is a
preprint; words and well-known names speak for a conference or for a journal; an acronym with a year ("HHAI 2022") is
a conference unless a journal is known by it, since journals are counted by volumes. Where both speak, or neither, it is
not decided.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["conference", "journal", "preprint", "other", "unknown"]


class Published(NamedTuple):
    """A venue: its kind, its name without what is told apart from it, and where in a journal (`pages` as `1-53`)."""

    kind: Kind
    name: str
    volume: str = ""
    number: str = ""
    pages: str = ""


_BESIDES = re.compile(r"^arXiv \d{4}; ?|;? ?arXiv \d{4}(?=\))|\((?:spotlight|oral|poster|highlight)\)", re.IGNORECASE)
_PREPRINT = re.compile(r"(?:arxiv(?:\.org)?(?: preprint)?|corr)(?: (?:arxiv:|abs/)?[\d./v]+)?", re.IGNORECASE)

_YEAR = r"(?:19|20)\d\d\b(?!\.)"
_CONFERENCE_WORDS = re.compile(
    r"\b(?:Proceedings|Proc\.|Findings of|Conference|[Ww]orkshops?|Symposium|Annual Meeting|Congress|"
    r"Advances in Neural Information Processing Systems|ACM Multimedia)(?!\w)"
)
_JOURNAL_WORDS = re.compile(
    r"\b(?:Journal|Transactions|Letters|Magazine|Annals|Computing Surveys)\b|^(?:Nature|Science|Frontiers|PLOS|PLoS)\b|"
    r"^Proceedings of the (?:National Academy of Sciences|VLDB Endowment|ACM on|IEEE(?! ?[/A-Z]| \d{4}))"
)
_WEAK_JOURNAL_WORDS = re.compile(r"\bComputing\b")
_ACRONYM_AND_YEAR = re.compile(rf"(?:(?:ACM|IEEE|IEEE/CVF|ACL) )?([A-Z][A-Za-z]*[A-Z][A-Za-z/-]*) {_YEAR}")

_CONFERENCES = frozenset(
    """
    AAAI AACL ACCV ACL AISTATS BMVC CHI CIKM COLING COLM COLT CoNLL CoRL CVPR EACL ECAI ECCV ECIR EMNLP FAccT ICASSP
    ICCV ICDM ICLR ICML ICPR ICRA IJCAI INTERSPEECH IROS KDD LREC MICCAI MLSys NAACL NeurIPS NIPS PRCV RSS SIGGRAPH
    SIGIR UAI WACV WSDM WWW
    """.split()  # noqa: SIM905
)
_JOURNALS = frozenset(
    """
    CACM CVIU IJCV JACM JAIR JBHI JMLR JSTSP MedIA PAMI PNAS RA-L SPL TAC TACL TAFFC TAI TASLP TCSVT TGRS TIFS TIP TIST
    TIT TITS TKDD TKDE TMC TMI TMLR TMM TNN TNNLS TOG TOIS TOMM TPAMI TSE TSP TVCG
    """.split()  # noqa: SIM905
)
_JOURNAL_NAMES = frozenset(
    [
        "Artificial Intelligence",
        "Artificial Intelligence Review",
        "Communications of the ACM",
        "Computational Linguistics",
        "Computer Vision and Image Understanding",
        "Data Mining and Knowledge Discovery",
        "Distill",
        "Expert Systems with Applications",
        "IEEE Access",
        "Information Fusion",
        "Information Sciences",
        "Knowledge and Information Systems",
        "Knowledge-Based Systems",
        "Machine Learning",
        "Medical Image Analysis",
        "Neural Computation",
        "Neural Networks",
        "Neurocomputing",
        "Pattern Recognition",
    ]
)
_NO_CONFERENCES = frozenset(["GitHub", "HAL", "LessWrong", "OpenAI", "OpenReview", "SSRN"])
"""Places with an acronym's capitals where papers are kept and none is presented."""

_IN_A_JOURNAL = re.compile(
    rf"(?P<name>.*?\D)(?:,? {_YEAR}|,? (?P<volume>\d{{1,3}})?(?:\((?P<number>[\d-]+)\))?(?::(?P<pages>\d+(?:-\d+)?))?)?"
)


@lru_cache(maxsize=10_000)
def published(venue: str) -> Published:
    """Tell what kind of venue this is. `other` is one that the rules do not decide; `unknown` is none."""
    text = " ".join(_BESIDES.sub("", venue).replace("()", "").split())
    if not text:
        return Published("unknown", "")
    if _PREPRINT.fullmatch(text):
        return Published("preprint", "arXiv")
    kinds = {_kind(part) for part in text.split(" / ")}
    kind = kinds.pop() if len(kinds) == 1 else "other"
    return _in_journal(text) if kind == "journal" else Published(kind, text)


def _kind(text: str) -> Kind:
    """Return `conference` or `journal`, or `other` where both or neither speak."""
    journal = _JOURNAL_WORDS.search(text) or not _JOURNALS.isdisjoint(text.split()) or _name(text) in _JOURNAL_NAMES
    if text.startswith("Proceedings of the ") and journal:
        return "journal"
    conference = _CONFERENCE_WORDS.search(text) or text in _CONFERENCES
    if conference or journal:
        return "other" if conference and journal else "conference" if conference else "journal"
    if _WEAK_JOURNAL_WORDS.search(text):
        return "journal"
    acronym = _ACRONYM_AND_YEAR.match(text)
    return "conference" if acronym and acronym[1] not in _NO_CONFERENCES else "other"


def _name(text: str) -> str:
    found = _IN_A_JOURNAL.fullmatch(text)
    return found["name"] if found else text


def _in_journal(text: str) -> Published:
    """Take the volume, the number and the pages off a journal's name, and a year that stands behind it."""
    found = _IN_A_JOURNAL.fullmatch(text)
    if not found:
        return Published("journal", text)
    return Published("journal", found["name"], found["volume"] or "", found["number"] or "", found["pages"] or "")
