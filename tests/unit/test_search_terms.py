"""The browser's terms are those of the build."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

from site_builder.text.terms import tokens

ROOT = Path(__file__).parents[2]

SCRIPT = """
import { readFileSync } from "node:fs";
import { run } from "./bench/scripts.mjs";
const { tokens } = run(["terms.js"], "terms");
const texts = JSON.parse(readFileSync(0, "utf8"));
// Letters that this Node's Unicode does not have yet are no letters to it.
const known = (text) => !/\\p{Cn}/u.test(text);
const pairs = (text) => tokens(text).map(({ word, term }) => [word, term]);
console.log(JSON.stringify(texts.map((text) => known(text) ? pairs(text) : null)));
"""

UNASSIGNED = ("Cn", "Co", "Cs")
STEMS = "relat condit valenc hes digit conform radic differ vil oper feudal decis hope callous form sens triplic y yel"
ENDINGS = """
ational tional enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti iviti
biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ou ism ate iti ous
ive ize sion tion e y s es ies sses ss eed ed ing ll
"""


def in_the_browser(texts: list[str]) -> list[list[list[str]] | None]:
    command = ["node", "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found: list[list[list[str]] | None] = json.loads(done.stdout)
    return found


def in_the_build(texts: list[str]) -> list[list[list[str]]]:
    return [[[token.word, token.term] for token in tokens(text)] for text in texts]


def differences(texts: list[str]) -> list[tuple[str, object, object]]:
    triples = zip(texts, in_the_build(texts), in_the_browser(texts), strict=True)
    return [triple for triple in triples if triple[2] is not None and triple[1] != triple[2]]


def test_every_line_of_the_dumps_has_the_same_terms_in_the_browser(shared: Path) -> None:
    dumps = sorted((shared / "dumps").glob("*.txt"))
    lines = [line for dump in dumps for line in dump.read_text("utf-8").splitlines()]
    assert lines
    assert differences(lines) == []


def test_a_hundred_thousand_made_up_words_have_the_same_terms_in_the_browser() -> None:
    chance = random.Random(1980)  # noqa: S311 - examples, no secret
    stems, endings = STEMS.split(), ENDINGS.split()
    letters = "aeiouybcdlstwxz"

    def word() -> str:
        syllables = "".join(chance.choice(letters) for _ in range(chance.randint(0, 6)))
        return syllables + chance.choice(["", *stems]) + "".join(chance.choices(endings, k=chance.randint(0, 2)))

    assert differences([word() for _ in range(100_000)]) == []


def test_every_letter_of_every_script_has_the_same_case_and_bounds_in_the_browser() -> None:
    # U+0295 was a letter with lower case until Unicode 16; browsers and Pythons are on either side of that.
    known = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in UNASSIGNED]
    texts = [f"a{letter}b{letter} {letter}Σ ΑΣ{letter}" for letter in known if letter != "\u0295"]
    assert differences(texts) == []
