r"""Mathematics and LaTeX that a text lost its signs of, put back as plain Unicode: a table of named rules.

A rule repairs what can have been one thing only; what is not certain stays as it was copied: commands that a paper made
for itself (`\OurMethod`, `\method{}`), names with a star (`V^*`), Greek letters that may have been written out. The
rules are tried in their order, again and again until none finds anything. Formulas that kept their delimiters are left
for the page to set, and addresses are left alone but by the rules that are made for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from site_builder.ingest import latex
from site_builder.model import Repair
from site_builder.text.maths import formulas, is_money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NAMES = latex.any_of(latex.SIGNS)
_GREEK_NAMES = latex.any_of(latex.GREEK)
_URL = r"https?://[^\s{}\\<>\"]+"


@dataclass(frozen=True, slots=True)
class Rule:
    """A repair by name, what it mends, and examples: of what it must mend, and of what it must leave alone."""

    name: str
    what: str
    signs: tuple[str, ...]
    """One of these is in every text that it touches: looking for them is quicker than trying the pattern."""
    pattern: re.Pattern[str]
    instead: str | Callable[[re.Match[str]], str]
    mends: tuple[tuple[str, str], ...]
    spares: tuple[str, ...]
    in_addresses: bool = False
    """Whether it may touch a web address."""
    in_formulas: bool = False
    """Whether it may touch a formula that the page would set."""


RULES = (
    Rule(
        "heading",
        "the word Abstract before the first sentence",
        ("Abstract", "ABSTRACT"),
        re.compile(
            r"\A(?:Abstract|ABSTRACT)(?:\s?[:.—–]\s*(?=[A-Z])"
            r"|\s+(?=(?:The|This|These|We|In|An?|Our|Recent(?:ly)?|While|Despite|Although|To) )"
            r"|\s+(?=[A-Z]\w* (?!(?:is|are|was|were|has|have|had|can|and|or|in|of|for|on|as|to)\b)[a-z(]))"
        ),
        "",
        (("Abstract Large networks forget.", "Large networks forget."), ("Abstract: We count.", "We count.")),
        ("Abstract reasoning is hard.", "Abstract Meaning Representation helps.", "Abstract Interpretation is old."),
    ),
    Rule(
        "escape",
        r"LaTeX's backslash before %, &, #, _ and before the dollar sign of an amount",
        ("\\",),
        re.compile(r"(?<!\\)\\(?:(?P<glued>%)(?=[a-z]{2})|(?P<sign>[%&#_]|\$(?=\d)))"),
        lambda found: "% " if found["glued"] else found["sign"],
        (
            (r"a gain of 7\% here", "a gain of 7% here"),
            (r"7\%and 9\%", "7% and 9%"),
            (r"cats \& dogs", "cats & dogs"),
            (r"https://a.example/b\_c", "https://a.example/b_c"),
        ),
        (r"a \\% sign", "7% here", r"\$x$"),
    ),
    Rule(
        "space in an address",
        "a space within `https://`",
        (" ://", ": //", " : //"),
        re.compile(r"\b(https?)(?:\s:\s?|:\s)//\s?(?=[\w-]+\.)"),
        r"\1://",
        (("at https: //code.example/a", "at https://code.example/a"),),
        ("the http: // prefix", "https://a.example"),
        in_addresses=True,
    ),
    Rule(
        "address in braces",
        r"what is left of `\href{address}{text}` and `\url{address}`",
        ("{",),
        re.compile(
            rf"(?<![A-Za-z])\\?(?:href|url)\{{(?P<url>{_URL})\}}(?:\{{(?P<text>[^{{}}]*)\}})?"
            rf"|(?P<url2>{_URL})\}}?\{{(?P=url2)\}}?"
            rf"|\{{(?P<url3>{_URL})\}}?\{{(?P<text3>[^{{}}]*)\}}\}}?"
            rf"|\{{(?P<url4>{_URL})\}}"
        ),
        latex.address,
        (
            (r"\href{https://a.example/x}{our page}.", "our page (https://a.example/x)."),
            (r"\href{https://a.example/x}{https://a.example/x}.", "https://a.example/x."),
            (r"\url{https://a.example/x}.", "https://a.example/x."),
            ("at https://a.example/x}{https://a.example/x.", "at https://a.example/x."),
            ("at https://a.example/x{https://a.example/x}.", "at https://a.example/x."),
            ("at this {https://a.example/x{link}}.", "at this link (https://a.example/x)."),
            ("at {https://a.example/x}.", "at https://a.example/x."),
        ),
        ("https://a.example/{name}", "https://a.example/x and {https", r"\href{mailto:a@b.example}{mail}"),
        in_addresses=True,
    ),
    Rule(
        "glued address",
        "an address glued to the word or stop before it",
        ("http",),
        re.compile(r"(?<=[\w.,;:)])(?=https?://[\w-])"),
        " ",
        (("see the page.https://a.example/x", "see the page. https://a.example/x"), ("Code:https://a.example", "Code: https://a.example")),
        ("(https://a.example/x).", "git+https://a.example/x", "https://a.example/web/https://b.example"),
        in_addresses=True,
    ),
    Rule(
        "missing scheme",
        "an address that lacks its `https://`: `www.` or a host of code and pages",
        ("www.", "git", "bitbucket.", "huggingface.", "sites.google."),
        re.compile(
            r"(?<![\w@/.:~-])(?=www\.[\w-]+\.\w|(?:github|gitlab|gitee|bitbucket|huggingface)\.(?:com|org|co)/\w|"
            r"[a-z][\w-]*\.(?:github|gitlab)\.io\b|sites\.google\.com/\w)"
        ),
        "https://",
        (
            ("at github.com/a/b.", "at https://github.com/a/b."),
            ("(www.a.example)", "(https://www.a.example)"),
            ("pages: a-b.github.io", "pages: https://a-b.github.io"),
        ),
        ("https://www.a.example", "me@github.com/a", "on github.com and gitlab", "https://a.example?to=www.b.example"),
    ),
    Rule(
        "abbreviation",
        r"`\eg`, `\ie`, `\etal` ... of LaTeX styles",
        ("\\",),
        re.compile(rf"(?<!\\)\\(?P<name>{latex.any_of(latex.ABBREVIATIONS)})(?![A-Za-z])\.?(?:\{{\}}|\\(?= ))?"),
        latex.abbreviation,
        ((r"(\eg, cats)", "(e.g., cats)"), (r"one, \ie two", "one, i.e. two"), (r"Li \etal.", "Li et al.")),
        (r"\egg", "eg, cats", r"\\eg"),
    ),
    Rule(
        "accent",
        r"an accent of LaTeX within a word: `\"i`",
        ("\\", "tilde{", "hat{", "bar{"),
        re.compile(
            r"(?:(?<=[A-Za-z])\\(?P<accent>[\"'`^~])(?P<letter>[aeiouyncAEIOUYNC])(?![\"'])"
            r"|\{?\\(?P<accent2>[\"'`^~cvHurk])\{(?P<letter2>[A-Za-z])\}\}?"
            r"|\{\\(?P<accent3>[\"'`^~])(?P<letter3>[A-Za-z])\}"
            r"|(?<![A-Za-z])\\?(?P<accent4>tilde|hat|bar)\{(?P<letter4>[A-Za-z])\})"
        ),
        latex.accented,
        ((r"na\"ive", "naïve"), (r"Ragnar\"{o}k", "Ragnarök"), (r"{\"U}ber", "Über"), ("in tilde{O}(n)", "in Õ(n)")),
        (r"it\'s", r"he said \"in time\"", r"don\'t", r"\"open"),
    ),
    Rule(
        "command",
        r"a sign by its LaTeX name with the backslash: `\times`, `\textless`",
        ("\\",),
        re.compile(rf"(?<![\\:/])\\(?P<name>{_NAMES})(?![A-Za-z\\])(?:\{{\}})?"),
        latex.sign,
        ((r"3\times faster", "3× faster"), (r"needs \textless2MB", "needs <2MB"), (r"A \rightarrow B", "A → B")),
        (r"\OurMethod", r"\method{}", r"C:\times", r"\timesnew"),
    ),
    Rule(
        "font",
        r"a command for a font around its text: `\emph{...}`, `mathcal{...}`, `{bf ...}`",
        ("{",),
        re.compile(
            r"(?<![A-Za-z])(?:\\?(?:math(?:cal|bf|rm|sf|it|frak|scr|tt)|boldsymbol|operatorname|emph"
            r"|text(?:bf|it|tt|sc|rm|sf))|\\(?:text|underline|mbox))\{(?P<inside>[^{}]*)\}(?P<low>)"
            r"|\{(?:\\?(?:bf|cal)|\\(?:it|em|tt|rm|sc|sf))\s+(?P<inside2>[^{}]*)\}(?:_(?P<low2>[a-z0-9])(?!\w))?"
        ),
        latex.unwrapped,
        (
            (r"we call it \emph{sink and swim}.", "we call it sink and swim."),
            ("a cost of mathcal{O}(n)", "a cost of O(n)"),
            ("times {bf 1}_n", "times 1ₙ"),
            (r"\textbf{bold}", "bold"),
        ),
        (r"\method{}", "Video-{7B,32B}", "text{a}", "{it is so}"),
    ),
    Rule(
        "blackboard",
        "a letter for a set of numbers: `mathbb{R}`",
        ("mathbb{",),
        re.compile(r"(?<![A-Za-z])\\?mathbb\{(?P<inside>[^{}]*)\}"),
        latex.blackboard,
        (("x in mathbb{R}", "x in ℝ"), (r"\mathbb{E}[x]", "E[x]")),
        ("mathbb R", "R"),
    ),
    Rule(
        "root",
        "a root: `sqrt[3]{log n}`",
        ("sqrt",),
        re.compile(r"(?<![A-Za-z])\\?sqrt(?:\[(?P<index>\d)\])?\{(?P<inside>[^{}]*)\}"),
        latex.root,
        (("o(sqrt[3]{log n})", "o(³√(log n))"), ("sqrt{n} steps", "√n steps")),
        ("sqrt(n)", "the sqrt of n"),
    ),
    Rule(
        "fraction",
        "a fraction: `frac{a}{b}`",
        ("frac{",),
        re.compile(r"(?<![A-Za-z])\\?[dt]?frac\{(?P<over>[^{}]*)\}\{(?P<under>[^{}]*)\}"),
        latex.fraction,
        (("frac{1}{n}", "1/n"), ("frac{a+b}{2}", "(a+b)/2")),
        ("frac of it", "a {frac}"),
    ),
    Rule(
        "Greek letter in a formula",
        "the name of a letter before `^`, `_` or, for bounds, a parenthesis: `nu^2`, `ell_{1}`, `Omega(n)`",
        ("^", "_", "Omega(", "Theta("),
        re.compile(
            rf"(?<![A-Za-z_\\/.-])(?:(?P<name>{_GREEK_NAMES}|ell)(?=[\^_](?:[\d{{*]|[A-Za-z](?!\w)))"
            r"|(?P<name2>Omega|Theta)(?=\())"
        ),
        latex.sign,
        (("the nu^2 bound", "the ν² bound"), ("an ell_{1} norm", "an ℓ₁ norm"), ("in Omega(n)", "in Ω(n)")),
        ("file_alpha_2", "epsilon-greedy", "Phi-3", "delta3", "beta_version", "the Omega (ours)"),
    ),
    Rule(
        "braced script",
        "something raised or lowered in braces: `k_{ast}`, `n^{-1}`",
        ("_{", "^{"),
        re.compile(
            r"(?<=[^\W_])\^\{(?P<up>[^{}]*)\}|(?<=[)\]])\^\{(?P<up2>[^{}]*)\}"
            r"|(?:(?<![\w/.\\-])(?P<base>[^\W_]{1,3})|(?<=[)\]])(?P<base2>))_\{(?P<down>[^{}]*)\}"
        ),
        latex.braced,
        (
            ("when k_{ast} is", "when k∗ is"),
            ("AP_{50} of", "AP₅₀ of"),
            ("MP_{+}", "MP₊"),
            ("n^{1+o(1)} time", "n^(1+o(1)) time"),
            ("D^{-1}", "D⁻¹"),
            ("C_{Phicirc Psi}", "C_(Φ∘Ψ)"),
        ),
        ("Video-{7B,32B}", "prompt_{name}.txt", "https://a.example/a_b{link}", r"\method{}"),
    ),
    Rule(
        "power",
        "a number raised: `M^2IX`, `10^5`",
        ("^",),
        re.compile(r"(?<=[^\W_])\^(?P<inside>\d+)|(?<=[)\]])\^(?P<inside2>\d+)"),
        latex.power,
        (("M^2IX nets", "M²IX nets"), ("10^5 steps", "10⁵ steps"), ("d^2 + d", "d² + d")),
        ("V^* nets", "^1", "a ^ 2"),
    ),
    Rule(
        "raised letter",
        "a letter raised beside a letter that stands alone: `R^d`",
        ("^",),
        re.compile(r"(?<![\w^])(?P<base>[^\W\d_])\^(?P<inside>[a-z])(?![\w^*])"),
        latex.raised_letter,
        (("x in R^d here", "x in Rᵈ here"),),
        ("^_^", "a^b^c", "V^*", "R^q"),
    ),
    Rule(
        "transposed",
        "the sign of a transposed matrix: `K^top`",
        ("^",),
        re.compile(r"(?<=[A-Za-z)\]])\^(?:top(?!\w)|⊤)"),
        "ᵀ",
        (("QK^top V", "QKᵀ V"),),
        ("top-1", "^top", "K^topic"),
    ),
    Rule(
        "lowered letter",
        "a letter, digit or Greek letter lowered beside one or two letters that stand alone: `F_1`, `C_Phi`",
        ("_",),
        re.compile(
            rf"(?<![\w/.\\-])(?P<base>[A-Z]{{1,2}}|[a-zℓα-ωΑ-Ω])_(?P<inside>[a-z0-9](?!\w|[/({{\[]|\.\w)|(?:{_GREEK_NAMES})(?![\w({{]))"
        ),
        latex.lowered_letter,
        (("an F_1 score", "an F₁ score"), ("C_Phi and C_Psi", "C_Φ and C_Ψ"), ("mask AP_r.", "mask APᵣ.")),
        ("UCF_CC_50", "a_file", "data/x_1", "x_1.txt", "AP_c", "snake_case"),
    ),
    Rule(
        "Greek letter of a formula",
        "the name of a letter that a formula of the same text has",
        tuple(sorted(set(latex.GREEK.values()))),
        re.compile(rf"(?<![\w\\/.-])(?P<name>{_GREEK_NAMES})(?![\w/-])"),
        latex.as_elsewhere,
        (("a model Phi with cost C_Phi", "a model Φ with cost C_Φ"),),
        ("the model Phi", "Phi-3 has C_Phi-3 of", "an alpha of 2"),
    ),
    Rule(
        "about",
        r"`\sim` before a number or between two: `sim20times`, `40% sim 60%`",
        ("sim",),
        re.compile(
            r"sim(?:(?<![\w-]sim)(?=\d+(?:\.\d+)?(?:\\?%|\\?times\b|×))|(?<=[\d%]sim)(?=\d)|(?<=% sim)(?= \d))"
        ),
        "~",
        (("by (sim24%)", "by (~24%)"), ("80%sim95%", "80%~95%"), ("1% sim 2%", "1% ~ 2%"), ("sim20times", "~20×")),
        ("sim2real", "sim 2", "10 sim 20 real", "sim10k", "simple"),
    ),
    Rule(
        "times",
        r"`\times` glued to a number: `384times384`, `20times faster`",
        ("times",),
        re.compile(r"(?<![\w.])(?P<number>\d[\d.,]*)times(?![A-Za-z])(?: (?=(?P=number)(?![\w%]|\.\d)))?"),
        r"\g<number>×",
        (
            ("384times384 pixels", "384×384 pixels"),
            ("20times faster", "20× faster"),
            ("8times 8 tiles", "8×8 tiles"),
            ("1.5times/2times", "1.5×/2×"),
            ("a 5 700times gain", "a 5 700× gain"),
        ),
        ("5 times", "2 ~ 5 times", "three times", "retry3times", "sometimes", "5timestamps"),
    ),
    Rule(
        "product",
        r"`\times` between two letters that stand alone: `n times d`, `ktimes k`",
        ("times",),
        re.compile(
            r"(?<![\w.'’])(?:(?P<a>[A-Za-z])times ?(?P<b>[A-Za-z0-9])(?=\W|times|$)"
            r"|(?P<c>[b-hj-zB-HJ-Z]) times (?P<d>[b-hj-zB-HJ-Z])(?![\w'’]| times))"
        ),
        lambda found: f"{found['a'] or found['c']}×{found['b'] or found['d']}",
        (("an n times d matrix", "an n×d matrix"), ("a ktimes k cell", "a k×k cell"), ("Htimes Wtimes 3", "H×W×3")),
        ("n times a day", "5 times d", "sometimes k", "three times k"),
    ),
    Rule(
        "relation",
        "a relation or arrow by its name: `geq`, `rightarrow`, `m gg n`",
        ("geq", "leq", "neq", "infty", "ightarrow", "leftarrow", " gg ", " ll "),
        re.compile(
            r"(?<![\w\\/.-])(?P<name>[gl]eq|neq|infty|leftrightarrow|[Rr]ightarrow|leftarrow)(?![\w/-])"
            r"|(?:(?<=\W[A-Za-z0-9] )|(?<=\A[A-Za-z0-9] ))(?P<name2>gg|ll)(?= [A-Za-z0-9](?!\w))"
        ),
        latex.sign,
        (("A rightarrow B", "A → B"), ("at t geq 2", "at t ≥ 2"), ("when m gg n.", "when m ≫ n.")),
        ("gg wp", "they ll be", "left arrow", "A-rightarrow"),
    ),
    Rule(
        "bullet",
        "the sign of a list's item: `bullet On ...`",
        ("bullet ",),
        re.compile(r"(?:\A|(?<=[.:;] ))bullet (?=[A-Z])"),
        "• ",
        (("two things: bullet One is. bullet Two is.", "two things: • One is. • Two is."),),
        ("a bullet train", "the bullet Hit"),
    ),
    Rule(
        "tie",
        "a tilde that LaTeX uses for a space",
        ("~",),
        re.compile(
            r"(?:(?<=[A-Za-z]{2})|(?<=[).,;:]))~(?=[A-Za-z(\[])|(?<=\d)~(?=\()"
            r"|(?:(?<=\b(?:Fig|Tab|Sec)\.)|(?<=\bTable)|(?<=\bFigure)|(?<=\bSection))~(?=\d)"
        ),
        " ",
        (("the~end", "the end"), ("models~(LLMs)", "models (LLMs)"), ("(1)~a", "(1) a"), ("Table~2", "Table 2")),
        ("~310M", "(~10x", "75%~89%", "2 ~ 5", "5~10", "~user", "https://a.example/~me"),
    ),
    Rule(
        "quotes",
        "quotation marks of LaTeX",
        ("`", "''"),
        re.compile(
            r"``(?P<double>(?:(?!``|''|[\"\n]).){1,200}?)(?:''|\")"
            r"|(?<![`\w)\]}])`(?P<half>[^`\"'\s][^`\"'\n]{0,80})\""
            r"|(?<![`\w)\]}])`(?P<single>[^`\"'\s](?:[^`\"'\n]{0,80}[^`\"'\s])?)'(?![\w'])"
            r"|(?<!\w)\"(?=\w)(?P<mixed>[^\"`'\n]{0,80}[A-Za-z.,)])''(?![\w'])"
            r"|(?<![\w'])''(?=\w)(?P<closing>[^'\"`\n]{0,80}[A-Za-z.,)])''(?![\w'])"
        ),
        latex.quoted,
        (
            ("a ``token'' is", "a “token” is"),
            ("a `small' gain", "a ‘small’ gain"),
            ("a ``word\" here", "a “word” here"),
            ("a `P\" here", "a “P” here"),
            ("a \"word'' here", "a “word” here"),
            ("a ''mild'' rule", "a “mild” rule"),
        ),
        ("the users' own", "it's", "`code` here", "5'' and 6''", 'a "word" here', "f''(x) = g''(x)"),
    ),
    Rule(
        "dash",
        "two or three hyphens for a dash",
        ("--",),
        re.compile(
            r"(?:(?<=[^\s<>!-] )|(?<=[A-Za-z0-9)\]\"”’.,]))(?P<hyphens>---)(?=[A-Za-z0-9(\[\"“‘]| [^\s<>-])"
            r"|(?<=[^\s<>!-] )--(?= [^\s<>-])|(?<=[A-Za-z0-9)\]\"”’])--(?=[A-Za-z0-9(\[\"“‘])"
        ),
        lambda found: "—" if found["hyphens"] else "–",
        (("one -- two", "one – two"), ("one--two", "one–two"), ("one---two", "one—two"), ("1990--95", "1990–95")),
        ("run --fast", "a-b", "a -> b", "<!-- no -->", "-----", "i--"),
    ),
    Rule(
        "space",
        "spaces that a repair left over",
        ("  ", " \n", "\n "),
        re.compile(r" (?: +|\Z|(?=\n)|(?<=\A )|(?<=\n ))"),
        lambda found: " " if len(found[0]) > 1 and found.start() > 0 and found.end() < len(found.string) else "",
        ((r"an \emph{} word", "an word"),),
        ("one space", "a\n\nb"),
    ),
)  # fmt: skip

_IN_TITLES = Rule(
    "formula in a title",
    "the dollar signs of a formula that is plain text without them: a title is a name, for lists, search and citations",
    ("$",),
    # Unlike one that is to be set, it may be what a letter before it has raised: `M$^2$`.
    re.compile(r"(?<![\\$])\$(?![\s$])(?P<inside>[^$\n]{1,100}?)(?<![\s\\])\$(?![$\d])"),
    lambda found: _plain(found),  # noqa: PLW0108 - defined below, as it tries the rules
    (),
    (),
    in_formulas=True,
)

_MOST_PASSES = 20
_ADDRESS = re.compile(r"https?://[^\s{}\\<>\"`|^]+")


def repair(text: str, title: str = "", field: str = "body") -> tuple[str, tuple[Repair, ...]]:
    """Return the text (clean, plain) with what is certain repaired, and each repair in its order of place.

    `title` is that of the paper: what it writes with a Greek letter is written so in the text. `content.repairs` takes
    the repairs back.
    """
    rules = (*([_IN_TITLES] if field == "title" else []), *RULES, *_as_in_title(title))
    made: list[Repair] = []
    for _ in range(_MOST_PASSES):
        before = text
        for rule in rules:
            if any(sign in text for sign in rule.signs) and (found := list(_found(rule, text, field))):
                made = _joined(made, found, text)
                text = _replaced(text, found)
        if text == before:
            break
    return text, tuple(one for one in made if one.was != one.now)


def _plain(found: re.Match[str]) -> str:
    """Return a formula without its dollar signs, as plain text; as it stands where there is no plain text for it."""
    inside = latex.spelled(found["inside"])
    letter = "x" if inside[0] in "^_" else ""  # what is raised or lowered is mended together with what stands before it
    plain, _ = repair(letter + inside)
    if is_money(found["inside"]) or re.search(r"[\\{}]", plain):
        return found[0]
    return inside if letter else plain


def _as_in_title(title: str) -> Iterator[Rule]:
    if title.isascii():
        return
    names = {letter: name for name, letter in latex.GREEK.items()}
    for found in re.finditer(r"[\w-]*[α-ωΑ-Ω][\w-]*\w", title):
        spelled = "".join(names.get(sign, sign) for sign in found[0])
        pattern = re.compile(rf"(?<![\w-]){re.escape(spelled)}(?!\w)")
        what = "a name that the title writes with a Greek letter"
        yield Rule("as in the title", what, (spelled,), pattern, found[0], (), ())


def _found(rule: Rule, text: str, field: str) -> Iterator[Repair]:
    """Yield what a rule repairs in a text; `at` counts in the text as it is before."""
    kept: list[tuple[int, int]] | None = None
    for found in rule.pattern.finditer(text):
        if kept is None:
            kept = _kept(text, rule)
        while kept and kept[-1][1] <= found.start():
            kept.pop()
        start, end = found.span()
        if kept and kept[-1][0] < end:
            continue
        now = found.expand(rule.instead) if isinstance(rule.instead, str) else rule.instead(found)
        # Only what differs: `384times384` lost a sign, and no digit.
        same = _common(text[start:end], now)
        start, now = start + same, now[same:]
        same = _common(text[start:end][::-1], now[::-1])
        end, now = end - same, now[: len(now) - same]
        if text[start:end] != now:
            yield Repair(field, rule.name, start, text[start:end], now)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _kept(text: str, rule: Rule) -> list[tuple[int, int]]:
    """Return the places that a rule leaves alone, the last first."""
    spans = [] if rule.in_formulas else [found.span() for found in formulas(text)]
    if not rule.in_addresses:
        spans += [found.span() for found in _ADDRESS.finditer(text)]
    return sorted(spans, reverse=True)


def _replaced(text: str, repairs: Sequence[Repair]) -> str:
    parts, at = [], 0
    for one in repairs:
        parts += [text[at : one.at], one.now]
        at = one.at + len(one.was)
    return "".join((*parts, text[at:]))


def _joined(made: Sequence[Repair], found: Sequence[Repair], text: str) -> list[Repair]:
    """Return the repairs made before and those just found in a text as one list; those that overlap become one."""
    joined: list[Repair] = []
    grown = 0
    for group in _overlapping(made, found):
        earlier = [one for is_new, one in group if not is_new]
        later = [one for is_new, one in group if is_new]
        if not later:
            joined += [replace(one, at=one.at + grown) for one in earlier]
            continue
        if not earlier:
            one = later[0]
        else:
            first, last = group[0][1].at, max(_end(one, is_new=is_new) for is_new, one in group)
            here = [replace(one, at=one.at - first) for one in later]
            was = _replaced(text[first:last], [Repair("", "", e.at - first, e.now, e.was) for e in earlier])
            rules = dict.fromkeys(name for one in (*earlier, *later) for name in one.rule.split(", "))
            one = Repair(later[0].field, ", ".join(rules), first, was, _replaced(text[first:last], here))
        joined.append(replace(one, at=one.at + grown))
        grown += sum(len(one.now) - len(one.was) for one in later)
    return joined


def _overlapping(made: Sequence[Repair], found: Sequence[Repair]) -> Iterator[list[tuple[bool, Repair]]]:
    """Yield the repairs by their places, those together that overlap; each with whether it is new."""
    # At one place what was cut out comes first, what is new last.
    ordered = sorted(
        [*((False, one) for one in made), *((True, one) for one in found)],
        key=lambda pair: (pair[1].at, _end(pair[1], is_new=pair[0]), pair[0]),
    )
    group: list[tuple[bool, Repair]] = []
    reach = -1
    for is_new, one in ordered:
        if group and one.at >= reach:
            yield group
            group = []
        group.append((is_new, one))
        reach = max(reach, _end(one, is_new=is_new))
    if group:
        yield group


def _end(one: Repair, *, is_new: bool) -> int:
    """Return where a repair ends in the text as it is before the new ones."""
    return one.at + len(one.was if is_new else one.now)
