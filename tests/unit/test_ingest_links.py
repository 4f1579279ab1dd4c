"""Addresses are told from the debris around them, and named by what they lead to."""

import pytest

from site_builder.ingest.links import links_in, same_address


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Code is at https://github.com/a/b.", {"code": "https://github.com/a/b"}),
        ("Code: https://github.com/a/b.git.", {"code": "https://github.com/a/b"}),
        ("(see https://github.com/a/b).", {"code": "https://github.com/a/b"}),
        ("our code (\\href{https://github.com/a/b}{here}).", {"code": "https://github.com/a/b"}),
        ("code at https://github.com/a/b{https://github.com/a/b}.", {"code": "https://github.com/a/b"}),
        ("code is in this {https://github.com/a/b_c{link}}.", {"code": "https://github.com/a/b_c"}),
        ("code is available at~https://github.com/a/b.", {"code": "https://github.com/a/b"}),
        ("see https://www.example.edu/~me/work", {"link": "https://www.example.edu/~me/work"}),
        ("released at github.com/a/b.", {"code": "https://github.com/a/b"}),
        ("released at https: //github.com/a/b .", {"code": "https://github.com/a/b"}),
        ("on this webpage.https://a.github.io/b/. More", {"project": "https://a.github.io/b/"}),
        ("data: some-name.github.io", {"project": "https://some-name.github.io"}),
        ("a website, hosted on www.example.org.", {"project": "https://www.example.org"}),
        ("at https://github.com/a/b.We then", {"code": "https://github.com/a/b"}),
        ("at https://github.com/a/-b-", {"code": "https://github.com/a/-b-"}),
        ("at https://github.com/a/b\\_c", {"code": "https://github.com/a/b_c"}),
        (
            "Code is at https://github.com/a/b and https://gitee.com/a/b, data at https://example.org/d.",
            {"code": "https://github.com/a/b", "code-2": "https://gitee.com/a/b", "data": "https://example.org/d"},
        ),
        ("models at https://huggingface.co/a, data at https://huggingface.co/datasets/b",
         {"models": "https://huggingface.co/a", "data": "https://huggingface.co/datasets/b"}),
        ("at https://github.com/a/bhttps://github.com/a/c",
         {"code": "https://github.com/a/b", "code-2": "https://github.com/a/c"}),
    ],
)  # fmt: skip
def test_an_address_is_found_and_named(text: str, links: dict[str, str]) -> None:
    assert links_in(text) == links


@pytest.mark.parametrize(
    "text",
    ["no address", "http:// alone", "a@github.com/x", "i.e. this", "https://localhost/", "https://[x]/", "and/or"],
)
def test_what_is_no_address_is_not_taken(text: str) -> None:
    assert links_in(text) == {}


def test_one_place_is_one_link() -> None:
    assert same_address("http://www.Example.org/a/", "https://example.org/a.git")
    assert not same_address("https://example.org/a", "https://example.org/b")
    assert links_in("at https://a.github.io/b/ and https://a.github.io/b.") == {"project": "https://a.github.io/b/"}
