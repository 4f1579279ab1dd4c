from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from site_builder.meaning import related
from site_builder.meaning.analysis import Analyser, Analysis
from site_builder.meaning.related import KEEP, LONGEST, SHOWN, neighbours, relate
from site_builder.meaning.weights import RARE, Weights, load
from site_builder.model import Neighbours, Paper
from tests.unit.test_search_index import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load()


def analysed(papers: Iterable[Paper], weights: Weights) -> dict[str, Analysis]:
    analyser = Analyser((), weights)
    return {paper.slug: analyser.analyse(paper) for paper in papers}


PAPERS = (
    Paper(
        slug="a", title="Wasserstein barycenters", body="Entropic barycenters of measures.", tags=("entropic measure",)
    ),
    Paper(slug="b", title="Sinkhorn barycenters", body="Entropic Wasserstein costs.", tags=("entropic measure",)),
    Paper(slug="c", title="Pruning of apple trees", body="Orchards in spring."),
    Paper(slug="d", title="Orchards of the north", body="Apple and pear."),
)


def test_neighbours_are_those_that_share_rare_words_and_it_is_told_which(weights: Weights) -> None:
    related = relate(analysed(PAPERS, weights), Memory())
    assert related["a"].slugs == ["b"]
    assert related["a"].shared()["b"][0] == "entropic measure"
    assert "barycenter" in related["a"].shared()["b"]
    assert related["d"].slugs == ["c"]


def test_four_times_as_many_are_kept_with_their_weights_and_found_again(weights: Weights) -> None:
    analyses = analysed(
        [Paper(slug=f"p{n:02}", title=f"Wasserstein barycenters {n}") for n in range(KEEP + 8)], weights
    )
    cache = Memory()
    shown = relate(analyses, cache)
    made = cache.made.copy()
    kept = neighbours(analyses, cache)
    assert cache.made == made
    assert all(len(others) == KEEP for others in kept.values())
    for slug, others in kept.items():
        assert list(others)[:SHOWN] == shown[slug].slugs
        assert list(others.values()) == sorted(others.values(), reverse=True)


def test_two_words_that_stand_together_make_papers_more_alike_than_the_two_apart(weights: Weights) -> None:
    papers = [
        Paper(slug="a", title="Attention sinks"),
        Paper(slug="b", title="Attention sinks anew"),
        Paper(slug="c", title="Sinks of attention anew"),
    ]
    assert relate(analysed(papers, weights), Memory())["a"].slugs == ["b", "c"]


def test_a_long_text_is_no_nearer_for_its_length(weights: Weights) -> None:
    long = " ".join(f"{letter}{other}q" for letter in "bcdfghjklm" for other in "npqrstvwxz")
    papers = [
        Paper(slug="a", title="Wasserstein barycenters"),
        Paper(slug="b", title="Wasserstein costs", body=long),
        Paper(slug="c", title="Wasserstein costs"),
    ]
    assert relate(analysed(papers, weights), Memory())["a"].slugs == ["c", "b"]


def test_phrases_are_told_before_words_in_one_spelling_and_words_that_say_nothing_never(weights: Weights) -> None:
    papers = [
        Paper(slug="a", title="Vision Transformers", body="We propose ViT-Y, a novel method, for tokens of ViT-Y."),
        Paper(slug="b", title="A vision transformer", body="A novel method, which we propose for ViT-Y and tokens."),
    ]
    related = relate(analysed(papers, weights), Memory())
    assert related["a"].shared()["b"] == related["b"].shared()["a"] == ("vision transformer", "ViT")


def test_numbers_make_no_company(weights: Weights) -> None:
    alike = [Paper(slug="x", title="Rope by 0.37 points"), Paper(slug="y", title="Lamps in 0.37 seconds")]
    assert relate(analysed(alike, weights), Memory()) == {"x": Neighbours.of({}), "y": Neighbours.of({})}


def test_likeness_is_mutual(weights: Weights) -> None:
    weighed = neighbours(analysed(PAPERS, weights), Memory())
    assert weighed["a"]["b"] == weighed["b"]["a"]


def test_the_order_in_which_papers_come_makes_no_difference(weights: Weights) -> None:
    analyses = analysed(PAPERS, weights)
    backwards = dict(reversed(analyses.items()))
    assert relate(analyses, Memory()) == relate(backwards, Memory())


def test_papers_that_are_equally_like_come_by_slug_and_at_most_so_many_are_kept(weights: Weights) -> None:
    many = [Paper(slug=f"p{n:02}", title="Wasserstein barycenters") for n in range(KEEP + 8)]
    related = relate(analysed(many, weights), Memory())
    assert related[f"p{KEEP + 7:02}"].slugs == [f"p{n:02}" for n in range(SHOWN)]


def test_nothing_is_counted_twice_and_a_changed_paper_only_disturbs_its_own_company(weights: Weights) -> None:
    cache = Memory()
    relate(analysed(PAPERS, weights), cache)
    assert cache.made["neighbours"] == 4
    relate(analysed(PAPERS, weights), cache)
    assert cache.made["neighbours"] == 4
    changed = (*PAPERS[:2], Paper(slug="c", title="Orchards in autumn", body="Apple harvest."), PAPERS[3])
    assert relate(analysed(changed, weights), cache) == relate(analysed(changed, weights), Memory())
    assert cache.made["neighbours"] == 6


def test_a_paper_without_rare_words_still_has_company(weights: Weights) -> None:
    plain = [Paper(slug="x", title="Deep learning of images"), Paper(slug="y", title="Learning of deep image models")]
    related = relate(analysed(plain, weights), Memory())
    assert related["x"].slugs == ["y"]


def test_a_word_that_nearly_every_paper_has_makes_no_neighbours(weights: Weights) -> None:
    def shelf(size: int) -> list[Paper]:
        # Seven words of its own and three in common for each pair of papers; the first word for all of them.
        own = [[f"{letter}{'ab'[n % 2]}q{n}" for letter in "bcdfghj"] for n in range(size)]
        return [
            Paper(slug=f"p{n:04}", title=f"Quodlibet {' '.join(words)} kxq{n // 2} lxq{n // 2} mxq{n // 2}")
            for n, words in enumerate(own)
        ]

    few, many = (relate(analysed(shelf(size), weights), Memory()) for size in (LONGEST, LONGEST + 2))
    assert len(few["p0004"].slugs) == SHOWN
    assert many["p0004"].slugs == ["p0005"]
    assert few["p0004"].slugs[0] == "p0005"


def test_papers_that_share_only_common_words_still_have_company(weights: Weights) -> None:
    alike = [Paper(slug=f"p{n:04}", title="Quodlibet" if n else "Quodlibet again") for n in range(LONGEST + 9)]
    related = relate(analysed(alike, weights), Memory())
    assert all(len(others.slugs) == SHOWN for others in related.values())


def test_crossing_the_bound_of_a_word_with_a_memory_gives_the_lists_of_those_without(weights: Weights) -> None:
    cache = Memory()
    for size in (LONGEST, LONGEST + 1, LONGEST):
        words = [" ".join(f"{letter}q{n // 3}" for letter in "bcdfgh") for n in range(size)]
        analyses = analysed([Paper(slug=f"p{n}", title=f"Quodlibet {w}") for n, w in enumerate(words)], weights)
        assert relate(analyses, cache) == relate(analyses, Memory())


def test_a_word_that_is_no_longer_in_too_many_papers_leads_to_all_of_them_again(weights: Weights) -> None:
    def titled(n: int) -> Paper:
        return Paper(slug=f"p{n:02}", title=f"Quodlibet bq{n}x", tags=("lamps",) * (n in (0, LONGEST)))

    papers = [titled(n) for n in range(LONGEST + 1)]
    cache = Memory()
    relate(analysed(papers, weights), cache)
    without_one = analysed(papers[:40] + papers[41:], weights)
    assert relate(without_one, cache) == relate(without_one, Memory())


@pytest.mark.parametrize(
    ("longest", "words"), [(LONGEST, 6), (20, 6), (14, 6), (8, 6), (4, 5), (2, 4), (14, 1), (8, 2)]
)
def test_lists_that_were_mended_are_those_that_are_made_anew(
    weights: Weights, monkeypatch: pytest.MonkeyPatch, longest: int, words: int
) -> None:
    monkeypatch.setattr(related, "LONGEST", longest)
    dice = random.Random(7)  # noqa: S311 - not for secrets
    subjects = [f"{letter}q{n}" for letter in "bcdfghjklm" for n in range(4)]

    def paper(number: int) -> Paper:
        tags = tuple(dice.sample(subjects, 2))
        return Paper(slug=f"p{number:02}", title=" ".join(dice.sample(subjects, words)), tags=tags)

    papers = {number: paper(number) for number in range(90)}
    cache = Memory()
    made_anew = 0
    count = related._Company.of

    def counted(company: related._Company, slug: str) -> related._Made:
        nonlocal made_anew
        made_anew += 1
        return count(company, slug)

    for step in range(40):
        if step % 4 == 3:
            papers.pop(dice.choice(list(papers)))
        for number in dice.sample(range(90), dice.choice([1, 1, 2])):
            papers[number] = paper(number)
        analyses = analysed(papers.values(), weights)
        with monkeypatch.context() as patch:
            patch.setattr(related._Company, "of", counted)
            found = relate(analyses, cache)
        assert found == relate(analyses, Memory())
        if step % 7 == 0:
            assert neighbours(analyses, cache) == neighbours(analyses, Memory())
    if words == 6:
        assert any(len(others) == KEEP for others in neighbours(analyses, cache).values())
    if longest == LONGEST:
        assert made_anew < 90 + 40 * 3, "but for the changed papers themselves, lists are mended"


def test_lists_follow_the_table_also_where_it_changes_no_vector() -> None:
    rare = [f"{letter}{other}q" for letter in "bcdfg" for other in "npqrst"]
    papers = [Paper(slug=slug, title=" ".join([*rare, "kelp"])) for slug in "ab"]

    def table(papers_with_kelp: int) -> Weights:
        head = "# papers: 80000; mean words in a title: 10.0, in an abstract: 190.0"
        return Weights(f"{head}\nkelp\t{papers_with_kelp}\n".encode(), head.encode())

    before, after = (analysed(papers, table(count)) for count in (RARE, RARE + 1))
    assert (before["a"].vector(), before["a"].written()) == (after["a"].vector(), after["a"].written())
    cache = Memory()
    relate(before, cache)
    assert neighbours(before, cache) != neighbours(after, Memory())
    relate(after, cache)
    assert neighbours(after, cache) == neighbours(after, Memory())


def test_a_build_that_was_killed_while_it_remembered_misleads_no_later_one(weights: Weights) -> None:
    dice = random.Random(8)  # noqa: S311 - not for secrets
    subjects = [f"{letter}q{n}" for letter in "bcdfgh" for n in range(3)]
    papers = [Paper(slug=f"p{number:02}", title=" ".join(dice.sample(subjects, 5))) for number in range(60)]
    cache = Memory()
    for _ in range(12):
        before = cache.values.copy()
        papers[dice.randrange(60)] = papers[dice.randrange(60)]
        papers[dice.randrange(60)] = Paper(slug="new", title=" ".join(dice.sample(subjects, 5)))
        analyses = analysed({paper.slug: paper for paper in papers}.values(), weights)
        relate(analyses, cache)
        for lost in ("related", "neighbours", "company"):
            old = {key: value for key, value in before.items() if key[0] == lost}
            kept = {key: value for key, value in cache.values.items() if key[0] != lost}
            half = Memory()
            half.values = kept | old
            assert relate(analyses, half) == relate(analyses, Memory())
            assert relate(analyses, half) == relate(analyses, Memory())
