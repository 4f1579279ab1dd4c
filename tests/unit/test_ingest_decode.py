"""Whatever the bytes are, the lines come out clean, under the numbers that an editor shows."""

import pytest

from site_builder.errors import UserError
from site_builder.ingest.decode import Repairs, clean, clean_paragraphs, lines_of

TEXT = "A Title on Cafés\n\nThe first line of a text.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_is_read(encoding: str) -> None:
    assert lines_of(TEXT.encode(encoding), "x.txt", Repairs()) == ["A Title on Cafés", "", "The first line of a text."]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_an_editor(ending: str) -> None:
    text = ending.join(["one", "", "three\u2028still three\x0bstill three", "four"])
    assert lines_of(text.encode(), "x.txt", Repairs()) == ["one", "", "three still three still three", "four"]


@pytest.mark.parametrize(
    ("copied", "clean_text", "repair"),
    [
        ("a\u00a0b\u2009c", "a b c", "unusual space"),
        ("a\tb", "a b", "tab or form feed"),
        ("to\u200bken\ufeff \u00adx", "token x", "zero-width character"),
        ("to\u200dken", "token", "zero-width joiner"),
        ("\u202eabc\u202c", "abc", "text direction mark"),
        ("a\x00b\x07c", "abc", "control character"),
        ("Cafe\u0301", "Café", "decomposed accent"),
        ("R&amp;D of &lt;SEG&gt; &#233;&#xe9;", "R&D of <SEG> éé", "HTML entity"),
        ("\x1b[31mred\x1b[0m", "red", "terminal colour"),
    ],
)
def test_each_repair_is_named_with_its_line(copied: str, clean_text: str, repair: str) -> None:
    repairs = Repairs()
    assert clean(copied, repairs, 7) == clean_text
    assert repairs.first == {repair: 7}
    assert repairs.lines == {repair: 1}


def test_an_entity_that_was_written_twice_is_one_character() -> None:
    assert clean("R&amp;amp;D of &amp;lt;SEG&amp;gt;", Repairs(), 1) == "R&D of <SEG>"


def test_bytes_that_are_no_utf_8_are_read_and_noted() -> None:
    repairs = Repairs()
    assert lines_of(b"fine \xe2\x80\x94 fine\nna\xefve \x93so\x94\n", "x.txt", repairs) == ["fine — fine", "naïve “so”"]
    assert repairs.first == {"byte that is no UTF-8, read as Windows-1252": 2}


@pytest.mark.parametrize("text", ["a < b && c; &nosuch; AT&T &amp", "नमस्\u200dते", "👩\u200d💻", "x\\y `z` $w$"])
def test_what_is_no_debris_stays(text: str) -> None:
    repairs = Repairs()
    assert clean(text, repairs, 1) == text
    assert not repairs.lines


def test_paragraphs_of_a_record_stay_paragraphs() -> None:
    assert clean_paragraphs("One\r\nline.\n \n\nTwo.\n", Repairs(), 1) == "One line.\n\nTwo."


@pytest.mark.parametrize("ending", ["\u2028", "\u2029", "\x85", "\v"])
def test_unusual_line_ends_count_where_there_are_no_others(ending: str) -> None:
    assert lines_of(ending.join(["one", "", "two"]).encode(), "x.txt", Repairs()) == ["one", "", "two"]


def test_a_text_with_control_characters_in_every_other_gap_is_text() -> None:
    (line,) = lines_of(b"the\x07 sheep \x08are here\x01 and\x02 \x03there", "x.txt", Repairs())
    assert line == "the sheep are here and there"


def test_a_byte_order_mark_that_was_read_as_windows_1252_is_none_of_the_text() -> None:
    assert lines_of("ï»¿Sheep".encode(), "x.txt", Repairs()) == ["Sheep"]


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\x00\x00\x00", b"\xef\xbb\xbf\n", "\u200b\n".encode()])
def test_an_empty_file_is_a_problem_with_its_name(data: bytes) -> None:
    with pytest.raises(UserError, match=r"dump\.txt: (the file is empty|this is not text)"):
        lines_of(data, "dump.txt", Repairs())


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(32)) * 9, b"\x00\x01\x02\x03" * 99]
)
def test_a_binary_file_is_a_problem_with_its_name(data: bytes) -> None:
    with pytest.raises(UserError, match=r"dump\.txt: this is not text"):
        lines_of(data, "dump.txt", Repairs())
