"""A page of an audit as self-contained HTML: sections of lines, each with its entries folded away.

It keeps the promises of ``html.py``: no network, no script, one style sheet let in by its hash,
everything from the record escaped and made visible.
"""

from __future__ import annotations

from markupsafe import Markup

from cli.audit_areas import AREAS
from cli.audit_page import Page
from cli.render.html import environment, source_hash, style, version
from projections.result import GUARDED, NOT_FOR_PUBLICATION


def render_audit(page: Page, *, name: str, lang: str = "en") -> str:
    """Give the page of one area as a complete document; ``name`` is the programme's."""
    css = style()
    band = ("Guarded figures.", GUARDED)
    if not page.guarded:
        head, _, rest = NOT_FOR_PUBLICATION.partition(":")
        band = (f"{head}.", rest.strip().capitalize())
    return (
        environment()
        .get_template("audit.html.j2")
        .render(
            lang=lang,
            page=page,
            name=name,
            title=f"{name}: {page.title}",
            standing=page.standing,
            names=AREAS[page.area].views,
            again=f"--at {page.standing.size}",
            style=Markup(css),  # noqa: S704 (our own file, read from this package)
            style_hash=source_hash(css),
            band_head=band[0],
            band_rest=band[1],
            guarded=page.guarded,
            version=version(),
        )
    )
