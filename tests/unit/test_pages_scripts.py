"""The scripts of the search become one, which does what they did."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from site_builder import shipped
from site_builder.errors import UserError
from site_builder.pages import scripts
from site_builder.pages.render import files_below

SHIPPED = {name: path for name, path in files_below(shipped.STATIC) if name.startswith(scripts.FOLDER)}


def folder(root: Path, files: dict[str, str]) -> dict[str, Path]:
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")
    return {scripts.FOLDER + name: root / name for name in files}


def test_scripts_are_joined_in_the_order_of_the_list(tmp_path: Path) -> None:
    static = folder(
        tmp_path,
        {"order.json": '{"one.js": ["b.js", "a.js"], "two.js": []}', "a.js": "use(b);\n\n", "b.js": "const b = 1;\n"},
    )
    listed = scripts.names(static)
    assert list(listed) == ["one.js", "two.js"]
    chosen = {name: static[name] for name in listed["one.js"]}
    assert scripts.joined(chosen) == b"// b.js\nconst b = 1;\n// a.js\nuse(b);\n"


def test_documentation_types_and_indentation_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    source = """\
        const glob = "/** not a comment */";
        use(/** @type {number} */ (glob).length);
        /**
         * Told at length.
         */
          const a = 2 /** inside */ * 3;
        // A line.
          /** One line. */
        /* A reason. */"""
    kept = """\
const glob = "/** not a comment */";
use((glob).length);
const a = 2 /** inside */ * 3;
// A line.
/* A reason. */"""
    static = folder(tmp_path, {"a.js": source})
    assert scripts.joined(static).decode().splitlines() == ["// a.js", *kept.splitlines()]


def test_each_file_says_at_its_end_of_which_build_of_all_it_is(tmp_path: Path) -> None:
    static = folder(
        tmp_path, {"order.json": '{"one.js": ["a.js"], "two.js": ["b.js"]}', "a.js": "a();\n", "b.js": "b();\n"}
    )
    before = scripts.files(static)
    said = [re.fullmatch(rb'// \w\.js\n\w\(\);\nbuilds\["(.*)"\] = "(\w{8})";\n', text) for text in before.values()]
    assert [found and found[1] for found in said] == [b"one.js", b"two.js"]
    assert len({found and found[2] for found in said}) == 1
    static[scripts.FOLDER + "b.js"].write_text("c();\n", "utf-8")
    after = scripts.files(static)
    assert before["one.js"] != after["one.js"]
    assert before["one.js"].splitlines()[:-1] == after["one.js"].splitlines()[:-1]


def test_a_list_that_cannot_be_read_or_names_what_is_not_there_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"order\.json: there is no script gone\.js; put it beside this file"):
        scripts.names(folder(tmp_path, {"order.json": '{"one.js": ["gone.js"]}'}))
    with pytest.raises(UserError, match=r"order\.json: it does not list scripts by the file"):
        scripts.names(folder(tmp_path, {"order.json": '["a.js"]'}))


def test_every_shipped_script_is_on_the_list_once() -> None:
    listed = json.loads(SHIPPED[scripts.ORDER].read_text("utf-8"))
    assert sorted(name for names in listed.values() for name in names) == sorted(
        path.name for path in SHIPPED.values() if path.suffix == ".js"
    )


def test_no_shipped_script_has_a_text_over_several_lines_which_would_lose_its_indentation() -> None:
    for name, path in SHIPPED.items():
        code = re.sub(r"^\s*/\*\*.*?\*/$|//[^\n]*$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        odd = [line for line in code.splitlines() if line.count("`") % 2]
        assert odd == [], name


def test_what_is_left_of_the_shipped_scripts_is_sound(tmp_path: Path) -> None:
    listed = scripts.names(SHIPPED)
    for file, content in scripts.files(SHIPPED).items():
        names = listed[file]
        one = tmp_path / file
        one.write_bytes(content)
        subprocess.run(["node", "--check", str(one)], check=True)
        assert one.read_text("utf-8").startswith(f'// {names[0].removeprefix(scripts.FOLDER)}\n"use strict";\n')
        assert "@param" not in one.read_text("utf-8")


def test_the_script_that_finds_titles_is_less_than_what_comes_after_it_and_that_is_small() -> None:
    sizes = [len(gzip.compress(content)) for content in scripts.files(SHIPPED).values()]
    assert sizes[0] < 11_800
    assert sizes[0] < sum(sizes[1:])
    assert sizes[1] < 14_050
