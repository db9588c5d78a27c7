"""Doccano's settings, closed where the stock ones are open; all state in one folder.

`TAWSIM_STATE` names the folder, which holds the file `secret-key`, readable by its owner only.
`TAWSIM_HOST` is the name of the TLS proxy that stands before the server, empty where none does.
`TAWSIM_DATABASE` is the database as Django's settings name it, in JSON, without any password.
"""

import json
import os
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Doccano's base settings act on DEBUG while they are read (CORS for everyone), and let a header
# name the user when HEADER_AUTH_* is set: both must be out of the way before the import.
os.environ["DEBUG"] = "False"
for _name in [name for name in os.environ if name.startswith("HEADER_AUTH_")]:
    del os.environ[_name]

from config.settings.production import *  # noqa: E402, F403
from config.settings.production import BASE_DIR, INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK  # noqa: E402

STATE = Path(os.environ["TAWSIM_STATE"])


def _read_secret_key(path: Path) -> str:
    try:
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"no secret key: {error}") from error
    if open_to_others or len(key) < 32:
        raise ImproperlyConfigured(f"{path} is short, or open to others than its owner")
    return key


SECRET_KEY = _read_secret_key(STATE / "secret-key")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
PROXY = os.environ.get("TAWSIM_HOST", "")
if PROXY:
    ALLOWED_HOSTS += [PROXY.partition(":")[0]]
    CSRF_TRUSTED_ORIGINS = [f"https://{PROXY}"]
# Only this machine reaches the server, so that only the proxy can say how it was asked.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(PROXY)
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
X_FRAME_OPTIONS = "DENY"
# A reset link would otherwise be printed into the log.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

ROOT_URLCONF = "server.urls"
INSTALLED_APPS = [
    *(app for app in INSTALLED_APPS if app != "django.contrib.admin"),
    "server.apps.TawsimConfig",
]
MIDDLEWARE = [*MIDDLEWARE, "server.guard.ProjectGuard", "server.visits.Visits"]

DATABASES = {"default": json.loads(os.environ["TAWSIM_DATABASE"])}
# Imports and exports run inside their request: no broker, no second process.
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_STORE_EAGER_RESULT = True

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    # JSON is all the pages use, and all that the guard reads.
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"dj_rest_auth": "60/min"},
    # Whose tries are counted: the address the proxy names, else who asks, whatever they say.
    "NUM_PROXIES": 1 if PROXY else 0,
}

MEDIA_ROOT = str(STATE / "media")
DJANGO_DRF_FILEPOND_FILE_STORE_PATH = MEDIA_ROOT
DJANGO_DRF_FILEPOND_UPLOAD_TMP = str(STATE / "uploads")
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
DJANGO_DRF_FILEPOND_PERMISSION_CLASSES = {
    endpoint: ["rest_framework.permissions.IsAdminUser"]
    for endpoint in (
        *("POST_PROCESS", "PATCH_PATCH", "DELETE_REVERT"),
        *("GET_LOAD", "GET_RESTORE", "GET_FETCH"),
    )
}
CLIENT_FOLDER = Path(BASE_DIR) / "client" / "dist"
