"""The files of the index: a manifest, shards of postings, of words by beginnings and endings, blocks of titles.

The name of each but the manifest changes whenever its content does, so that hosts and browsers may keep it for ever.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import partial
from itertools import pairwise, product
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from site_builder.model import OutputFile
from site_builder.search import facets
from site_builder.search.cutting import CUT, cut
from site_builder.search.layout import PREFIX, SUFFIX, same
from site_builder.search.pairs import coded
from site_builder.search.runs import gap
from site_builder.search.shards import Shard, shard_of, words_of
from site_builder.search.synonyms import MARK, by_shard, mined
from site_builder.search.weighting import LEVELS
from site_builder.text.slugs import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Neighbours
    from site_builder.search.layout import Layout
    from site_builder.search.shards import Shards
    from site_builder.search.synonyms import Groups

FOLDER = "search"

POSTINGS, PAIRS = "terms", "pairs"
"""Folders of shards that belong together."""

LIKE = {PAIRS: POSTINGS}
"""Kinds of files that are named like others, which depend on the same: the manifest need not tell their names."""

FORMAT = 7
"""In the manifest, and in the names of all files: raise it when the engine must read a file of the index differently,
and when a file gets other bytes for the same content."""

RARER = "|"
"""Stands in the lexicon before words that are half as common as those before it: no word has it."""

DIGITS = "abcdefghijklmnopqrstuvwxyz"
"""In which the numbers of related papers are written."""

_WITHDRAWN = ("", "", "")
"""Title, slug and related papers of a line of the ledger that has no paper any more."""

WIDTH = 5
"""Characters by which a file's name tells its content from others: 25 bits, of which only the versions of one file have
to differ."""


def files(
    catalogue: Catalogue,
    related: Mapping[str, Neighbours],
    shards: Shards,
    weights: Weights,
    cache: Cache,
) -> Iterator[OutputFile]:
    """Yield the files of the index, each with a key that changes only when what it says does.

    `related` has an entry for each paper by slug. docs/search.md describes what is in the files.
    """
    made: list[OutputFile] = []
    names: dict[str, str] = {}
    for file in _files(catalogue, related, shards, weights, cache):
        path = file.path.removesuffix(".json")
        kind, _, number = path.removeprefix(f"{FOLDER}/").rpartition("/")
        if kind in LIKE:
            name = names[LIKE[kind]][WIDTH * int(number) :][:WIDTH]
        else:
            name = _name(file.key)
            names[kind] = names.get(kind, "") + name
        made.append(replace(file, path=f"{path}.{name}.json"))
    made.append(_manifest(len(catalogue.papers), shards.layout, names))
    yield from made
    if catalogue.site.offline:
        yield from map(_script, made)


def _files(
    catalogue: Catalogue,
    related: Mapping[str, Neighbours],
    shards: Shards,
    weights: Weights,
    cache: Cache,
) -> Iterator[OutputFile]:
    """Yield the files under the names by which the engine asks for them; those of one kind in the order of numbers."""
    layout = shards.layout
    yield from _blocks(catalogue, related, layout)
    yield from facets.files(catalogue, weights, layout, cache)
    keys = shards.keys()  # late, for they may have to be waited for
    synonyms = by_shard(catalogue.synonyms, layout)
    for number in range(layout.terms):
        groups = synonyms.get(number, {})
        depends_on = msgspec.msgpack.encode((keys[number], groups, layout.pair, layout.rest))
        made_of = partial(shards.part, number)
        yield _file(f"{POSTINGS}/{number}.json", depends_on, partial(_term_shard, made_of, groups, layout))
        yield _file(f"{PAIRS}/{number}.json", depends_on, partial(_pair_shard, made_of, layout))
    for number in range(layout.rest):
        parts = layout.shards_of_rest(number)
        depends_on = b"".join(keys[part] for part in parts)
        yield _file(f"rest/{number}.json", depends_on, partial(_rest, [partial(shards.part, part) for part in parts]))
    for place, (name, by) in enumerate((("words", _by_beginning), ("endings", _by_ending))):
        for number in range(layout.words):
            part = layout.terms + place * layout.words + number
            yield _file(f"{name}/{number}.json", keys[part], partial(_word_shard, partial(shards.part, part), by))


def _name(key: str) -> str:
    """Return what the name of a file with this key has of it, in letters that no system takes for others."""
    return base64.b32encode(hashlib.sha256(f"{FORMAT} {key}".encode()).digest()[:WIDTH]).decode()[:WIDTH].lower()


def _manifest(papers: int, layout: Layout, names: Mapping[str, str]) -> OutputFile:
    manifest = {
        "format": FORMAT,
        "papers": papers,
        "bounds": _front_coded(layout.bounds),
        "words": layout.words,
        "block": layout.block,
        "digits": layout.digits,
        "rest": layout.rest,
        "levels": len(LEVELS),
        "width": WIDTH,
        "names": names,
        "like": LIKE,
    }
    content = msgspec.json.encode(manifest)
    return _file("manifest.json", content, partial(bytes, content))


def _front_coded(bounds: Sequence[str]) -> str:
    """Write each bound as the letters that it shares with the one before, counted by a capital, and the others."""
    code = []
    for before, bound in pairwise(["", *bounds]):
        shared = min(same(before, bound), len(DIGITS) - 1)
        code.append(DIGITS[shared].upper() + bound[shared:])
    return "".join(code)


def _script(file: OutputFile) -> OutputFile:
    """Return a file of the index as a script, which a page from a disk may read: it hands the JSON over as a text.

    As a text, because `__proto__` is a key like any other to JSON.parse, and to a script it is not.
    """
    path = file.path.removesuffix("json") + "js"
    key = hashlib.sha256(f"script\0{file.key}".encode()).hexdigest()
    return OutputFile(path, key, partial(_handing_over, file.path, file.make), local=True)


def _handing_over(path: str, make: Callable[[], bytes]) -> bytes:
    return b"indexFile(%s,%s);\n" % (msgspec.json.encode(path), msgspec.json.encode(make().decode()))


def _blocks(catalogue: Catalogue, related: Mapping[str, Neighbours], layout: Layout) -> Iterator[OutputFile]:
    """Yield titles and related papers by number, `layout.block` to a file; nothing where a paper was withdrawn."""
    letters = map("".join, product(DIGITS, repeat=layout.digits))
    written = {address.slug: number for address, number in zip(catalogue.ledger, letters, strict=False)}
    entries = {
        paper.slug: (paper.title, paper.slug, "".join([written[slug] for slug in related[paper.slug].slugs]))
        for paper in catalogue.papers
    }
    for start in range(0, len(catalogue.ledger), layout.block):
        block = [entries.get(address.slug, _WITHDRAWN) for address in catalogue.ledger[start : start + layout.block]]
        path = f"papers/{start // layout.block}.json"
        yield _file(path, msgspec.msgpack.encode(block), partial(_block, block))


def _block(papers: Sequence[tuple[str, str, str]]) -> bytes:
    lines = "\n".join(_line(title, slug) for title, slug, _ in papers)
    return msgspec.json.encode([lines, " ".join(near for *_, near in papers)])


def _line(title: str, slug: str) -> str:
    """Return a paper's title in one line, and behind a tab its slug where this does not follow from it."""
    title = " ".join(title.split())
    return title if slug == expected_slug(title) else f"{title}\t{slug}"


def expected_slug(title: str) -> str:
    """Guess a paper's slug as simply as the browser can: most slugs need not be sent then.

    A wrong guess costs bytes and nothing else, because the slug itself then stands in the block.
    """
    slug = re.sub("[^a-z0-9]+", "-", re.sub("['\u2019]", "", title.lower())).strip("-")
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0]


def _term_shard(part: Callable[[], bytes], groups: Groups, layout: Layout) -> bytes:
    shard = shard_of(part())
    synonyms = _with_explained(groups, shard)
    words = _lexicon(shard.words, lambda word: ("", word))
    whole = _postings(shard)
    strongest = {term: found for term, code in whole.items() if layout.rest and (found := cut(code))}
    told = {CUT + term: [found.others, found.level] for term, found in strongest.items()}
    postings = whole | {term: found.strongest for term, found in strongest.items()}
    return msgspec.json.encode({**words, **postings, **told, **synonyms}, order="sorted")


def _pair_shard(part: Callable[[], bytes], layout: Layout) -> bytes:
    """Write the pairs that begin with the terms of a shard."""
    pairs = {}
    for term, (first, _, code, following) in shard_of(part()).runs.items():
        strongest = cut(gap(-1, first) + code) if layout.rest else None
        if found := _pairs(following, layout.pair, strongest.places if strongest else None):
            pairs[term] = found
    return msgspec.json.encode(pairs, order="sorted")


def _rest(parts: Sequence[Callable[[], bytes]]) -> bytes:
    """Write what is cut off from the long lists of some shards."""
    whole = (_postings(shard_of(part())).items() for part in parts)
    rests = {term: found.rest for some in whole for term, code in some if (found := cut(code))}
    return msgspec.json.encode(rests, order="sorted")


def _word_shard(part: Callable[[], bytes], cut: Callable[[str], tuple[str, str]]) -> bytes:
    return msgspec.json.encode(_lexicon(words_of(part()), cut), order="sorted")


def _postings(shard: Shard) -> dict[str, str]:
    """Return the lists of a shard."""
    return {term: gap(-1, first) + code for term, (first, _, code, _) in shard.runs.items()}


def _pairs(following: str, least: int, kept: Sequence[int] | None) -> dict[str, str]:
    """Return the places of the pairs that are in so many papers, by the second term.

    `following` has for each paper of the first term the terms that follow it. `kept` has, where the list was cut, the
    places that are left, ascending.
    """
    if following.count(",") + 1 < least:
        return {}
    told = following.replace(",", " , ").split()
    papers = Counter(told)
    papers.pop(",", None)
    places: dict[str, list[int]] = {two: [] for two, having in papers.items() if having >= least}
    if not places:
        return {}
    place = 0
    for two in told:
        if two == ",":
            place += 1
        elif two in places:
            places[two].append(place)
    if kept is not None:
        now = {place: n for n, place in enumerate(kept)}
        places = {two: [now[place] for place in there if place in now] for two, there in places.items()}
    return {two: coded(there) for two, there in places.items() if len(there) >= least}


def _by_beginning(word: str) -> tuple[str, str]:
    return word[:PREFIX], word[PREFIX:]


def _by_ending(word: str) -> tuple[str, str]:
    return word[-SUFFIX:], word[:-SUFFIX]


def _with_explained(groups: Groups, shard: Shard) -> Groups:
    """Add to the groups of synonyms the short forms that the papers explain."""
    added = {MARK + one: mined(forms, groups.get(MARK + one, ())) for one, forms in shard.explained.items()}
    return groups | {one: [*groups.get(one, ()), *found] for one, found in added.items() if found}


def _lexicon(papers: Mapping[str, int], cut: Callable[[str], tuple[str, str]]) -> dict[str, str]:
    """List under each pair of letters the rests of its words, the commonest first.

    Words are as common as each other when their papers have equally many binary digits, so that one paper more or less
    seldom changes the order; then the alphabet decides. A mark stands wherever the digits become one fewer, down to
    one, so that a reader who counts the marks from the end knows how common a word is.
    """
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
    return OutputFile(f"{FOLDER}/{path}", key, make, local=True)
