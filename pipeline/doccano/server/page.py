"""Doccano's page in Arabic, right to left from its first moment, with our scripts before its own.

Our scripts load the typeface first and then Doccano's, which measures letters once; `static/`
holds them. No file is asked of another host.
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

STATIC_FOLDER = Path(__file__).parent / "static"
_HEAD = """<link rel="stylesheet" href="/tawsim/static/page.css">
<script type="module" src="/tawsim/static/start.js"></script>
"""
# Doccano's scripts wait for ours, and are not fetched twice for it.
_CHANGES = (
    (r"<html>", '<html lang="ar" dir="rtl">'),
    (r"</head>", f"{_HEAD}</head>"),
    (r'<script src="([^"]+)"></script>', r'<script data-after-font="\1"></script>'),
    (r"<div>Loading\.\.\.</div>", "<div>يُحمَّل…</div>"),
)


@cache
def _render_page() -> str:
    page = (settings.CLIENT_FOLDER / "index.html").read_text(encoding="utf-8")
    for pattern, replacement in _CHANGES:
        page, count = re.subn(pattern, replacement, page)
        if not count:
            raise ImproperlyConfigured(f"Doccano's index.html has nothing like {pattern}")
    return page


@require_safe
@ensure_csrf_cookie
def page(request):
    """Return Doccano's single page, whatever the address: its client reads the rest."""
    return HttpResponse(_render_page())


@require_safe
def entrance(request):
    """Lead straight to the log-in, or to the projects of who is logged in.

    Doccano's own first page presents the program.
    """
    return redirect("/projects" if request.user.is_authenticated else "/auth")
