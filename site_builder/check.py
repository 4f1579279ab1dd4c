"""Read the built site back as a visitor would: every link, every file, at every address it may be served from."""

from __future__ import annotations

import os
import posixpath
import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote, urlsplit

# The files read are the site's own, not a stranger's, and expat limits what entities may expand to.
from xml.etree import ElementTree as ET

import msgspec
from selectolax.lexbor import LexborHTMLParser

from site_builder.content.ledger import read_ledger
from site_builder.errors import Problem
from site_builder.progress import SILENCE, counted
from site_builder.text.slugs import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from site_builder.progress import Progress

BASES = ("/", "/repo/")
"""Where a site must work: on a host of its own, and in a folder of another's."""

MISSING = "404.html"
"""The page that hosts show at any address where there is nothing, however deep."""

LARGEST = 25 * 1024 * 1024
"""Bytes a file may have; some of the usual hosts of static files refuse more."""

LONGEST = 240
"""Characters a path may have; some systems cannot unpack more."""

_UNPORTABLE = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]|[. ]$|^ ')
_RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:|[/#]).", re.IGNORECASE)
_SVG_ID = re.compile(r"""\bid\s*=\s*["']([^"']+)["']""")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ADDRESS = re.compile(r"""@import\s+["']([^"']+)["']|url\(\s*["']?([^"')]+)["']?\s*\)""")
_SCRIPT_IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^'";=]*\bfrom)?\s*["']([^'"]+)["']""", re.MULTILINE)
_REFRESH = re.compile(r"^\s*[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_INDEX = "search/"
"""Where the files of the search are, listed by one of them."""
_NAMED_BY_CONTENT = re.compile(rf"{_INDEX}.+\.[a-z2-7]+\.(?:json|js)")
_SHELL = re.compile(r"^  const SITE = (\{.*\});$", re.MULTILINE)
_ATOM = "{http://www.w3.org/2005/Atom}"

_OPENS = frozenset({"http", "https", "mailto", "tel", "doi"})
_NOT_FETCHED = frozenset(
    {"alternate", "author", "bookmark", "canonical", "cite-as", "help", "license", "me", "next", "prev", "search", "up"}
)
"""Relations of <link> that a browser follows only when its reader does; it fetches all others with the page."""


class _Manifest(msgspec.Struct, frozen=True):
    """What the list of the search's files says of their names: those of a kind in one string, `width` letters each.

    `like` has kinds whose names are those of another.
    """

    width: Annotated[int, msgspec.Meta(gt=0)]
    names: dict[str, str]
    like: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Target:
    """Where an address leads: to an anchor of a file of the site, abroad (no path), or nowhere (a message says why)."""

    path: str = ""
    anchor: str = ""
    message: str = ""


@dataclass(slots=True)
class _Site:
    """The output folder and what was found in it. Paths are relative to it, with forward slashes."""

    root: Path
    bases: Sequence[str]
    sizes: dict[str, int]
    url: str = ""
    """The absolute address that the site gives for itself, or empty."""
    problems: set[Problem] = field(default_factory=set)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    anchors: list[tuple[str, str, _Target]] = field(default_factory=list)
    """Links to anchors, to be looked at when all ids are known: file, address, target."""
    targets: dict[tuple[str, str, bool], _Target] = field(default_factory=dict)
    """By folder, address and whether it is fetched: most addresses stand on many pages of a folder."""

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def report(self, path: str, message: str, *, wrong: str = "", line: int = 0) -> None:
        """Note a problem; without a line, at the first that says `wrong`."""
        if wrong and not line:
            before, found, _ = self.read(path).partition(wrong.replace("&", "&amp;").encode())
            line = before.count(b"\n") + 1 if found else 0
        self.problems.add(Problem(str(self.root / path), line, 0, message))

    def link(self, path: str, address: str, *, folder: str | None = None, fetched: bool = False) -> None:
        """Follow an address that a file writes; relative ones start from `folder`, by default the file's own.

        `fetched` when a browser asks for it without its reader's doing.
        """
        if address.startswith("#"):
            self.anchors.append((path, address, _Target(path, address[1:])))
            return
        key = (posixpath.dirname(path) if folder is None else folder, address, fetched)
        target = self.targets.get(key)
        if target is None:
            target = self.targets[key] = _follow(self, *key)
        if target.message:
            self.report(path, target.message, wrong=address)
        elif target.anchor:
            self.anchors.append((path, address, target))


def check(
    output: Path, *, bases: Sequence[str] = BASES, content: Path | None = None, progress: Progress = SILENCE
) -> list[Problem]:
    """Return what is wrong with the site in `output`, in order of place; nothing if all is well.

    `bases` are the paths that it is served at. With `content`, the addresses promised by its ledger must be there.
    """
    if not (output / "index.html").is_file():
        message = "there is no site here (no index.html); make one with 'site-builder build'"
        return [Problem(str(output), 0, 0, message)]
    progress.stage("list")
    site = _Site(output, bases, dict(sorted(_files(output))))
    site.url = _own_address(site)
    titles: dict[str, str] = {}
    progress.stage("read")
    progress.expect(len(site.sizes))
    for path, size in counted(site.sizes.items(), progress):
        kind = posixpath.splitext(path)[1]
        if size > LARGEST:
            site.report(path, f"{size / 2**20:.0f} MiB; the usual hosts take {LARGEST // 2**20} MiB a file at most")
        elif kind in (".html", ".htm"):
            _check_page(site, path, titles)
        elif kind in (".json", ".webmanifest"):
            _check_json(site, path)
        elif kind in (".xml", ".atom", ".rss", ".svg"):
            _check_xml(site, path)
        elif kind == ".css":
            _check_css(site, path, site.read(path).decode(errors="replace"))
        elif path == "sw.js":
            _check_worker(site, path)
        elif kind in (".js", ".mjs"):
            _check_script(site, path)
        elif path == "robots.txt":
            _check_robots(site, path)
        elif kind == ".gz" and path.removesuffix(kind) in site.sizes:
            _check_twin(site, path, path.removesuffix(kind))
    progress.stage("compare")
    _check_names(site)
    _check_index(site)
    _check_anchors(site)
    if content is not None:
        _check_promises(site, content)
    return sorted(site.problems)


# Links


def _follow(site: _Site, folder: str, address: str, fetched: bool) -> _Target:
    if site.url and (address + "/").startswith(site.url):
        return _find(site, address, "", address[len(site.url) :], folders=True)
    try:
        parts = urlsplit(address)
    except ValueError:
        return _Target(message=f"not an address: {address}")
    if parts.scheme or parts.netloc:
        return _Target(message=_wrong_abroad(address, parts.scheme.casefold(), parts.netloc, fetched))
    if not address.startswith("/"):
        return _find(site, address, folder, address)
    target = _Target()
    for base in site.bases:
        if not address.startswith(base):
            return _Target(message=f"{address} breaks where the site is served at {base}; write it relative")
        target = _find(site, address, "", address[len(base) :])
        if target.message:
            break
    return target


def _wrong_abroad(address: str, scheme: str, host: str, fetched: bool) -> str:
    if scheme == "data" and fetched:
        return ""
    if scheme and scheme not in _OPENS:
        return f"the scheme '{scheme}' is not safe or opens nowhere: {address[:80]}"
    if scheme in ("", "http", "https") and not host:
        return f"an address without a host: {address}"
    if fetched:
        return f"asks another host while the page is read: {address}; keep a copy among the site's own files"
    return ""


def _find(site: _Site, address: str, start: str, relative: str, *, folders: bool = False) -> _Target:
    """Find the file that an address means. With `folders`, a folder means its index.html, as it does on a host only."""
    rest, _, anchor = relative.partition("#")
    wanted = unquote(rest.partition("?")[0])
    path = posixpath.normpath(posixpath.join(start, wanted))
    if path.startswith("../") or path == "..":
        return _Target(message=f"{address} leads out of the site")
    if path == "." or wanted.endswith("/"):
        path = posixpath.normpath(posixpath.join(path, "index.html"))
        if not folders:
            page = posixpath.relpath(path, start or ".")
            return _Target(message=f"'{address}' is a folder, which shows no page from a disk; link to {page}")
    if path not in site.sizes:
        return _Target(message=f"broken link: {address}{_suggestion(site, start, path)}")
    return _Target(path, unquote(anchor))


def _suggestion(site: _Site, start: str, path: str) -> str:
    below = [known for known in site.sizes if posixpath.dirname(known) == posixpath.dirname(path)]
    close = get_close_matches(path, below, n=1, cutoff=0.8)
    return f" (did you mean {posixpath.relpath(close[0], start or '.')}?)" if close else ""


def _check_anchors(site: _Site) -> None:
    for path, address, target in site.anchors:
        ids = site.ids.get(target.path)  # Unknown for files that have none to know, such as pictures.
        if ids is None or target.anchor in ("", "top") or target.anchor.startswith(":~:"):
            continue
        if target.anchor not in ids and unquote(target.anchor) not in ids:
            site.report(path, f"broken link: {address} (nothing in {target.path} has that id)", wrong=address)


# Pages


def _own_address(site: _Site) -> str:
    """Return the absolute address of the site's root, as the canonical link of its home page gives it, or nothing."""
    for node in LexborHTMLParser(site.read("index.html")).css("link[rel=canonical]"):
        address = (node.attributes.get("href") or "").removesuffix("index.html")
        return address if address.endswith("/") else address + "/"
    return ""


def _check_page(site: _Site, path: str, titles: dict[str, str]) -> None:
    source = site.read(path)
    tree = LexborHTMLParser(source)
    _check_title(site, path, tree, titles)
    html = tree.css_first("html")
    if html is None or not html.attributes.get("lang"):
        site.report(path, "the page does not say its language (<html lang=...>)")
    for node in tree.css("img:not([alt])"):
        picture = node.attributes.get("src") or ""
        site.report(path, f'the image {picture} has no alt text (alt="" if it only decorates)', wrong=picture)
    ids = [node.attributes["id"] or "" for node in tree.css("[id]")]
    site.ids[path] = frozenset(ids)
    if len(ids) > len(site.ids[path]):
        for name, times in Counter(ids).items():
            if times > 1:
                site.report(path, f"{times} elements have the id '{name}'; each needs its own", wrong=f'id="{name}"')
    _check_page_links(site, path, source, tree)


def _check_title(site: _Site, path: str, tree: LexborHTMLParser, titles: dict[str, str]) -> None:
    found = [" ".join(node.text().split()) for node in tree.css("head > title")]
    if len(found) != 1:
        site.report(path, f"the page has {len(found) or 'no'} title{'s' if found else ''}; it needs one")
    elif not found[0]:
        site.report(path, "the page's title is empty")
    else:
        first = titles.setdefault(found[0], path)
        # Two papers may bear one name; other pages that a reader cannot tell apart are a mistake.
        if first != path and not (first.startswith("papers/") and path.startswith("papers/")):
            site.report(path, f"has the same title as {first}: '{found[0]}'", wrong="<title")


def _check_page_links(site: _Site, path: str, source: bytes, tree: LexborHTMLParser) -> None:
    folder = _base_folder(site, path, tree)
    for address, fetched in _addresses(source, tree):
        if path == MISSING and folder is None and _RELATIVE.match(address.strip()):
            message = f"{address} is relative and breaks where a host shows this page in place of one in a folder"
            site.report(path, f"{message}; write it absolute", wrong=address)
        else:
            site.link(path, address.strip(), folder=folder, fetched=fetched)
    for node in tree.css("style, [style]"):
        _check_css(site, path, node.text() if node.tag == "style" else node.attributes["style"] or "")
    for node in tree.css("script[type$=json]"):
        try:
            msgspec.json.decode(node.text())
        except msgspec.DecodeError as error:
            site.report(path, f"a script is not readable as JSON: {error}", wrong="json")


def _addresses(source: bytes, tree: LexborHTMLParser) -> Iterator[tuple[str, bool]]:
    """Yield the addresses that a page writes, and whether a browser asks for each without its reader's doing."""
    for node in tree.css("a[href], area[href]"):
        yield node.attributes["href"] or "", False
    for node in tree.css("[href]:not(a, area, base)"):
        yield node.attributes["href"] or "", not (node.tag == "link" and _is_followed_on_demand(node))
    for attribute in ("src", "poster", "action", "formaction", "ping"):
        if attribute.encode() in source:
            for node in tree.css(f"[{attribute}]"):
                yield node.attributes[attribute] or "", True
    if b"<object" in source:
        for node in tree.css("object[data]"):
            yield node.attributes["data"] or "", True
    if b"srcset" in source:
        for node in tree.css("[srcset]"):
            candidates = (node.attributes["srcset"] or "").split(",")
            yield from ((candidate.split()[0], True) for candidate in candidates if candidate.strip())
    if b"http-equiv" in source:
        for node in tree.css("meta[http-equiv=refresh i]"):
            if match := _REFRESH.match(node.attributes.get("content") or ""):
                yield match[1], False


def _is_followed_on_demand(link: LexborNode) -> bool:
    return set((link.attributes.get("rel") or "").casefold().split()) <= _NOT_FETCHED


def _base_folder(site: _Site, path: str, tree: LexborHTMLParser) -> str | None:
    """Return the folder that <base> names for a page's relative addresses, or None where there is none."""
    base = tree.css_first("base[href]")
    if base is None:
        return None
    address = base.attributes["href"] or ""
    if site.url and address.startswith(site.url):
        return address[len(site.url) :].rpartition("/")[0]
    site.report(path, f"<base href={address}> leads relative addresses away from this site", wrong=address)
    return None


# Other files


def _files(root: Path, below: str = "") -> Iterator[tuple[str, int]]:
    with os.scandir(root / below) as entries:
        for entry in entries:
            if entry.name == ".git" and not below:  # no host serves it, and builds leave it alone
                continue
            if entry.is_dir():
                yield from _files(root, f"{below}{entry.name}/")
            else:
                yield below + entry.name, entry.stat().st_size


def _check_names(site: _Site) -> None:
    seen: dict[str, str] = {}
    for path in site.sizes:
        twin = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if twin != path:
            site.report(path, f"differs from {twin} only in case or accents; many systems keep just one of the two")
        if len(path) > LONGEST:
            site.report(path, f"the path has {len(path)} characters; keep it to {LONGEST}")
        for name in path.split("/"):
            if name.split(".")[0].casefold() in DEVICES:
                site.report(path, f"'{name}' is a reserved name on Windows; rename it")
            elif _UNPORTABLE.search(name):
                site.report(path, f"'{name}' has a character that some systems do not allow there; rename it")


def _check_json(site: _Site, path: str) -> None:
    try:
        msgspec.json.decode(site.read(path))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        site.report(path, f"not readable as JSON: {error}")


def _check_css(site: _Site, path: str, text: str) -> None:
    for match in _CSS_ADDRESS.finditer(_CSS_COMMENT.sub("", text)):
        site.link(path, (match[1] or match[2]).strip(), fetched=True)


def _check_script(site: _Site, path: str) -> None:
    for address in _SCRIPT_IMPORT.findall(site.read(path).decode(errors="replace")):
        site.link(path, address, fetched=True)


def _check_worker(site: _Site, path: str) -> None:
    if found := _SHELL.search(site.read(path).decode(errors="replace")):
        for name in msgspec.json.decode(found[1])["shell"]:
            site.link(path, name, fetched=True)


def _check_index(site: _Site) -> None:
    """See that the search finds the files that its list names, and that no others lie there."""
    manifest = f"{_INDEX}manifest.json"
    found = {path for path in site.sizes if _NAMED_BY_CONTENT.fullmatch(path)}
    if manifest not in site.sizes:
        if found:
            site.report(
                min(found), f"{manifest}, which lists the files of the search, is not there; build the site again"
            )
        return
    try:
        listed = msgspec.json.decode(site.read(manifest), type=_Manifest)
    except msgspec.DecodeError as error:
        site.report(manifest, f"does not list the files of the search ({error}); build the site again")
        return
    endings = ("json", "js") if f"{_INDEX}manifest.js" in site.sizes else ("json",)
    named = {f"{path}.{ending}" for path in _listed(listed) for ending in endings}
    for path in named - found:
        site.report(manifest, f"{path} is listed and not there; build the site again")
    for path in found - named:
        site.report(path, f"{manifest} does not list it, so nobody reads it; build the site again")


def _listed(manifest: _Manifest) -> Iterator[str]:
    width = manifest.width
    named_like = {kind: manifest.names.get(other, "") for kind, other in manifest.like.items()}
    for kind, names in (manifest.names | named_like).items():
        for at in range(0, len(names), width):
            yield f"{_INDEX}{kind}/{at // width}.{names[at : at + width]}"


def _check_robots(site: _Site, path: str) -> None:
    for line in site.read(path).decode(errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().casefold() == "sitemap":
            site.link(path, value.strip())


def _check_twin(site: _Site, path: str, original: str) -> None:
    """See that a file which hosts send in the place of another says the same."""
    gunzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        same = gunzip.decompress(site.read(path), site.sizes[original] + 1) == site.read(original) and gunzip.eof
    except zlib.error:
        same = False
    if not same:
        site.report(path, f"is not what {original} says, and some hosts send it in its place; build the site again")


def _check_xml(site: _Site, path: str) -> None:
    source = site.read(path)
    try:
        root = ET.fromstring(source)  # noqa: S314  (see the import)
    except ET.ParseError as error:
        site.report(path, f"not readable as XML: {error}", line=error.position[0])
        return
    if root.tag == f"{_ATOM}feed":
        _check_feed(site, path, root)
    elif root.tag.endswith(("}urlset", "}sitemapindex")):
        _check_sitemap(site, path, root)
    elif path.endswith(".svg"):
        site.ids[path] = frozenset(_SVG_ID.findall(source.decode(errors="replace")))


def _check_feed(site: _Site, path: str, feed: ET.Element) -> None:
    for element in feed.iter(f"{_ATOM}link"):
        site.link(path, element.get("href", ""))
    for name, times in Counter(entry.findtext(f"{_ATOM}id", "") for entry in feed.iter(f"{_ATOM}entry")).items():
        if not name:
            site.report(path, "an entry has no id; without one it shows as new again and again")
        elif times > 1:
            site.report(path, f"{times} entries have the id '{name}'; each needs its own", wrong=f">{name}<")


def _check_sitemap(site: _Site, path: str, sitemap: ET.Element) -> None:
    for address, times in Counter((e.text or "").strip() for e in sitemap.iter() if e.tag.endswith("}loc")).items():
        if site.url and address.startswith(site.url):
            site.link(path, address)
        else:
            site.report(path, f"'{address}' is not an absolute address of this site", wrong=address)
        if times > 1:
            site.report(path, f"{address} is listed {times} times", wrong=address)


def _check_promises(site: _Site, content: Path) -> None:
    ledger = content / "ledger.tsv"
    if not ledger.is_file():
        return
    for line, address in enumerate(read_ledger(ledger.read_text(encoding="utf-8"), str(ledger)), 1):
        page = f"papers/{address.slug}.html"
        if page not in site.sizes and not address.withdrawn:
            message = f"the address {page} was promised on {address.day} ('{address.title}') and is not in {site.root}"
            site.problems.add(Problem(str(ledger), line, 1, message))
