from __future__ import annotations

import json
import random
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from site_builder.search.selection import has_phrase
from site_builder.search.syntax import parsed, years_of

SCRIPTS = Path(__file__).parents[2] / "bench" / "scripts.mjs"
PIECES = (
    *(
        '"',
        "-",
        "+",
        "OR",
        "AND",
        "NOT",
        "|",
        ":",
        "title:",
        "Author:",
        "topic:",
        "tag:",
        "in:",
        "year:",
        "(",
        ")",
        ",",
    ),
    *(
        "heron",
        "self-taught",
        "the",
        "2021-",
        "2021..2019",
        "year:>2020",
        "<=2023",
        "20234",
        "a.b",
        "é",
        "“",
        "”",
        "\U0001d4b3",
        "WADING",
        "5",
    ),
    *(
        "2401.01234v2",
        "arXiv:2401.01234",
        "https://arxiv.org/pdf/hep-th/9901001.pdf",
        "doi.org/10.1000/X.1)",
        "2401.012",
    ),
    *('"cold water"', 'title:"of the marsh"', "birds that stand in the water all day", "x*"),
)


def by_the_browser(function: str, arguments: list[list[str]]) -> list[object]:
    """Return what a function of the shipped scripts gives for each list of arguments."""
    script = (
        f"import {{ run }} from {json.dumps(SCRIPTS.as_uri())};\n"
        f'const ours = run(["terms.js", "syntax.js"], {json.dumps(function)});\n'
        'import { readFileSync } from "node:fs";\n'
        'const rows = JSON.parse(readFileSync(0, "utf8"));\n'
        "console.log(JSON.stringify(rows.map((row) => ours(...row) ?? null)));\n"
    )
    command = ["node", "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(arguments), check=True, capture_output=True, text=True)
    answers: list[object] = json.loads(done.stdout)
    return answers


def invented(count: int) -> list[str]:
    """Return queries of pieces that the language knows, with and without blanks between."""
    chance = random.Random(5)  # noqa: S311 - an example, not a secret
    drawn = (
        chain.from_iterable((chance.choice(PIECES), chance.choice((" ", " ", ""))) for _ in range(9))
        for _ in range(count)
    )
    return ["".join(pieces) for pieces in drawn]


def as_the_browser_tells_it(query: str) -> dict[str, object]:
    """Return what we read a query to be."""
    found = parsed(query)
    demands = [
        {
            "not": demand.without,
            "alternatives": [{"field": i.field, "text": i.text, "phrase": i.phrase} for i in demand.alternatives],
        }
        for demand in found.demands
    ]
    return {"words": found.words.split(), "demands": demands}


def test_every_query_is_read_as_the_browser_reads_it() -> None:
    queries = [*invented(3000), "HERONS AND OTTERS", "heron AND cold OR moth -reeds", "", " ", '" "']
    read = [as_the_browser_tells_it(query) for query in queries]
    split = "({ words, demands }) => ({ words: words.match(/\\S+/gu) ?? [], demands })"
    shown = by_the_browser(f"(query) => ({split})(parsed(query))", [[query] for query in queries])
    assert sum(1 for each in read if each["demands"]) > 1000
    for query, ours, theirs in zip(queries, read, shown, strict=True):
        assert ours == theirs, query


@pytest.mark.parametrize(
    "text",
    [
        "2023",
        "2021-2023",
        "2023-2021",
        "2021..2023",
        "soon",
        "20234",
        "2021-23",
        "-2021",
        "..2021",
        "٢٠٢٣",
        "<2021",
        "<=2021",
        ">=20211",
    ],
)
def test_years_are_those_of_the_browser(text: str) -> None:
    assert [list(years_of(text) or ()) or None] == by_the_browser("yearsOf", [[text]])


def test_a_year_without_an_end_goes_on() -> None:
    assert years_of("2021-") == (2021, 9999)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("chain of thought", "A Chain-of-Thought."),
        ("chain of thought", "Chains of thought"),
        ("chain of thought", "A chain for thought"),
        ("chain thought", "chain of thought"),
        ("gpt 2", "GPT-2 and GPT-3"),
        ("gpt 2", "GPT-3 and 2"),
        ("old wat", "cold water"),
    ],
)
def test_a_phrase_is_found_where_the_browser_finds_it(phrase: str, text: str) -> None:
    assert [has_phrase(phrase, text)] == by_the_browser("hasPhrase", [[phrase, text]])
