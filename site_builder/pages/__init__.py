"""Which pages there are, how they look, feeds and citations.

A page is planned as a frozen value that holds exactly what its template shows (`kinds`, `plan`), named by a digest of
that value and the templates (`render`), and rendered only when somebody wants its bytes.
"""

from __future__ import annotations

from site_builder.pages.output import Pages, warnings
from site_builder.pages.render import compiling, unused_templates, wrong_templates

__all__ = ["Pages", "compiling", "unused_templates", "warnings", "wrong_templates"]
