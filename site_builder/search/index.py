"""The files of the index: a manifest, shards of postings, of words by beginnings and endings, blocks of titles.

The name of each but the manifest changes whenever its content does, so that hosts and browsers may keep it for ever.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from site_builder.model import OutputFile
from site_builder.search import facets
from site_builder.search.cutting import CUT, cut
from site_builder.search.layout import PREFIX, SUFFIX, Layout
from site_builder.search.pairs import MARK as PAIRS
from site_builder.search.pairs import coded
from site_builder.search.segments import Part, Segments, Shard, gap
from site_builder.search.synonyms import MARK, by_shard, mined
from site_builder.search.weighting import LEVELS
from site_builder.text.slugs import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper, Related
    from site_builder.search.synonyms import Explained, Groups

FOLDER = "search"

FORMAT = 5
"""In the manifest, and in the names of all files: raise it when the engine must read a file of the index differently,
and when a file gets other bytes for the same content."""

RARER = "|"
"""Stands in the lexicon before words that are half as common as those before it: no word has it."""

DIGITS = "abcdefghijklmnopqrstuvwxyz"
"""In which the numbers of related papers are written."""

WIDTH = 5
"""Characters by which a file's name tells its content from others: 25 bits, of which only the versions of one file have
to differ."""


def files(
    catalogue: Catalogue,
    analyses: Mapping[str, Analysis],
    related: Mapping[str, Sequence[Related]],
    weights: Weights,
    cache: Cache,
) -> Iterator[OutputFile]:
    """Yield the files of the index, each with a key that changes only when what it says does.

    `analyses` and `related` have an entry for each paper by slug. docs/search.md describes what is in the files.
    """
    layout = Layout.of(len(catalogue.ledger), weights)
    made: list[OutputFile] = []
    names: dict[str, str] = {}
    for file in _files(catalogue, analyses, related, weights, cache, layout):
        path = file.path.removesuffix(".json")
        name = _name(file.key)
        kind = re.sub(r"/\d+$", "", path.removeprefix(f"{FOLDER}/"))
        names[kind] = names.get(kind, "") + name
        made.append(replace(file, path=f"{path}.{name}.json"))
    made.append(_manifest(len(catalogue.papers), layout, names))
    yield from made
    if catalogue.site.offline:
        yield from map(_script, made)


def _files(
    catalogue: Catalogue,
    analyses: Mapping[str, Analysis],
    related: Mapping[str, Sequence[Related]],
    weights: Weights,
    cache: Cache,
    layout: Layout,
) -> Iterator[OutputFile]:
    """Yield the files under the names by which the engine asks for them; those of one kind in the order of numbers."""
    yield from _blocks(catalogue, related, layout)
    segments = Segments(catalogue, analyses, weights, layout, cache)
    digests = segments.digests()
    synonyms = by_shard(catalogue.synonyms, layout)
    for number in range(layout.terms):
        groups = synonyms.get(number, {})
        depends_on = msgspec.msgpack.encode((digests[number], groups, layout.pair, layout.rest))
        yield _file(f"terms/{number}.json", depends_on, partial(_term_shard, Part(segments, number), groups, layout))
    for number in range(layout.rest):
        parts = [Part(segments, part) for part in layout.shards_of_rest(number)]
        depends_on = b"".join(b"".join(digests[part]) for part in layout.shards_of_rest(number))
        yield _file(f"rest/{number}.json", depends_on, partial(_rest, parts))
    for place, (name, by) in enumerate((("words", _by_beginning), ("endings", _by_ending))):
        for number in range(layout.words):
            part = layout.terms + place * layout.words + number
            make = partial(_word_shard, Part(segments, part), by)
            yield _file(f"{name}/{number}.json", b"".join(digests[part]), make)
    yield from facets.files(catalogue, weights, layout, cache)


def _name(key: str) -> str:
    """Return what the name of a file with this key has of it, in letters that no system takes for others."""
    return base64.b32encode(hashlib.sha256(f"{FORMAT} {key}".encode()).digest()).decode()[:WIDTH].lower()


def _manifest(papers: int, layout: Layout, names: Mapping[str, str]) -> OutputFile:
    manifest = {
        "format": FORMAT,
        "papers": papers,
        "bounds": " ".join(layout.bounds),
        "words": layout.words,
        "block": layout.block,
        "digits": layout.digits,
        "rest": layout.rest,
        "levels": len(LEVELS),
        "width": WIDTH,
        "names": names,
    }
    content = msgspec.json.encode(manifest)
    return _file("manifest.json", content, partial(bytes, content))


def _script(file: OutputFile) -> OutputFile:
    """Return a file of the index as a script, which a page from a disk may read: it hands the JSON over as a text.

    As a text, because `__proto__` is a key like any other to JSON.parse, and to a script it is not.
    """
    path = file.path.removesuffix("json") + "js"
    key = hashlib.sha256(f"script\0{file.key}".encode()).hexdigest()
    return OutputFile(path, key, partial(_handing_over, file.path, file.make))


def _handing_over(path: str, make: Callable[[], bytes]) -> bytes:
    return b"indexFile(%s,%s);\n" % (msgspec.json.encode(path), msgspec.json.encode(make().decode()))


def _blocks(catalogue: Catalogue, related: Mapping[str, Sequence[Related]], layout: Layout) -> Iterator[OutputFile]:
    """Yield titles and related papers by number, `layout.block` to a file; nothing where a paper was withdrawn."""
    entries = {
        paper.slug: (_line(paper), "".join(_digits(catalogue.number[one.slug], layout) for one in related[paper.slug]))
        for paper in catalogue.papers
    }
    for start in range(0, len(catalogue.ledger), layout.block):
        block = [entries.get(address.slug, ("", "")) for address in catalogue.ledger[start : start + layout.block]]
        content = msgspec.json.encode(["\n".join(line for line, _ in block), " ".join(near for _, near in block)])
        yield _file(f"papers/{start // layout.block}.json", content, partial(bytes, content))


def _line(paper: Paper) -> str:
    """Return a paper's title in one line, and behind a tab its slug where this does not follow from it."""
    title = " ".join(paper.title.split())
    return title if paper.slug == expected_slug(title) else f"{title}\t{paper.slug}"


def _digits(number: int, layout: Layout) -> str:
    """Write a number in base 26, with as many letters as all numbers have."""
    letters = ""
    for _ in range(layout.digits):
        number, digit = divmod(number, len(DIGITS))
        letters = DIGITS[digit] + letters
    return letters


def expected_slug(title: str) -> str:
    """Guess a paper's slug as simply as the browser can: most slugs need not be sent then.

    A wrong guess costs bytes and nothing else, because the slug itself then stands in the block.
    """
    slug = re.sub("[^a-z0-9]+", "-", re.sub("['\u2019]", "", title.lower())).strip("-")
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0]


def _term_shard(part: Iterable[bytes], groups: Groups, layout: Layout) -> bytes:
    shards = [msgspec.msgpack.decode(found, type=Shard) for found in part]
    synonyms = _with_explained(groups, shards)
    words = _lexicon([found for *_, found in shards], lambda word: ("", word))
    whole = _postings(shards)
    strongest = {term: found for term, code in whole.items() if layout.rest and (found := cut(code))}
    told = {CUT + term: [found.others, found.level] for term, found in strongest.items()}
    postings = whole | {term: found.strongest for term, found in strongest.items()}
    pairs = _pairs(shards, layout.pair, {term: found.places for term, found in strongest.items()})
    return msgspec.json.encode({**words, **postings, **told, **pairs, **synonyms}, order="sorted")


def _rest(parts: Iterable[Iterable[bytes]]) -> bytes:
    """Write what is cut off from the long lists of some shards."""
    shards = ([msgspec.msgpack.decode(found, type=Shard) for found in part] for part in parts)
    rests = {term: found.rest for some in shards for term, code in _postings(some).items() if (found := cut(code))}
    return msgspec.json.encode(rests, order="sorted")


def _word_shard(part: Iterable[bytes], cut: Callable[[str], tuple[str, str]]) -> bytes:
    counts = [msgspec.msgpack.decode(found, type=dict[str, int]) for found in part]
    return msgspec.json.encode(_lexicon(counts, cut), order="sorted")


def _postings(shards: Sequence[Shard]) -> dict[str, str]:
    """Join the runs of each term: the gap from the segment before, then the run as it is."""
    last: dict[str, int] = {}
    codes: dict[str, str] = {}
    for runs, *_ in shards:
        for term, (first, final, code) in runs.items():
            codes[term] = codes.get(term, "") + gap(last.get(term, -1), first) + code
            last[term] = final
    return codes


def _pairs(shards: Sequence[Shard], least: int, kept: Mapping[str, Sequence[int]]) -> dict[str, dict[str, str]]:
    """Join the pairs that are in so many papers, by the marked first term and the second.

    `kept` has for the terms whose lists were cut the places that are left, ascending.
    """
    before: Counter[str] = Counter()
    places: dict[str, dict[str, list[int]]] = {}
    for _, following, *_ in shards:
        for one, by_paper in following.items():
            found = places.setdefault(one, {})
            for place, others in enumerate(by_paper, before[one]):
                for two in others.split():
                    found.setdefault(two, []).append(place)
            before[one] += len(by_paper)
    for one, left in kept.items():
        now = {place: n for n, place in enumerate(left)}
        followers = places.get(one, {}).items()
        places[one] = {two: [now[place] for place in there if place in now] for two, there in followers}
    joined = {
        PAIRS + one: {two: coded(there) for two, there in found.items() if len(there) >= least}
        for one, found in places.items()
    }
    return {one: found for one, found in joined.items() if found}


def _by_beginning(word: str) -> tuple[str, str]:
    return word[:PREFIX], word[PREFIX:]


def _by_ending(word: str) -> tuple[str, str]:
    return word[-SUFFIX:], word[:-SUFFIX]


def _with_explained(groups: Groups, shards: Sequence[Shard]) -> Groups:
    """Add to the groups of synonyms the short forms that the papers explain."""
    explained: dict[str, Explained] = {}
    for _, _, found, _ in shards:
        for one, forms in found.items():
            explained.setdefault(one, []).extend(forms)
    added = {MARK + one: mined(forms, groups.get(MARK + one, ())) for one, forms in explained.items()}
    return groups | {one: [*groups.get(one, ()), *found] for one, found in added.items() if found}


def _lexicon(counts: Sequence[Mapping[str, int]], cut: Callable[[str], tuple[str, str]]) -> dict[str, str]:
    """List under each pair of letters the rests of its words, the commonest first.

    Words are as common as each other when their papers have equally many binary digits, so that one paper more or less
    seldom changes the order; then the alphabet decides. A mark stands wherever the digits become one fewer, down to
    one, so that a reader who counts the marks from the end knows how common a word is.
    """
    papers: Counter[str] = Counter()
    for found in counts:
        papers.update(found)
    filed: dict[str, dict[int, list[str]]] = {}
    for word in sorted(papers):
        pair, rest = cut(word)
        filed.setdefault(pair, {}).setdefault(papers[word].bit_length(), []).append(rest)
    return {pair: " ".join(_marked(rests)) for pair, rests in filed.items()}


def _marked(rests: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """Yield words by the binary digits of their papers, from the most to one, with a mark between."""
    for digits in range(max(rests), 0, -1):
        yield from rests.get(digits, ())
        if digits > 1:
            yield RARER


def _file(path: str, depends_on: bytes, make: Callable[[], bytes]) -> OutputFile:
    key = hashlib.sha256(f"{path}\0".encode() + depends_on).hexdigest()
    return OutputFile(f"{FOLDER}/{path}", key, make)
