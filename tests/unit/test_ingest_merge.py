"""Records that are one paper are found to be one, whatever else they say and in whatever order they come."""

import itertools

from site_builder.ingest.merge import Group, Known, key_of, merge, near, read_source, source_of
from site_builder.ingest.records import Record

TEXT = (
    "Sheep are hard to count because they move while one counts them, and shepherds are tired. We propose a network "
    "that follows each animal through the flock and forgets nothing. On three meadows it halves the error."
)
OTHER = (
    "Counting is an old problem of farming. This paper compares eleven ways to do it with bells, dogs and drones, and "
    "finds that none of them works at night. We publish our notes and our bells for everyone to try."
)


def record(title: str = "Counting Sheep", abstract: str = TEXT, position: int = 1, **more: object) -> Record:
    return Record(title=title, abstract=abstract, line=position, position=position, **more)  # type: ignore[arg-type]


def merged(*records: Record, known: tuple[Known, ...] = (), collections: str = "abc") -> list[Group]:
    keys = [key_of(r, n, collections[n]) for n, r in enumerate(records)]
    return merge(keys, known)


def test_a_copy_is_the_same_paper() -> None:
    assert len(merged(record(), record("COUNTING  sheep!"))) == 1


def test_a_copy_with_small_differences_is_near() -> None:
    source = source_of("x", TEXT)
    assert near(source, source_of("x", TEXT.replace("tired", "weary").replace("halves", "halved")))
    assert near(source, source_of("x", TEXT[: len(TEXT) // 2]))
    assert near(source, source_of("x", TEXT[60:]))
    assert near(source, source_of("x", ""))
    assert not near(source, source_of("x", OTHER))


def test_one_title_over_another_abstract_is_another_paper_and_is_marked() -> None:
    groups = merged(record(), record(abstract=OTHER))
    assert len(groups) == 2
    assert all(group.twins for group in groups)


def test_another_title_is_another_paper() -> None:
    assert len(merged(record(), record("Counting Goats"))) == 2


def test_an_id_makes_one_paper_of_two_titles_and_two_of_one() -> None:
    ids = (("arxiv", "2401.00001"),)
    assert len(merged(record(ids=ids), record("Counting Sheep, Revised", OTHER, ids=(("arxiv", "2401.00001v2"),)))) == 1
    assert len(merged(record(ids=ids), record(ids=(("arxiv", "2401.00002"),)))) == 2


def test_a_records_own_id_counts_within_its_collection_only() -> None:
    one, other = record(ids=(("id", "1"),)), record("Goats", OTHER, ids=(("id", "1"),))
    assert len(merged(one, other, collections="aa")) == 1
    assert len(merged(one, other, collections="ab")) == 2
    assert len(merged(record(ids=(("id", "1"),)), record(ids=(("id", "2"),)), collections="aa")) == 2


def test_the_fullest_record_is_written_whatever_the_order() -> None:
    records = [record(abstract=TEXT[:120], position=1), record(position=2), record(abstract="", position=3)]
    for order in itertools.permutations(records):
        (group,) = merge([key_of(r, r.position, "abc"[r.position - 1]) for r in order], ())
        assert group.told_best.position == 2
        assert sorted(key.position for key in group.members) == [1, 2, 3]


def test_a_known_paper_is_found_by_its_source() -> None:
    known = Known("an-address", source_of("Counting Sheep", TEXT), (), ())
    (group,) = merged(record(abstract=TEXT[:-30]), known=(known,))
    assert group.known is known
    (group,) = merged(record(abstract=OTHER), known=(known,))
    assert group.known is None
    assert group.twins


def test_of_two_papers_of_one_title_the_one_with_the_same_text_is_found_before_one_without_text() -> None:
    empty = Known("a-twin", source_of("Counting Sheep", ""), (("arxiv", "2401.00002"),), ("b",))
    full = Known("counting-sheep", source_of("Counting Sheep", TEXT), (("arxiv", "2401.00001"),), ("b",))
    for known in ((empty, full), (full, empty)):
        (group,) = merged(record(), known=known)
        assert group.known is full
    seen = Known("seen-here", source_of("Counting Sheep", TEXT), (), ("a",))
    other = Known("seen-there", source_of("Counting Sheep", TEXT), (), ("b",))
    for known in ((seen, other), (other, seen)):
        (group,) = merged(record(), known=known)
        assert group.known is seen


def test_a_source_is_read_as_it_is_written() -> None:
    for source in (source_of("A title", TEXT), source_of("A title", ""), source_of("A title", "short text")):
        assert read_source(str(source)) == source
    assert read_source("no such thing") is None
