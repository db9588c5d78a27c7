"""Doccano's page, made right-to-left from its first moment.

Its own switch lives in memory, is off after every load, and draws the labels of an open document
off screen when used; set before the document is drawn, everything is in its place.
"""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

_HEAD = """<style>
.v-application .annotation-text.pa-4 {
  font-family: "Noto Naskh Arabic", "Amiri", "Geeza Pro", "Segoe UI", "Noto Sans Arabic",
    "DejaVu Sans", sans-serif !important;
  opacity: 1 !important;
}
</style>
<script>
(function openRightToLeft() {
  var store = window.$nuxt && window.$nuxt.$store;
  if (!store) { setTimeout(openRightToLeft, 5); return; }
  if (!store.state.config.rtl) { store.dispatch("config/toggleRTL"); }
})();
</script>
"""


@cache
def _render_page() -> str:
    original = (settings.CLIENT_FOLDER / "index.html").read_text(encoding="utf-8")
    before, end_of_head, after = original.partition("</head>")
    if not end_of_head:
        raise ImproperlyConfigured("Doccano's index.html has no </head> to write before")
    return before + _HEAD + end_of_head + after


@require_safe
@ensure_csrf_cookie
def page(request):
    """Return Doccano's single page, whatever the address: its client reads the rest."""
    return HttpResponse(_render_page())
