"""Values and templates become text. The door to jinja2.

A template sees `site`, `page`, the functions `url` and `shared` and the filter `markdown`, and nothing else.
"""

from __future__ import annotations

import hashlib
import marshal
import pickle
import traceback
from contextlib import contextmanager, suppress
from functools import cache, cached_property, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    DictLoader,
    Environment,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2.utils import missing
from markupsafe import Markup, escape

from site_builder.content.schema import nearest
from site_builder.cores import beside
from site_builder.errors import Problem, UserError
from site_builder.looks import digest
from site_builder.pages.dependence import Dependence, dependences
from site_builder.pages.kinds import MissingPage, Page, SiteView
from site_builder.pages.marks import marked
from site_builder.text.markdown import to_html, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jinja2.bccache import Bucket

    from site_builder.model import Cache
    from site_builder.pages.kinds import Mark

OURS = "shipped"
"""By this name a site's template extends ours that it overrides: `{% extends "shipped/paper.html" %}`."""

_PACKAGE = Path(__file__).parents[1]

_TEMPLATES = "templates"
"""The kind of what the cache has of them."""

_encode = msgspec.json.Encoder().encode


class Renderer:
    """The templates of a site, the first folder winning file by file; the last folder is ours."""

    def __init__(self, site: SiteView, templates: Sequence[Path], cache: Cache | None = None) -> None:
        self._site = site
        self._folders = tuple(templates)
        self._environment = _environment(templates)
        self._texts = _texts(templates)
        self._compiled = _compiled(templates, self._texts, cache)
        self._environment.bytecode_cache = _Bytecode(self._compiled.code)
        self._keys: dict[str, hashlib.blake2b] = {}
        self._menu = {link.path for link in site.nav}
        self._parts: dict[tuple[str, Callable[[str], str], str], Markup] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel with the texts of the templates, which each worker compiles once; what is said of errors stays."""
        return _unpacked, (self._packed,)

    @cached_property
    def _packed(self) -> bytes:
        texts = [{name: path.read_bytes() for name, path in files_below(folder)} for folder in self._folders]
        return pickle.dumps((self._site, texts))

    def key(self, template: str, path: str, basis: bytes) -> str:
        """Return a hex digest of all that a page's bytes depend on, for a page of this template and path.

        That is its basis, its template and those that this one asks for, and what they ask of the site.
        """
        if template not in self._keys:
            self._keys[template] = hashlib.blake2b(_encode(self._behind(template)), digest_size=16)
        digest = self._keys[template].copy()
        digest.update(b"\1" if path in self._menu else b"\0")
        digest.update(basis)
        return digest.hexdigest()

    def _behind(self, template: str) -> tuple[object, object]:
        """Return what a template's pages depend on but for their own values: texts of templates, fields of the site."""
        on = self._compiled.dependences.get(template, Dependence())
        names = self._texts.keys() if on.templates is None else on.templates
        fields = set(SiteView.__struct_fields__ if on.site is None else on.site)
        if template == MissingPage.template:
            fields.add("url")
        return [(name, self._texts.get(name)) for name in sorted(names)], [
            (field, getattr(self._site, field, None)) for field in sorted(fields)
        ]

    def render(self, page: Page) -> bytes:
        """Return the page's bytes. Raises UserError with the place in a template that is wrong."""
        try:
            template = self._environment.get_template(page.template)
            url = self._url(page)
            here = page.path if page.path in self._menu else ""
            shared = partial(self._shared_part, url, here)
            return template.render(site=self._site, page=page, url=url, shared=shared).encode()
        except TemplateSyntaxError as error:
            raise UserError([_misspelt(error, page.template)]) from error
        except (
            TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise self._blamed(error, page) from error

    def _shared_part(self, url: Callable[[str], str], here: str, name: str) -> Markup:
        """Return a part that many pages have alike, rendered once: it takes as long as a third of a short page."""
        key = name, url, here
        if key not in self._parts:
            text = self._environment.get_template(name).render(site=self._site, url=url, here=here)
            self._parts[key] = Markup(text.rstrip("\n"))  # noqa: S704 - the template has escaped it
        return self._parts[key]

    def _url(self, page: Page) -> Callable[[str], str]:
        # A host shows this page at any address that is missing, where relative links lead astray.
        if isinstance(page, MissingPage) and self._site.url:
            return partial(_absolute, self._site.url)
        return _relative(page.path[: page.path.rfind("/") + 1])

    def _blamed(self, error: Exception, page: Page) -> Exception:
        """Return the error as the user's where a template is to blame for it, else the error itself."""
        frames = [(Path(frame.filename), frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
        templates = [n for n, (file, _) in enumerate(frames) if any(map(file.is_relative_to, self._folders))]
        if not templates and not isinstance(error, TemplateNotFound):
            return error
        called = frames[templates[-1] + 1 :] if templates else []
        if any(file.is_relative_to(_PACKAGE) and file != Path(__file__) for file, _ in called):
            return error
        place, line = frames[templates[-1]] if templates else (Path(page.template), 0)
        message = f"{_said(error)} (for {page.path}); docs/templates.md says what a template may use"
        return UserError([Problem(_shown(place), line, 0, message)])


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Renderer:
    site, texts = pickle.loads(packed)  # noqa: S301 - as the process that builds has packed it
    folders = [DictLoader({name: text.decode("utf-8", "replace") for name, text in folder.items()}) for folder in texts]
    renderer = Renderer(site, ())
    renderer._environment.loader = ChoiceLoader([PrefixLoader({OURS: folders[-1]}), *folders])
    return renderer


class _Bytecode(BytecodeCache):
    """Templates that jinja2 has compiled, by its own digests of their names and texts."""

    def __init__(self, known: dict[str, bytes]) -> None:
        self.known = known

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.known.get(bucket.key + bucket.checksum):
            bucket.code = marshal.loads(code)  # noqa: S302 - as Python does with its own .pyc files

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key + bucket.checksum] = marshal.dumps(bucket.code)


class _Compiled(msgspec.Struct, frozen=True):
    """All templates, compiled, and what each depends on."""

    code: dict[str, bytes]
    dependences: dict[str, Dependence]


@contextmanager
def compiling(folders: Sequence[Path], cache: Cache) -> Iterator[None]:
    """Where no build has compiled these templates, let a process of its own do it meanwhile."""
    key = _key_of_templates(folders, _texts(folders))
    if cache.get(_TEMPLATES, [key]):
        yield
        return
    with beside(partial(_compiled_anew, folders)) as compiled:
        yield
        cache.put(_TEMPLATES, {key: compiled()})


def _compiled(folders: Sequence[Path], texts: Mapping[str, bytes], cache: Cache | None) -> _Compiled:
    """Compile all templates, or find what was made of them: each takes as long as some dozens of pages."""
    key = _key_of_templates(folders, texts)
    known = cache.get(_TEMPLATES, [key]).get(key) if cache else None
    made = known or _compiled_anew(folders)
    if cache and not known:
        cache.put(_TEMPLATES, {key: made})
    return _decode_templates(made)


def _compiled_anew(folders: Sequence[Path]) -> bytes:
    own = {name for folder in folders for name, _ in files_below(folder)}
    code: dict[str, bytes] = {}
    made = dependences(own, partial(_asked, _environment(folders), _Bytecode(code)))
    return _encode_templates(_Compiled(code, made))


def _key_of_templates(folders: Sequence[Path], texts: Mapping[str, bytes]) -> str:
    return digest(_encode((sorted(texts.items()), list(map(str, folders))))).hex()


def _asked(environment: Environment, bytecode: _Bytecode, name: str) -> Dependence:
    """Compile a template, and return what its text asks for by itself."""
    try:
        source, path, _ = environment.loader.get_source(environment, name) if environment.loader else ("", None, None)
        tree = environment.parse(source, name, path)
    except (TemplateError, UnicodeDecodeError, OSError):
        return Dependence()  # told when a page asks for it
    with suppress(TemplateError):  # told then, too
        bucket = bytecode.get_bucket(environment, name, path, source)
        bucket.code = environment.compile(tree, name, path)
        bytecode.set_bucket(bucket)
    used = list(tree.find_all((nodes.Call, nodes.Getattr, nodes.Name)))
    called = [node for node in used if isinstance(node, nodes.Call) and _is_name(node.node, "shared")]
    fields = [node.attr for node in used if isinstance(node, nodes.Getattr) and _is_name(node.node, "site")]
    templates = {*meta.find_referenced_templates(tree), *map(_first_argument, called)}
    if sum(_is_name(node, "shared") for node in used) > len(called):
        templates.add(None)
    named = frozenset(other for other in templates if other is not None)
    whole_site = sum(_is_name(node, "site") for node in used) > len(fields)
    return Dependence(None if None in templates else named | {name}, None if whole_site else frozenset(fields))


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _first_argument(call: nodes.Call) -> str | None:
    """Return what a call is given, where that is a text, and None where it is computed."""
    given = call.args[0] if call.args else None
    return given.value if isinstance(given, nodes.Const) and isinstance(given.value, str) else None


_encode_templates = msgspec.msgpack.Encoder().encode
_decode_templates = msgspec.msgpack.Decoder(_Compiled).decode


def wrong_templates(folders: Sequence[Path]) -> tuple[Problem, ...]:
    """Return the mistakes in the syntax of a site's own templates, those of all of them; the last folder is ours."""
    environment = _environment(folders)
    problems = []
    for name, path in _own(folders):
        try:
            tree = environment.parse(path.read_text("utf-8"), name, str(path))
        except TemplateSyntaxError as error:
            problems.append(_misspelt(error, name))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(_shown(path), line, 0, "this is no UTF-8; save the file as UTF-8"))
        else:
            problems += (
                _in_a_circle(path, place, name)
                for place in tree.find_all(nodes.Extends)
                if name in _above(environment, name)
            )
    return tuple(problems)


def _in_a_circle(path: Path, place: nodes.Extends, name: str) -> Problem:
    message = f'the template extends itself; to change ours write {{% extends "{OURS}/{name}" %}}'
    return Problem(_shown(path), place.lineno, 0, message)


def unused_templates(folders: Sequence[Path]) -> Iterator[str]:
    """Yield what of a site's own templates, which have no mistake, shows nowhere: files that none asks for, and blocks.

    jinja2 passes over a block in silence that nothing has which the template extends.
    """
    own = _own(folders)
    if not own:
        return
    environment = _environment(folders)
    trees = {name: _tree(environment, name) for name, _ in own}
    ours = [name for name, _ in files_below(folders[-1])]
    calls = [call for tree in trees.values() for call in tree.find_all(nodes.Call) if _is_name(call.node, "shared")]
    asked = {*chain.from_iterable(map(meta.find_referenced_templates, trees.values())), *map(_first_argument, calls)}
    for name, path in own:
        if name not in ours and None not in asked and name not in asked:
            yield f"{_shown(path)} is used by no page{nearest(name, ours)}; docs/templates.md lists the templates"
        for extended in trees[name].find_all(nodes.Extends):
            if isinstance(extended.template, nodes.Const):
                parent = extended.template.value
                had = sorted(_blocks(environment, parent))
                for block in trees[name].body:
                    if isinstance(block, nodes.Block) and block.name not in had:
                        lost = f"the block '{block.name}' shows nowhere: {parent} has none of that name"
                        place = f"{_shown(path)}:{block.lineno}"
                        yield f"{place}: {lost}{nearest(block.name, had)}; it has {', '.join(had)}"


def _own(folders: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return a site's own templates by name; the last folder is ours."""
    return sorted({name: path for folder in reversed(folders[:-1]) for name, path in files_below(folder)}.items())


def _tree(environment: Environment, name: str) -> nodes.Template:
    """Return a template as it is read; an empty one where it cannot be, which is told when a page asks for it."""
    try:
        source, path, _ = environment.loader.get_source(environment, name) if environment.loader else ("", None, None)
        return environment.parse(source, name, path)
    except (TemplateError, UnicodeDecodeError, OSError):
        return nodes.Template([])


def _blocks(environment: Environment, name: str) -> set[str]:
    """Return the blocks of a template and of those that it extends."""
    trees = (_tree(environment, one) for one in (name, *_above(environment, name)))
    return {block.name for tree in trees for block in tree.find_all(nodes.Block)}


def _above(environment: Environment, name: str) -> list[str]:
    """Return what a template extends, what that extends, and so on; in a circle each once."""
    found: list[str] = []
    while True:
        extended = next(_tree(environment, name).find_all(nodes.Extends), None)
        name = extended.template.value if extended and isinstance(extended.template, nodes.Const) else ""
        if not name or name in found:
            return found
        found.append(name)


def _misspelt(error: TemplateSyntaxError, name: str) -> Problem:
    message = f"{(error.message or '').rstrip('.')}; mend the template"
    return Problem(_shown(Path(error.filename or name)), error.lineno, 0, message)


def _said(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template '{error.name}'"
    if isinstance(error, RecursionError):
        return "the templates ask for each other without end"
    return str(error) or type(error).__name__


def _shown(path: Path) -> str:
    """Return a path as a person types it who stands in the current folder, where it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class _Missing(StrictUndefined):
    """Stands for a name that is not there: whatever a template does with it, this is said."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        asked = str(self._undefined_name)
        if self._undefined_obj is missing and asked in _OFFERED:
            return f"the template asks for '{asked}', which no shared part has; it finds {', '.join(_OFFERED_TO_PARTS)}"
        if self._undefined_obj is missing:
            found = ", ".join(_OFFERED)
            return f"the template asks for '{asked}', which is not there{nearest(asked, _OFFERED)}; it finds {found}"
        offered = _names_of(self._undefined_obj)
        if not offered:
            return super()._undefined_message
        owner = {Page: "page", SiteView: "site"}
        name = next((name for kind, name in owner.items() if isinstance(self._undefined_obj, kind)), "")
        what = type(self._undefined_obj).__name__
        return (
            f"the template asks for '{name}{'.' if name else ''}{asked}', which a {what} does not have"
            f"{nearest(asked, offered)}; it has {', '.join(offered)}"
        )


_OFFERED = ("site", "page", "url", "shared")
"""The names that a template finds."""
_OFFERED_TO_PARTS = ("site", "url", "here")
"""Those that a part finds which many pages have alike."""


def _names_of(value: object) -> tuple[str, ...]:
    """Return the names that one of our values offers to a template, none for any other value."""
    return getattr(value, "__struct_fields__", ()) or getattr(value, "_fields", ())


def _environment(templates: Sequence[Path]) -> Environment:
    environment = Environment(
        loader=FunctionLoader(partial(_source, _paths(templates))),
        autoescape=True,
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.clear()
    environment.policies["json.dumps_function"] = _json
    environment.policies["json.dumps_kwargs"] = {}
    environment.filters.update(markdown=_markdown, marked=_marked)
    return environment


def _json(value: object, indent: int = 0) -> str:
    """Return JSON in as few bytes as it can be said in, or laid out where a template asks for that."""
    written = _encode(value)
    return (msgspec.json.format(written, indent=indent) if indent else written).decode()


def _markdown(source: str, marks: Sequence[Mark] = ()) -> Markup:
    """Return safe HTML: the text room has cleaned it. Marks count the characters of its plain text."""
    return Markup(marked(to_html(source), to_text(source), marks) if marks else to_html(source))  # noqa: S704


def _marked(text: str, marks: Sequence[Mark]) -> Markup:
    """Return plain text as HTML, with marks."""
    return Markup(marked(str(escape(text)), text, marks))  # noqa: S704


@cache
def _relative(folder: str) -> Callable[[str], str]:
    """Return the function that turns a path from the root into a link from a page in a folder (empty, or with a /)."""
    up, skipped = "../" * folder.count("/"), len(folder)
    return lambda path: path[skipped:] if skipped and path.startswith(folder) and path != folder else up + path


def _absolute(root: str, path: str) -> str:
    return root + path


def _source(paths: Mapping[str, Path], name: str) -> tuple[str, str, None] | None:
    """Return the text of a template as jinja2 asks for it, and where it stands."""
    path = paths.get(name)
    return None if path is None else (path.read_text("utf-8"), str(path), None)


def _texts(folders: Sequence[Path]) -> dict[str, bytes]:
    """Return a digest of the text of each template, by the one name that others know it by."""
    return {name: digest(path.read_bytes()) for name, path in _paths(folders).items()}


def _paths(folders: Sequence[Path]) -> dict[str, Path]:
    """Return where each template is, by the one name that others know it by; the last folder is ours."""
    found = {name: path for folder in reversed(folders) for name, path in files_below(folder)}
    for ours in folders[-1:]:
        found |= {f"{OURS}/{name}": path for name, path in files_below(ours)}
    return found


def files_below(folder: Path) -> list[tuple[str, Path]]:
    """Return the files below a folder by their path from there; hidden ones, such as editors leave behind, are none."""
    found = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return [(name, path) for name, path in found if not any(part.startswith(".") for part in name.split("/"))]
