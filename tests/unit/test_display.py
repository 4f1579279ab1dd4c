"""What long work shows on a terminal and in a log, and what is left of it there: nothing, or lines."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from site_builder import display
from site_builder.cli import main
from site_builder.display import Stopwatch, as_json, shown
from site_builder.progress import counted
from tests import invented

ROOT = Path(__file__).parents[2]
QUICK_CLOCK = "from site_builder import display\ndisplay._Terminal.first = 0.05\ndisplay._Terminal.every = 0.02\n"
WORK = """
import sys, time
from site_builder.display import Stopwatch, shown
from site_builder.progress import counted
watch = Stopwatch()
with shown(watch, sys.stderr):
    watch.stage("look")
    watch.stage("gather")
    watch.expect(2000)
    for _ in counted(range(2000), watch):
        time.sleep({seconds} / 2000)
print("rich" in sys.modules)
"""
SLOW_BUILD = """
import time
from site_builder import cores
from site_builder.__main__ import program
cores.WORTH = 1
advance = display.Stopwatch.advance
display.Stopwatch.advance = lambda watch: (time.sleep(0.02), advance(watch))[1]
program()
"""


def on_a_terminal(
    code: str, *arguments: str, columns: int = 80, press: tuple[str, bytes] | None = None, **environment: str
) -> tuple[int, str, str]:
    """Run Python code with a terminal of its own; return its status, what the terminal was sent, and its output.

    `press` is what to wait for on the terminal, and the keys that are pressed then.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    # A session opens its first terminal: from then on Ctrl-C there is for it.
    code = "import os; os.close(os.open(os.ttyname(2), os.O_RDWR))\n" + code
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
        cwd=ROOT,
        env=known | {"TERM": "xterm-256color"} | environment,
        text=True,
    ) as process:
        os.close(theirs)
        sent = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # the other side has closed the terminal
                break
            sent += some
            if not some:
                break
            if press and press[0].encode() in sent:
                os.write(ours, press[1])
                press = None
        os.close(ours)
        assert process.stdout
        output = process.stdout.read()
    assert press is None, "what was waited for did not appear"
    return process.returncode, sent.decode(), output


def screen(sent: str) -> str:
    """Return what is left on a terminal in the end, as far as it is moved over by what rich sends."""
    lines, row = [""], 0
    for part in sent.replace("\r\n", "\n").replace("\x1b[?25l", "").replace("\x1b[?25h", "").split("\x1b["):
        body = part
        if part.startswith("2K"):
            lines[row], body = "", part[2:]
        elif part.startswith("1A"):
            row, body = row - 1, part[2:]
        for line, text in enumerate(body.split("\n")):
            if line:
                row += 1
                lines += [""] * (row + 1 - len(lines))
            lines[row] += text.replace("\r", "")
    return "\n".join(lines).strip()


def test_a_terminal_shows_how_many_of_how_many_how_fast_and_how_long_it_may_take_and_is_clean_afterwards() -> None:
    status, sent, _ = on_a_terminal(QUICK_CLOCK + WORK.format(seconds=1), NO_COLOR="1")
    assert status == 0
    assert " of 2,000, " in sent
    assert "/s, " in sent
    assert " s left" in sent
    assert "gather ━" in sent
    assert sent.endswith("\x1b[?25h\r\x1b[1A\x1b[2K"), "the cursor is back, and the line is empty"
    assert screen(sent) == ""


def test_work_that_does_not_last_shows_nothing_and_does_not_load_what_shows_it() -> None:
    assert on_a_terminal(WORK.format(seconds=0.2)) == (0, "", "False\n")


def test_a_terminal_that_wants_no_colours_gets_none() -> None:
    coloured = on_a_terminal(QUICK_CLOCK + WORK.format(seconds=1))[1]
    plain = on_a_terminal(QUICK_CLOCK + WORK.format(seconds=1), NO_COLOR="1")[1]
    assert "m━" in coloured
    assert "m━" not in plain


@pytest.mark.parametrize("columns", [20, 59, 60, 200])
def test_a_line_is_never_longer_than_the_terminal_is_wide(columns: int) -> None:
    sent = on_a_terminal(QUICK_CLOCK + WORK.format(seconds=1.5), columns=columns, NO_COLOR="1")[1]
    pictures = [part.removeprefix("\x1b[?25l") for part in sent.split("\x1b[?25h")[0].split("\r\x1b[2K")]
    assert len(pictures) > 1
    assert all(len(picture.rstrip("\r\n")) <= columns for picture in pictures)
    assert any("gather" in picture for picture in pictures)


def test_a_terminal_that_can_only_write_lines_gets_lines() -> None:
    code = "from site_builder import display\ndisplay._Log.first = display._Log.every = 0.2\n"
    _, sent, output = on_a_terminal(code + WORK.format(seconds=0.5), TERM="dumb")
    assert "\x1b" not in sent
    assert sent.startswith("gather: ")
    assert output == "False\n"


def test_a_log_gets_a_plain_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display._Log, "first", 0.1)
    monkeypatch.setattr(display._Log, "every", 0.1)
    log = io.StringIO()
    watch = Stopwatch()
    with shown(watch, log):
        time.sleep(0.15)
        assert log.getvalue() == "", "nothing has begun"
        watch.stage("gather")
        watch.expect(400)
        for _ in counted(range(400), watch):
            time.sleep(0.001)
        watch.stage("wait")
        time.sleep(0.25)
    lines = log.getvalue().splitlines()
    assert 3 <= len(lines) <= 8
    assert lines[0].startswith("gather: ")
    assert " of 400, " in lines[0]
    assert lines[-1] == "wait: 0 s"


def test_work_that_is_shown_nowhere_any_more_is_left_alone_by_the_clock() -> None:
    with shown(Stopwatch(), io.StringIO()):
        pass
    time.sleep(0.01)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_each_stage_is_measured() -> None:
    watch = Stopwatch(memory=True)
    watch.stage("hold")
    held = bytearray(b"x" * (64 << 20))
    del held
    watch.stage("count")
    watch.expect(3)
    for _ in counted("abc", watch):
        time.sleep(0.01)
    watch.stop()
    hold, count = watch.stages
    assert (hold.name, hold.count, count.name, count.count) == ("hold", 0, "count", 3)
    assert hold.peak_memory_bytes > 64 << 20
    assert hold.cpu_seconds > 0
    assert count.seconds >= 0.03
    assert as_json(watch)["peak_memory_bytes"] >= hold.peak_memory_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps an account that can begin anew")
def test_what_an_earlier_stage_held_is_not_told_of_a_later_one() -> None:
    watch = Stopwatch(memory=True)
    watch.stage("hold")
    held = bytearray(b"x" * (64 << 20))
    del held
    watch.stage("rest")
    watch.stop()
    assert watch.stages[1].peak_memory_bytes < watch.stages[0].peak_memory_bytes - (32 << 20)


@pytest.mark.parametrize(
    ("seconds", "done", "expected", "told"),
    [
        (5.2, 0, 10, "5 s"),
        (100, 50, 0, "50, 0.5/s"),
        (10, 1000, 4000, "1,000 of 4,000, 100/s, 30 s left"),
        (100, 100, 300, "100 of 300, 1.0/s, 3 min 20 s left"),
        (3600, 3600, 10_900, "3,600 of 10,900, 1.0/s, 2 h 1 min left"),
        (10, 40, 40, "40 of 40, 4.0/s"),
    ],
)
def test_how_far_the_work_is_is_told_in_words(seconds: float, done: int, expected: int, told: str) -> None:
    watch = Stopwatch()
    watch.done, watch.expected, watch.begun = done, expected, time.perf_counter() - seconds
    assert watch.told() == told


def test_ctrl_c_leaves_the_old_site_a_clean_terminal_and_a_plain_word(tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 30)
    folders = ["--content", str(tmp_path / "content"), "--output", str(tmp_path / "public")]
    main(["build", *folders, "--cache", str(tmp_path / "cache"), "--quiet"], standalone_mode=False)
    before = invented.tree(tmp_path / "public")
    for paper in (tmp_path / "content" / "papers").iterdir():
        paper.write_text('---\ntitle: "Changed"\n---\nAll of it.\n')
    for stage in ("analyse ", "publish "):
        status, sent, output = on_a_terminal(
            QUICK_CLOCK + SLOW_BUILD, "build", *folders, "--no-cache", press=(stage, b"\x03"), NO_COLOR="1"
        )
        assert (status, output) == (130, "")
        assert screen(sent.replace("^C", "")) == "interrupted; nothing was left half written"
    assert invented.tree(tmp_path / "public") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "content", "public"]


def test_what_shows_and_measures_is_not_loaded_at_each_start() -> None:
    modules = "{'rich', 'cProfile', 'pstats', 'site_builder.display'}"
    code = f"import sys, site_builder.cli; print(sorted({modules} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
