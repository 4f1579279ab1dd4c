"""The life of a site, drawn by chance: what people and mishaps do to its sources, its output and its cache."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from msgspec.structs import replace

from site_builder import shipped
from site_builder.build import build
from site_builder.content import packing, packs
from site_builder.content.folder import paper_path
from site_builder.content.holdings import Holdings, files_of, packs_of
from site_builder.content.papers import write_paper
from site_builder.content.writing import append_to_ledger, write_text
from site_builder.errors import UserError
from site_builder.meaning.weights import RARE
from site_builder.model import Address, Paper, Sighting
from site_builder.publish.cache import SQLiteCache, open_cache, version_for
from site_builder.publish.staging import Staging
from site_builder.receipt import Built, Places, unchanged
from tests import invented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SOURCES = ("content", "templates", "static")
_OWN_TOPIC = "harbours"
_KILLED = 9
"""The status of a process that was killed."""


class Life:
    """A site below `root`; the same seed gives the same life."""

    def __init__(self, root: Path, seed: int, papers: int) -> None:
        self.root = root
        self.chance = random.Random(seed)  # noqa: S311 - an example, not a secret
        self.diary: list[str] = []
        self._news = count(papers)
        self._clock = count(1)
        self._past: list[dict[str, bytes]] = []
        self._settled: dict[Path, tuple[int, int]] = {}
        invented.folder(self.content, papers)
        for path in files_of(self.content)[:: max(1, papers // 40)]:
            paper = packs.read(packs.fetched(packs.Record(str(path), path.stem, 0, b"")))
            write_text(path, write_paper(self._made_up(paper)))

    @property
    def content(self) -> Path:
        """The content folder."""
        return self.root / "content"

    # Edits of papers

    def _papers(self) -> list[str]:
        held = [path.stem for path in files_of(self.content)]
        return sorted([*held, *(record.slug for path in packs_of(self.content) for record in self._packed(path))])

    def _packed(self, path: Path) -> Iterable[packs.Record]:
        return packs.records(str(path), path.read_bytes())

    def _some(self, most: int = 3) -> list[str]:
        papers = self._papers()
        return self.chance.sample(papers, min(self.chance.randint(1, most), len(papers)))

    def _rewrite(self, change: Callable[[Paper], Paper], slugs: Iterable[str] | None = None) -> None:
        holdings = Holdings.of(self.content)
        for slug in self._some() if slugs is None else slugs:
            paper = holdings.read(slug)
            assert paper
            holdings.put(change(paper))
        holdings.flush()

    def _other(self) -> Paper:
        return invented.paper(self.chance.randint(0, 10**6))

    def text(self) -> None:
        """Write other abstracts, one of them with an acronym that it explains."""
        words = invented.words(self.chance, 2, 8)[::2]
        explained = f"{' '.join(words).title()} ({''.join(word[0] for word in words).upper()})"
        self._rewrite(lambda paper: replace(paper, body=f"{self._other().body} {explained}."))

    def phrase(self) -> None:
        """Say what rules of topics look for, or no longer."""
        said = self.chance.choice(
            ("Token pruning of a KV cache.", "Attention sinks in video.", "", "No *tokens* `<a>`.")
        )
        self._rewrite(lambda paper: replace(paper, body=said))

    def title(self) -> None:
        """Give other titles."""
        self._rewrite(lambda paper: replace(paper, title=self._other().title))

    def tags(self) -> None:
        """Give other tags, some in another spelling."""
        self._rewrite(lambda paper: replace(paper, tags=tuple(dict.fromkeys(map(self._spelt, self._other().tags)))))

    def _spelt(self, name: str) -> str:
        return name.title() if self.chance.random() < 0.3 else name

    def topics(self) -> None:
        """File under other topics."""
        self._rewrite(lambda paper: replace(paper, topics=self._other().topics))

    def authors(self) -> None:
        """Credit others, some with initials."""
        self._rewrite(
            lambda paper: replace(paper, authors=tuple(dict.fromkeys(map(self._spelt, self._other().authors))))
        )

    def particulars(self) -> None:
        """Write down years, venues, links, ids, findings and sightings."""
        self._rewrite(self._made_up)

    def _made_up(self, paper: Paper) -> Paper:
        number = self.chance.randint(1, 9999)
        changes = {
            "year": self.chance.choice((None, 1999, 2024, 2025)),
            "venue": self.chance.choice(("", "Harbour Days", "Proceedings of the Lamp Society 2021")),
            "links": self.chance.choice(({}, {"code": f"https://x.example/{number}"})),
            "ids": self.chance.choice(({}, {"id": f"r{number}"}, {"doi": f"10.5555/{number}"})),
            "finding": self.chance.choice(("", f"Lamps shine {number} times.")),
            "seen": tuple(
                Sighting(f"list-{self.chance.randint(0, 4)}", number, self.chance.randint(1, 99)) for _ in range(2)
            ),
        }
        chosen = self.chance.sample(sorted(changes), self.chance.randint(1, len(changes)))
        return replace(paper, **{name: changes[name] for name in chosen})

    def many(self) -> None:
        """Change more papers than lists of neighbours are mended for."""
        papers = self._papers()
        some = self.chance.sample(papers, min(len(papers), self.chance.choice((66, 300))))
        self._rewrite(lambda paper: replace(paper, body=self._other().body), some)

    def add(self) -> None:
        """Add papers, on record or not yet."""
        self._add(self.chance.randint(1, 3))

    def influx(self) -> None:
        """Add so many papers that shelves and the index grow."""
        self._add(self.chance.randint(40, 70))

    def _add(self, papers: int) -> None:
        for _ in range(papers):
            number = next(self._news)
            paper = self._made_up(invented.paper(number, f"{self.chance.choice('amz')}-added-{number}"))
            write_text(paper_path(self.content, paper.slug), write_paper(paper))
            if self.chance.random() < 0.5:
                self._record(paper.slug)

    def _record(self, slug: str) -> None:
        append_to_ledger(self.content, [Address(slug, f"2027-01-{self.chance.randint(1, 28):02}", f"Title of {slug}")])

    def record(self) -> None:
        """Put the newcomers on record."""
        known = {line.split("\t")[0] for line in self._ledger()}
        for slug in self._papers():
            if slug not in known:
                self._record(slug)

    def _ledger(self) -> list[str]:
        return (self.content / "ledger.tsv").read_text("utf-8").splitlines(keepends=True)

    def _mark(self, slug: str, *, withdrawn: bool) -> None:
        lines = self._ledger()
        for n, line in enumerate(lines):
            if line.startswith(f"{slug}\t"):
                lines[n] = "\t".join(line.rstrip("\n").split("\t")[:3]) + ("\twithdrawn\n" if withdrawn else "\n")
        write_text(self.content / "ledger.tsv", "".join(lines))

    def withdraw(self) -> None:
        """Withdraw papers, and the guides that lead to them."""
        for slug in self._some():
            self._take_away(slug)

    def _take_away(self, slug: str) -> None:
        path = paper_path(self.content, slug)
        if path.exists():
            path.unlink()
        for pack in packs_of(self.content):
            records = list(self._packed(pack))
            if slug in {record.slug for record in records}:
                end = b"\n" if pack.suffix == ".jsonl" else b""
                pack.write_bytes(b"".join(record.content + end for record in records if record.slug != slug))
        self._mark(slug, withdrawn=True)
        for guide in (self.content / "topics").glob("*.md"):
            if slug in guide.read_text("utf-8"):
                guide.unlink()

    def restore(self) -> None:
        """Bring withdrawn papers back."""
        gone = [line.split("\t")[0] for line in self._ledger() if line.endswith("\twithdrawn\n")]
        for slug in self.chance.sample(gone, min(2, len(gone))):
            self._mark(slug, withdrawn=False)
            write_text(paper_path(self.content, slug), write_paper(invented.paper(self.chance.randint(0, 99), slug)))

    def rename(self) -> None:
        """Give papers another address."""
        for slug in self._some():
            paper = Holdings.of(self.content).read(slug)
            assert paper
            self._take_away(slug)
            moved = replace(paper, slug=f"moved-{next(self._news)}")
            write_text(paper_path(self.content, moved.slug), write_paper(moved))

    def pack(self) -> None:
        """Put some papers, or all, into a pack."""
        form = self.chance.choice((packs.JSON_LINES, packs.MARKDOWN))
        if self.chance.random() < 0.15:
            packing.pack(self.content, form, 500)
            return
        files = files_of(self.content)
        some = self.chance.sample(files, min(len(files), self.chance.randint(1, 80)))
        records = [packs.fetched(packs.Record(str(path), path.stem, 0, b"")) for path in some]
        place = self.content / "papers" / f"some-{next(self._news)}{form}"
        place.write_bytes(b"".join(packs.packed(record, form) for record in records))
        for path in some:
            path.unlink()

    def unpack(self) -> None:
        """Take a pack apart, or all."""
        if self.chance.random() < 0.15:
            packing.unpack(self.content)
            return
        for pack in packs_of(self.content)[:1]:
            for record in self._packed(pack):
                paper_path(self.content, record.slug).write_bytes(packs.file_of(record))
            pack.unlink()

    # Edits of all else

    def _toss(self, path: Path, *texts: str) -> None:
        """Write one of these texts, or take the file away."""
        chosen = self.chance.choice((None, *texts))
        if chosen is None:
            path.unlink(missing_ok=True)
        else:
            write_text(path, chosen)

    def settings(self) -> None:
        """Change some settings, or all back."""
        choices = {
            "title": ("One", "Two"),
            "description": ("A", "B"),
            "url": ("https://example.org/x", "https://lamps.example"),
            "language": ("de", "en"),
            "source": ("https://x.example/",),
            "offline": ("true", "false"),
            "compress": ("[gzip]", "[gzip]"),
        }
        path = self.content / "site.yaml"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        name = self.chance.choice(sorted(choices))
        lines = [line for line in lines if not line.startswith(f"{name}:")]
        if (value := self.chance.choice((None, *choices[name]))) is not None:
            lines.append(f"{name}: {value}")
        write_text(path, "".join(f"{line}\n" for line in lines or ["title: A site"]))

    def collections(self) -> None:
        """Describe a collection, or no longer."""
        name = f"list-{self.chance.randint(0, 5)}"
        number = self.chance.randint(0, 9)
        self._toss(self.content / "collections" / f"{name}.yaml", f"name: List {number}\ncopied: Mar {1 + number}\n")

    def texts(self) -> None:
        """Write text pages."""
        name = self.chance.choice(("about", "lamps"))
        self._toss(self.content / "pages" / f"{name}.md", f"---\ntitle: {name}\n---\nText {self.chance.random()}.\n")

    def synonyms(self) -> None:
        """Change the synonyms."""
        one, two, three, *_ = (invented.word(self.chance.randint(0, 60)) for _ in range(3))
        groups = f"- forms: [{one}, {two} {one}]\n", f"- forms: [{three} x, {one}x]\n  topics: [video]\n"
        self._toss(self.content / "synonyms.yaml", *groups, "".join(groups))

    def guide(self) -> None:
        """Write a guide to a topic, or take it away."""
        one, two = (self._some()[0] for _ in range(2))
        asked = f"questions:\n  - question: Why {one}?\n    about: So.\n    papers: [{two}]\n"
        front = f"start:\n  - paper: {one}\n    why: It is first.\n{asked}words:\n  - word: lamp\n    means: light\n"
        topic = self.chance.choice(invented.TOPICS)
        self._toss(
            self.content / "topics" / f"{topic}.md", f"---\n{front}---\nIntroduction.\n", "---\n---\nIn short.\n"
        )

    def rules(self) -> None:
        """Change the topics: a name, a rule, a topic more with papers of its own, or none of the site's own."""
        path = self.content / "topics.yaml"
        records = Holdings.of(self.content).records()
        filed = [record.slug for record in records if _OWN_TOPIC.encode() in record.content]
        self._rewrite(lambda paper: replace(paper, topics=()), filed)
        ours = shipped.TOPICS.read_text("utf-8")
        word = invented.word(self.chance.randint(0, 40))
        added = f"\n- id: {_OWN_TOPIC}\n  name: Harbours\n  floor: 1\n  rules:\n    - match: {word}\n"
        self._toss(
            path, ours.replace("floor: 4", "floor: 5", 1), f"{ours}\n{added}", ours.replace("name: V", "name: W")
        )
        if path.exists() and _OWN_TOPIC in path.read_text("utf-8"):
            self._rewrite(lambda paper: replace(paper, topics=(_OWN_TOPIC,)))

    def weights(self) -> None:
        """Bring frozen weights of the site's own, or take them away."""
        folder = self.content / "weights"
        if folder.exists() and self.chance.random() < 0.6:
            shutil.rmtree(folder)
            return
        head = "# papers: 8000; mean words in a title: 9.89, in an abstract: 160.68\n"
        often = self.chance.randint(1, 9)
        words = (f"{invented.word(rank)}\t{(RARE + 500) // (1 + rank // often)}\n" for rank in range(100))
        write_text(folder / "words.tsv", head + "".join(words))
        write_text(folder / "pairs.tsv", f"# papers: 8000\n{invented.word(1)} {invented.word(2)}\t{40 + often}\n")

    def templates(self) -> None:
        """Add, change or remove templates of the site's own."""
        name, texts = self.chance.choice(
            (
                (
                    "paper.html",
                    ('{% extends "shipped/paper.html" %}{% block head %}{{ super() }}<!-- N -->{% endblock %}',),
                ),
                (
                    "paper.html",
                    ('{% extends "base.html" %}{% block content %}{% include "own.html" %}N{% endblock %}',),
                ),
                (
                    "topic.html",
                    ('{% extends "shipped/topic.html" %}{# N #}', "{{ page.title }} {{ site.description }}"),
                ),
                ("404.html", ("N {{ url('index.html') }}",)),
                ("parts/footer.html", ("<li>N {{ site.title }}</li>\n",)),
                ("parts/entries.html", ('{% include "shipped/parts/entries.html" %}<!-- N -->\n',)),
                ("parts/pager.html", ('{% include "shipped/" ~ "parts/pager.html" %}<!-- N -->\n',)),
                ("feed.xml", ('{% include ["nowhere.xml", "shipped/feed.xml"] %}',)),
                ("home.html", ('{% extends "shipped/home.html" %}{% block class %}N{% endblock %}',)),
                ("shipped/home.html", ("{{ page.papers }} N",)),
                ("own.html", ("<p>N {{ site.language }}</p>",)),
                ("nowhere.xml", ("N {{ page.updated }}",)),
            )
        )
        number = str(self.chance.randint(0, 99))
        own = self.root / "templates"
        if not (own / "own.html").exists():
            write_text(own / "own.html", "<p>Own.</p>")
        self._toss(own / name, *(text.replace("N", number) for text in (*texts, *texts)))
        if not (own / "own.html").exists():
            (own / "paper.html").unlink(missing_ok=True)

    def static(self) -> None:
        """Add, change or remove static files of the site's own."""
        number = self.chance.randint(0, 99)
        own = self.root / "static"
        name = self.chance.choice(("own.css", "own.css.gz", "deep/own.svg", "style.css", "search/box.js", "mark.svg"))
        self._toss(own / name, f"/* {number} */\n" * 200, f"/* {number} */\n")

    # Mishaps

    def undo(self) -> None:
        """Put all sources back as they were some steps ago."""
        if not self._past:
            return
        then = self.chance.choice(self._past[-6:])
        now = self._sources()
        for name in now.keys() - then.keys():
            (self.root / name).unlink()
        for name, content in then.items():
            if now.get(name) != content:
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for folder in (self.content / "weights", self.root / "templates", self.root / "static"):
            if folder.exists() and not any(path.is_file() for path in folder.rglob("*")):
                shutil.rmtree(folder)

    def _sources(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for name in SOURCES
            for path in (self.root / name).rglob("*")
            if path.is_file()
        }

    def keep(self) -> None:
        """Keep the cache, or the output, or one that was kept before in its place."""
        for name in self.chance.sample(("cache", "public"), 1):
            kept, own = self.root / f"kept-{name}", self.root / name
            if kept.exists() and self.chance.random() < 0.6:
                shutil.rmtree(own, ignore_errors=True)
                shutil.copytree(kept, own)
            elif own.exists():
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(own, kept)

    def lose(self) -> None:
        """Lose entries of the cache, or damage them."""
        file = next((self.root / "cache").glob("*.sqlite"), None)
        if file is None:
            return
        damage = self.chance.choice(("DELETE FROM entries", "UPDATE entries SET value = x'00'"))
        few = self.chance.choice((2, 9, 40))
        with closing(sqlite3.connect(file)) as database, database:
            rows = database.execute("SELECT kind, key FROM entries ORDER BY kind, key").fetchall()
            kinds = sorted({kind for kind, _ in rows})
            kind = self.chance.choice((None, *kinds))
            lost = [row for row in rows if kind in (None, row[0]) and self.chance.random() < 1 / few]
            database.executemany(f"{damage} WHERE kind = ? AND key = ?", lost)

    def meddle(self) -> None:
        """Change, remove and add files of the output, or remove all of it."""
        output = self.root / "public"
        if self.chance.random() < 0.3:
            shutil.rmtree(output, ignore_errors=True)
        files = sorted(path for path in output.rglob("*") if path.is_file() and path.parent != output)
        for path in self.chance.sample(files, min(6, len(files))):
            if self.chance.random() < 0.5:
                path.unlink()
            else:
                path.write_bytes(path.read_bytes() + b"<!-- meddled -->")
        if output.exists():
            write_text(output / "papers" / "foreign.html", "Foreign.")

    def fail(self) -> None:
        """Begin a build that fails, at a paper, at a template when it is read or when it is used, or at a full disk."""
        what = self.chance.choice(("paper", "syntax", "use", "disk"))
        before = invented.tree(self.root / "public") if (self.root / "public").exists() else {}
        if what == "disk":
            try:
                with patch.object(Staging, "write", _failing(Staging.write, self.chance.randint(1, 30))):
                    self.build()
            except UserError:
                assert invented.tree(self.root / "public") == before
            return
        wrong = {
            "paper": (self.content / "papers" / "broken.md", "---\ntitle: [\n---\n"),
            "syntax": (self.root / "templates" / "all.html", "{% if %}"),
            "use": (self.root / "templates" / "all.html", "{{ page.nowhere }}"),
        }
        path, text = wrong[what]
        write_text(path, text)
        try:
            self.build()
        except UserError:
            assert invented.tree(self.root / "public") == before
        else:
            raise AssertionError("nothing was said of " + what)
        finally:
            path.unlink()

    def kill(self) -> None:
        """Kill a build: where it moves, writes or removes files, or remembers something."""
        at, name, most = self.chance.choice(
            (
                (Path, "replace", 12),
                (Path, "unlink", 3),
                (Staging, "write", 40),
                (Path, "rename", 2),
                (SQLiteCache, "put", 16),
            )
        )
        if (process := os.fork()) == 0:
            try:
                with patch.object(at, name, _killing(getattr(at, name), self.chance.randint(1, most))):
                    self.build()
            finally:
                os._exit(0)
        self.chance.randint(1, most)  # as the child
        os.waitpid(process, 0)

    # What happens

    def step(self) -> Built:
        """Let something happen, mostly little, and build."""
        for happens in self.chance.choices(*_kinds(), k=self.chance.choice((1, 1, 1, 2, 4))):
            self.diary.append(happens.__name__)
            happens(self)
        self.diary.append("build")
        self._past = [*self._past[-8:], self._sources()]
        return self.build()

    def build(self) -> Built:
        """Build into `public` with the cache. Where nothing looks as if it had changed, nothing does."""
        if self.chance.random() < 0.7:
            self._settle()
        cache, output = self.root / "cache", self.root / "public"
        places = Places.of(self.content, output)
        with open_cache(cache, version_for(self.content)) as remembered:
            same, sources = unchanged(places, remembered)
        built = build(self.content, output, cache_dir=cache, sources=sources)
        assert not (same and (built.written or built.removed)), "the receipt said that nothing had changed"
        return built

    def clean(self) -> dict[str, bytes]:
        """Return the files of a build that knows nothing of the past."""
        shutil.rmtree(self.root / "clean", ignore_errors=True)
        build(self.content, self.root / "clean", cache_dir=None)
        return invented.tree(self.root / "clean")

    def compare(self) -> None:
        """Compare what was built step by step with a clean build."""
        self.diary.append("compare")
        public, clean = invented.tree(self.root / "public"), self.clean()
        assert sorted(public.keys() ^ clean.keys()) == []
        assert [path for path in clean if public[path] != clean[path]] == []

    def _settle(self) -> None:
        """Let time pass: a file that was changed just now is always read again."""
        for name in SOURCES:
            for path in (self.root / name).rglob("*"):
                status = path.stat()
                if path.is_file() and self._settled.get(path) != (status.st_mtime_ns, status.st_ino):
                    then = 10**18 + next(self._clock) * 10**9 + 1
                    os.utime(path, ns=(then, then))
                    self._settled[path] = then, status.st_ino


def _failing(write: Callable[..., None], at: int) -> Callable[..., None]:
    calls = count(1)

    def wrapped(self: Staging, path: str, content: bytes) -> None:
        if next(calls) == at:
            raise OSError(28, "No space left on device")  # without the path, as a write that finds no room says it
        write(self, path, content)

    return wrapped


def _killing(does: Callable[..., object], at: int) -> Callable[..., object]:
    calls, process = count(1), os.getpid()

    def wrapped(*given: object, **named: object) -> object:
        if os.getpid() == process and next(calls) == at:
            os._exit(_KILLED)
        return does(*given, **named)

    return wrapped


def _kinds() -> tuple[list[Callable[[Life], None]], list[int]]:
    kinds: dict[Callable[[Life], None], int] = {
        Life.text: 6,
        Life.phrase: 3,
        Life.title: 6,
        Life.tags: 6,
        Life.topics: 6,
        Life.authors: 6,
        Life.particulars: 8,
        Life.many: 1,
        Life.add: 6,
        Life.influx: 1,
        Life.record: 3,
        Life.withdraw: 4,
        Life.restore: 4,
        Life.rename: 4,
        Life.pack: 4,
        Life.unpack: 4,
        Life.settings: 5,
        Life.collections: 3,
        Life.texts: 3,
        Life.synonyms: 3,
        Life.guide: 4,
        Life.rules: 1,
        Life.weights: 1,
        Life.templates: 7,
        Life.static: 4,
        Life.undo: 4,
        Life.keep: 3,
        Life.lose: 4,
        Life.meddle: 3,
        Life.fail: 5,
        Life.kill: 7,
    }
    return list(kinds), list(kinds.values())
