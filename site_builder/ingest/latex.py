r"""Signs and scripts of LaTeX as plain Unicode: what stands in the place of what a rule of `repair` finds."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεεζηθϑικλμνξπρστυφφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_OPERATORS = (
    "times × sim ~ approx ≈ leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ ll ≪ gg ≫ pm ± mp ∓ cdot · circ ∘ ast ∗ star ⋆ infty ∞ "
    "rightarrow → to → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ uparrow ↑ downarrow ↓ bullet • ell ℓ partial ∂ "
    "nabla ∇ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ forall ∀ exists ∃ ldots … cdots … dots … sum ∑ prod ∏ "
    "propto ∝ equiv ≡ otimes ⊗ oplus ⊕ odot ⊙ langle ⟨ rangle ⟩ dagger † top ⊤ prime ′ textless < textgreater > "
    "textbar | textasciitilde ~ textendash – textemdash —"
)
SIGNS = GREEK | dict(zip(_OPERATORS.split()[::2], _OPERATORS.split()[1::2], strict=True))
_NO_WORDS = "times circ ast infty ell cdot leq geq neq rightarrow leftarrow"
_BARE = [*GREEK, *_NO_WORDS.split()]
"""Names that braces hold without their backslash, and that are no words: `x_{in}` is an input."""
ABBREVIATIONS = {"eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "vs": "vs.", "wrt": "w.r.t."}
UP = dict(zip("0123456789+-−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True))
_DOWN = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_BLACKBOARD = dict(zip("CNQRZ", "ℂℕℚℝℤ", strict=True))
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "c": "\u0327", "v": "\u030c",
    "H": "\u030b", "u": "\u0306", "r": "\u030a", "k": "\u0328",
    "tilde": "\u0303", "hat": "\u0302", "bar": "\u0304",
}  # fmt: skip

_LONGEST_SCRIPT = 3
"""Characters that are raised or lowered one by one; more are put in parentheses."""


def any_of(names: Iterable[str]) -> str:
    """Return a pattern for any of the names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_NAME = any_of(_BARE)
_NAMES = re.compile(f"(?:{_NAME})+")


def group(found: re.Match[str], name: str) -> str:
    """Return the group of a name, or of that name and a digit, that took part; empty where none did."""
    return next((text for key, text in found.groupdict().items() if key.rstrip("1234") == name and text), "")


_FUNCTIONS = "arg cos det dim exp gcd inf ker lim ln log max min mod Pr sin sup tan tanh"
_SPELLED = re.compile(
    rf"\\(?P<name>{any_of([*SIGNS, *_FUNCTIONS.split()])})(?![A-Za-z])"
    r"|(?P<degree>\^(?:\{\\circ\}|\\circ(?![A-Za-z])))"
    r"|(?P<space>\\ |~|\\q?quad(?![A-Za-z]))"
    r"|\\[,;:!]|\\(?:left|right|big|Big)(?![A-Za-z])|(?<=\\)wide(?=tilde|hat)"
)


def spelled(formula: str) -> str:
    """Return a formula with its signs, degrees and names of functions, and without what but spaces and sizes it."""
    return _SPELLED.sub(_spelled, formula)


def _spelled(found: re.Match[str]) -> str:
    if name := found["name"]:
        return SIGNS.get(name, name)
    return "°" if found["degree"] else " " if found["space"] else ""


def sign(found: re.Match[str]) -> str:
    """Return the sign whose name was found."""
    return SIGNS[group(found, "name")]


def abbreviation(found: re.Match[str]) -> str:
    """Return what a command for an abbreviation stands for."""
    return ABBREVIATIONS[found["name"]]


def accented(found: re.Match[str]) -> str:
    """Return the letter with its accent, where Unicode has it as one."""
    letter = unicodedata.normalize("NFC", group(found, "letter") + _ACCENTS[group(found, "accent")])
    return letter if len(letter) == 1 else found[0]


def unwrapped(found: re.Match[str]) -> str:
    """Return the text inside a command for a font, with the letter lowered behind it."""
    return group(found, "inside") + low(group(found, "low"))


def blackboard(found: re.Match[str]) -> str:
    """Return the letter for a set of numbers."""
    return _BLACKBOARD.get(found["inside"], found["inside"])


def root(found: re.Match[str]) -> str:
    """Return a root with its sign."""
    inside = found["inside"]
    index = UP[found["index"]] if found["index"] not in (None, "2") else ""
    return f"{index}√{inside}" if re.fullmatch(r"\w", inside) else f"{index}√({inside})"


def fraction(found: re.Match[str]) -> str:
    """Return a fraction on one line."""
    over, under = (part if re.fullmatch(r"\w*", part) else f"({part})" for part in found.group("over", "under"))
    return f"{over}/{under}"


def power(found: re.Match[str]) -> str:
    """Return digits raised."""
    return "".join(UP[digit] for digit in group(found, "inside"))


def raised_letter(found: re.Match[str]) -> str:
    """Return a letter with the one raised beside it."""
    return found["base"] + UP.get(found["inside"], f"^{found['inside']}")


def lowered_letter(found: re.Match[str]) -> str:
    """Return a letter with what is lowered beside it; there are no lowered Greek capitals."""
    inside = found["inside"]
    return found["base"] + (f"_{GREEK[inside]}" if inside in GREEK else low(inside))


def low(letters: str) -> str:
    """Return letters lowered, or after the sign for it where Unicode has none of them lowered."""
    return "".join(_DOWN[c] for c in letters) if all(c in _DOWN for c in letters) else f"_{letters}"


def braced(found: re.Match[str]) -> str:
    """Return what is raised or lowered in braces: letter by letter, or, where it is long, in parentheses."""
    if found["down"] is not None:
        return group(found, "base") + _script(found["down"], _DOWN, "_")
    return _script(group(found, "up"), UP, "^")


def _script(inside: str, letters: dict[str, str], mark: str) -> str:
    text = re.sub(r"[A-Za-z]+", _signs, inside.strip())
    text = re.sub(r"\s*([∘×·])\s*", r"\1", text)
    if text in ("∗", "*"):
        return "∗"
    if mark == "^" and text in _AS_POWERS:
        return _AS_POWERS[text]
    if text and all(c in letters for c in text) and (len(text) <= _LONGEST_SCRIPT or text.isdecimal()):
        return "".join(letters[c] for c in text)
    return f"{mark}{text}" if re.fullmatch(r"\w*", text) else f"{mark}({text})"


_AS_POWERS = {"top": "ᵀ", "⊤": "ᵀ", "star": "⋆", "⋆": "⋆", "prime": "′", "′": "′"}


def _signs(letters: re.Match[str]) -> str:
    """Return the signs of a run of letters that is nothing but names; any other as it stands."""
    if not _NAMES.fullmatch(letters[0]):
        return letters[0]
    return re.sub(_NAME, lambda name: SIGNS[name[0]], letters[0])


def as_elsewhere(found: re.Match[str]) -> str:
    """Return the Greek letter where a formula of the same text has it, else the name as it stands."""
    letter = GREEK[found["name"]]
    return letter if re.search(rf"\w_(?:\([^)]*)?{letter}|{letter}[⁰¹²³⁴-₉_^(]", found.string) else found[0]


def address(found: re.Match[str]) -> str:
    """Return the address of a link, behind its text where that is another."""
    url, text = group(found, "url"), group(found, "text").strip()
    return url if text in (url, "") else f"{text} ({url})"


def quoted(found: re.Match[str]) -> str:
    """Return what was quoted within typographic marks."""
    name = found.lastgroup or ""
    return f"‘{found[name]}’" if name == "single" else f"“{found[name]}”"
