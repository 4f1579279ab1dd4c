"""Where each page is: paths relative to the root of the site. A paper's address never changes."""

from __future__ import annotations

HOME = "index.html"
TOPICS = "topics.html"
TAGS = "tags.html"
ALL = "all.html"
AUTHORS = "authors.html"
SEARCH = "search.html"
MISSING = "404.html"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"


def paper(slug: str) -> str:
    """Return the path of a paper's page."""
    return f"papers/{slug}.html"


def topic(id: str) -> str:  # noqa: A002 - the field's own name
    """Return the path of a topic's page."""
    return f"topics/{id}.html"


def topic_feed(id: str) -> str:  # noqa: A002
    """Return the path of a topic's feed, beside its page."""
    return f"topics/{id}.xml"


def tag(slug: str) -> str:
    """Return the path of the page of the tags with this slug."""
    return f"tags/{slug}.html"


def author(slug: str) -> str:
    """Return the path of the page of the authors with this slug."""
    return f"authors/{slug}.html"


def collection(id: str) -> str:  # noqa: A002
    """Return the path of a collection's page."""
    return f"collections/{id}.html"


def text(slug: str) -> str:
    """Return the path of a page of content/pages/."""
    return f"{slug}.html"


def chunk(main: str, number: int) -> str:
    """Return the path of a numbered part of the list at `main`: `topics/vision/3.html`."""
    return f"{main.removesuffix('.html')}/{number}.html"


def sitemap(number: int) -> str:
    """Return the path of a numbered part of the sitemap."""
    return f"sitemaps/{number}.xml"
