"""Doccano's routes without its admin site, its API login and its auto-labelling; and ours.

Auto-labelling runs unsandboxed templates and fetches any URL from this machine.
"""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from . import views
from .page import STATIC_FOLDER, entrance, page

_project = "v1/projects/<int:project_id>/"
urlpatterns = [
    path("", entrance),
    path("tawsim/health", views.health),
    path("tawsim/annotators", views.Annotators.as_view()),
    path("tawsim/push", views.Push.as_view()),
    path("tawsim/renew", views.Renew.as_view()),
    path("tawsim/stored", views.Stored.as_view()),
    path("tawsim/holders", views.Holders.as_view()),
    path("tawsim/pull", views.Pull.as_view()),
    path("tawsim/reading", views.Reading.as_view()),
    path("tawsim/value", views.Value.as_view()),
    path("tawsim/static/<path:path>", serve, {"document_root": STATIC_FOLDER}),
    path("v1/auth/logout/", views.LogOut.as_view()),
    path("v1/social/", include("social.v1_urls")),
    path("v1/", include("api.urls")),
    path("v1/", include("roles.urls")),
    path("v1/", include("users.urls")),
    path("v1/", include("data_import.urls")),
    path("v1/", include("data_export.urls")),
    path("v1/", include("projects.urls")),
    path(f"{_project}metrics/", include("metrics.urls")),
    path(_project, include("examples.urls")),
    path(_project, include("labels.urls")),
    path(_project, include("label_types.urls")),
    path("favicon.ico", serve, {"document_root": settings.CLIENT_FOLDER, "path": "favicon.ico"}),
    # Doccano's client routes its own pages; what belongs to a server must not look like one.
    re_path(r"^(?!v1/|tawsim/|static/|media/|admin/|admin$|api-auth/|swagger/)", page),
]
