"""Links to code, project pages, data ... that an abstract names, told from the debris around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from site_builder.text.markdown import web_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

_REPAIRS = (
    (re.compile(r"\\([_%~#&])"), r"\1"),  # LaTeX's escapes
    (re.compile(r"\\?textasciitilde(?:\{\})?|\$\\sim\$"), "~"),
    (re.compile(r"\b(https?)\s?:\s?//\s?(?=[\w-]+\.)", re.IGNORECASE), r"\1://"),  # "https: //github.com"
    (re.compile(r"(?<=[\w.\-~])(?=https?://)"), " "),  # two addresses, or a word and an address, glued
    # An address that lacks its scheme: `www.` before it, or a host that is known to hold code and pages.
    (
        re.compile(
            r"(?<![\w@/.:-])(?=www\.[\w-]+\.\w|(?:github|gitlab|gitee|bitbucket|huggingface)\.(?:com|org|co)/\w|"
            r"[\w-]+\.(?:github|gitlab)\.io\b|sites\.google\.com/\w|youtu\.be/\w)",
            re.IGNORECASE,
        ),
        "https://",
    ),
)
# The next sentence, glued to the address: `.../repo.We propose`.
_NEXT_SENTENCE = re.compile(
    r"\.(?:We|The|Our|This|These|In|It|Its|Code|To|For|A|An|Project|Models?|Data|Demo|Finally)$"
)

_HOSTS = (
    (
        re.compile(
            r"(?:.*\.)?(?:github\.com|gitlab\.\w+|gitee\.com|bitbucket\.org|codeberg\.org)|anonymous\.4open\.science"
        ),
        "code",
    ),
    (re.compile(r".*\.(?:github|gitlab)\.io|sites\.google\.com"), "project"),
    (re.compile(r"(?:.*\.)?(?:zenodo\.org|kaggle\.com|figshare\.com|openneuro\.org)"), "data"),
    (re.compile(r"(?:.*\.)?(?:youtube\.com|youtu\.be|vimeo\.com|bilibili\.com)"), "video"),
    (re.compile(r"colab\.research\.google\.com"), "demo"),
    (re.compile(r"(?:.*\.)?arxiv\.org|doi\.org"), "paper"),
)
_WORDS = (
    (
        re.compile(r"codes?\b|codebase|repo(?:s|sitory)?\b|implementation|toolkit|library|libraries", re.IGNORECASE),
        "code",
    ),
    (re.compile(r"demo\b|notebook|interface", re.IGNORECASE), "demo"),
    (re.compile(r"project|home ?page|web ?(?:site|page)", re.IGNORECASE), "project"),
    (re.compile(r"data ?sets?\b|\bdata\b|benchmark|corpus", re.IGNORECASE), "data"),
    (re.compile(r"models?\b|weights|checkpoints?", re.IGNORECASE), "models"),
    (re.compile(r"videos?\b", re.IGNORECASE), "video"),
)


def links_in(text: str) -> dict[str, str]:
    """Return the addresses that a text names, by label (`code`, `project`, `data`, `code-2` ...), in its order."""
    found: dict[str, str] = {}
    for url, before in _addresses(text):
        if any(same_address(url, known) for known in found.values()):
            continue
        add_link(found, _label(url, before), url)
    return found


def add_link(links: dict[str, str], label: str, url: str) -> None:
    """Put an address under a label that is free: `code`, then `code-2` ..."""
    name, number = label, 1
    while name in links:
        number += 1
        name = f"{label}-{number}"
    links[name] = url


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses lead to one place: scheme, case of the host, `www.` and a last slash do not count."""
    return _folded(one) == _folded(other)


def _folded(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix(".git")
    return f"{parts.netloc.lower().removeprefix('www.')}{path}?{parts.query}#{parts.fragment}"


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    """Yield each address with the words before it."""
    for pattern, instead in _REPAIRS:
        text = pattern.sub(instead, text)
    for match in web_addresses(text):
        url = _NEXT_SENTENCE.sub("", match[0])
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:  # brackets that are no IPv6 address
            continue
        if "." not in host.strip("."):
            continue
        if _HOSTS[0][0].fullmatch(host):
            url = url.removesuffix(".git")
        yield url, text[max(match.start() - 80, 0) : match.start()]


def _label(url: str, before: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    for pattern, label in _HOSTS:
        if pattern.fullmatch(host):
            return label
    if host == "huggingface.co":
        return {"datasets": "data", "spaces": "demo"}.get(parts.path.split("/")[1], "models")
    sentence = re.split(r"https?://\S+|[.;!?] ", before)[-1]
    named = [(match.start(), label) for pattern, label in _WORDS for match in pattern.finditer(sentence)]
    if any(label == "code" for _, label in named):
        return "code"
    return max(named)[1] if named else "link"
