"""Where the files that travel with the program are: templates, static files, topics, frozen weights.

In a source tree they stand where they are edited (`templates/`, `static/`, `content/topics.yaml` at its top); a wheel
carries them inside the package. Nothing else in the program knows the difference.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CARRIED = _PACKAGE / "shipped"
_IN_WHEEL = _CARRIED.is_dir()
_ROOT = _CARRIED if _IN_WHEEL else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
STATIC = _ROOT / "static"
TOPICS = _ROOT / "topics.yaml" if _IN_WHEEL else _ROOT / "content" / "topics.yaml"
WEIGHTS = _PACKAGE / "weights"


def program() -> list[Path]:
    """Return the files of the program itself, its frozen tables among them."""
    return [*sorted(_PACKAGE.rglob("*.py")), *sorted(WEIGHTS.iterdir())]
