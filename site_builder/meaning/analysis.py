"""What follows from one paper's own text: its words, its vector, and the evidence for its topics.

A build that finds one paper changed looks at all the others, but at little of each: an Analysis holds that little, and
the rest packed, to be read where it is wanted.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from site_builder.looks import digest
from site_builder.meaning.reasons import telling
from site_builder.meaning.topics import Decider, Text, compiled
from site_builder.meaning.vector import MARKS, TAG, Field, common, leads, pairs, vector
from site_builder.model import Evidence
from site_builder.text.acronyms import acronyms
from site_builder.text.markdown import to_text
from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from site_builder.meaning.weights import Weights
    from site_builder.model import Paper, Topic


class Details(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the rest of the program needs to know of a paper's text."""

    title_words: dict[str, int]
    """Lower-case words as written, stop words left out, with their counts."""
    body_words: dict[str, int]
    title_order: tuple[int, ...]
    """The words as they follow each other, each by its place in `title_words`."""
    body_order: tuple[int, ...]
    acronyms: tuple[tuple[str, str], ...]
    """The short forms that title and body explain, each with its long form."""
    title_length: int
    """In terms."""
    body_length: int
    evidence: tuple[Evidence, ...]
    """For the topics in the paper's file, in its order. No matches: a person decided, or the words are not shown."""


class Analysis(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A paper's text in short: digests of what others depend on; all else is packed, and each call unpacks it."""

    text: bytes
    """Digest of title and plain text."""
    likeness: bytes
    """Digest of all that the likeness to another paper depends on: vector, leads, common terms, and their words."""
    shown: bytes
    """Digest of what the paper's own page shows of the analysis: the evidence."""
    packed: msgspec.Raw
    packed_phrases: msgspec.Raw
    packed_leads: msgspec.Raw
    packed_marks: msgspec.Raw
    packed_common: msgspec.Raw
    packed_vector: msgspec.Raw
    packed_written: msgspec.Raw
    sense: bytes = b""
    """The text as an encoder has it, where the site asks for one: signed bytes. `likeness` covers it."""

    def details(self) -> Details:
        """Return what is known of the text in full."""
        return unpacked(self.packed)

    def phrases(self) -> dict[str, str]:
        """Return by the topics that the paper's words decide the weightiest of these words, as the paper has them."""
        return _unpack_phrases(self.packed_phrases)

    def leads(self) -> dict[str, int]:
        """Return the vector's terms that may lead to related papers, with their weights, the first ones first."""
        return _unpack_weights(self.packed_leads)

    def marks(self) -> dict[str, int]:
        """Return the tags and topics of the vector, with their weights."""
        return _unpack_weights(self.packed_marks)

    def common(self) -> int:
        """Return the steps of the vector's common terms as bits, as `vector.common` tells them."""
        return int.from_bytes(_unpack_bytes(self.packed_common), "little")

    def vector(self) -> dict[str, int]:
        """Return terms with integer weights, the weightiest first; then tags (`#name`) and topics (`@id`)."""
        return _unpack_weights(self.packed_vector)

    def written(self) -> dict[str, str]:
        """Return those of the terms that tell a reader something, and the tags, as the paper has them most often."""
        return _unpack_phrases(self.packed_written)

    def without_likeness(self) -> Analysis:
        """Return it without what only related papers are found by: two thirds of it."""
        none = msgspec.Raw()
        return replace(
            self,
            packed_leads=none,
            packed_marks=none,
            packed_common=none,
            packed_vector=none,
            packed_written=none,
            sense=b"",
        )


def unpacked(packed: msgspec.Raw) -> Details:
    """Unpack the details of an analysis."""
    return _unpack(packed)


_unpack = msgspec.msgpack.Decoder(Details).decode
_unpack_weights = msgspec.msgpack.Decoder(dict[str, int]).decode
_unpack_phrases = msgspec.msgpack.Decoder(dict[str, str]).decode
_unpack_bytes = msgspec.msgpack.Decoder(bytes).decode
_pack = msgspec.msgpack.Encoder().encode


def analysis_key(topics: Iterable[Topic], weights: Weights) -> bytes:
    """Return a digest of all that an analysis depends on besides the paper."""
    rules = [(topic.id, topic.name, topic.floor, topic.rules, topic.exclude) for topic in topics]
    return digest(repr((rules, weights.key)).encode())


class Analyser:
    """Topics and weights, compiled once. Raises UserError where a query of a topic is refused."""

    def __init__(self, topics: tuple[Topic, ...], weights: Weights, path: str = "topics.yaml") -> None:
        self.topics = topics
        self.weights = weights
        self.path = path
        self.rules = compiled(topics, path)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what it is compiled from, which each worker does once."""
        return _compiled_once, (self.topics, self.weights, self.path)

    @cached_property
    def _decider(self) -> Decider:
        # Made when first needed: a build that finds every analysis in its cache tries no rule.
        return Decider(self.topics, self.rules)

    def compile(self) -> None:
        """Make rules and weights ready now rather than when first used: before the work is spread over processes."""
        _ = self._decider, self.weights.common

    def decide(self, title: str, text: str) -> tuple[Evidence, ...]:
        """Return the topics that the rules alone decide from a title and plain text, in the order of the topics."""
        return self._decider.decide(Text(title, text))

    def explain(self, title: str, text: str) -> tuple[Evidence, ...]:
        """Return every topic that anything speaks for, enough or not."""
        read = Text(title, text)
        return tuple(weighed.evidence(read) for weighed in self._decider.explain(read).values())

    def analyse(self, paper: Paper) -> Analysis:
        """Analyse a paper as its file has it."""
        body = to_text(paper.body)
        text = Text(paper.title, body)
        in_title, in_body = text.positions["title"], text.positions["body"]
        tags = {tag: [term for term in terms(words(tag)) if term] for tag in paper.tags}
        title_pairs, body_pairs = pairs(in_title.parts), pairs(in_body.parts)
        weighed = vector(
            Field(in_title.terms, [pair for pair, _ in title_pairs]),
            Field(in_body.terms, [pair for pair, _ in body_pairs]),
            tags,
            paper.topics,
            self.weights,
        )
        weighed_topics = self._decider.explain(text, paper.topics) if paper.topics else {}
        found = {topic: weighed.evidence(text) for topic, weighed in weighed_topics.items()}
        phrases = {
            topic: _phrase(evidence)
            for topic, evidence in found.items()
            if weighed_topics[topic].enough and evidence.matches
        }
        leading = leads(weighed, self.weights)
        bits = common(weighed, self.weights)
        steps = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        # The body first: of two forms that are as common, that of the title is the one with capitals.
        written = _written(in_body.written + in_title.written, body_pairs + title_pairs, weighed)
        written = telling(_hyphened(written, f"{paper.title}\n{body}"), leading)
        written |= {TAG + tag: tag for tag in paper.tags}
        details = Details(
            title_words=dict(Counter(in_title.lower)),
            body_words=dict(Counter(in_body.lower)),
            title_order=_order(in_title.lower),
            body_order=_order(in_body.lower),
            acronyms=tuple(dict.fromkeys(acronyms(f"{paper.title}\n{body}"))),
            title_length=len(in_title.terms),
            body_length=len(in_body.terms),
            evidence=tuple(found.get(topic, Evidence(topic, 0, ())) for topic in paper.topics),
        )
        return Analysis(
            text=_digest((paper.title, body)),
            likeness=_digest((weighed, written, leading, steps)),
            shown=_digest((details.evidence, phrases)),
            packed=_packed(details),
            packed_phrases=_packed(phrases),
            packed_leads=_packed(leading),
            packed_marks=_packed({term: weight for term, weight in weighed.items() if term[0] in MARKS}),
            packed_common=_packed(steps),
            packed_vector=_packed(weighed),
            packed_written=_packed(written),
        )


@lru_cache(maxsize=2)
def _compiled_once(topics: tuple[Topic, ...], weights: Weights, path: str) -> Analyser:
    return Analyser(topics, weights, path)


def _order(words: Iterable[str]) -> tuple[int, ...]:
    """Return each word's place among the words that differ, in the order in which they come first."""
    places = {word: place for place, word in enumerate(dict.fromkeys(words))}
    return tuple(map(places.__getitem__, words))


def _phrase(evidence: Evidence) -> str:
    return " ".join(evidence.matches[0].text.split())


def _written(words: list[str], pairs: list[tuple[str, str]], weighed: Container[str]) -> dict[str, str]:
    """Return each term's commonest written form, ties by the one that comes first; `pairs` are terms and forms."""
    counts = Counter(words)
    counted = zip(terms(list(counts)), counts.items(), strict=True)
    counted_pairs = ((term, (written, count)) for (term, written), count in Counter(pairs).items())
    most: dict[str, int] = {}
    forms: dict[str, str] = {}
    for term, (written, count) in chain(counted, counted_pairs):
        if term in weighed and count > most.get(term, 0):
            most[term] = count
            forms[term] = written
    return forms


def _hyphened(written: Mapping[str, str], text: str) -> dict[str, str]:
    """Give the pairs of words their hyphens back."""
    return {
        term: form.replace(" ", "-") if " " in term and form not in text else form for term, form in written.items()
    }


def _packed(value: object) -> msgspec.Raw:
    return msgspec.Raw(_pack(value))


def _digest(value: object) -> bytes:
    return digest(_pack(value))
