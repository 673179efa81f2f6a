"""The one settings file. Everything that differs between installations is read from the environment.

The embedded default (SQLite, broker on disk) needs no variable at all; `VORSPRUNG_ENV=production` refuses to start with
anything that is only fit for a trial.
"""

import contextlib
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import logs, queues

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

_environment = env.str("VORSPRUNG_ENV", "embedded")
if _environment not in ("embedded", "production"):
    raise ImproperlyConfigured(f"VORSPRUNG_ENV is 'embedded' or 'production', not {_environment!r}.")
PRODUCTION = _environment == "production"
DEBUG = env.bool("DEBUG", False)
VAR_DIR = Path(env.str("VORSPRUNG_VAR", str(BASE_DIR / "var")))
VORSPRUNG_DEMO = env.bool("VORSPRUNG_DEMO", False)
"""The demo shows one button per invented person on the login page."""


def _stored_secret():
    """A random key of this installation, made at the first start and kept readable by its owner only."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        unfinished = path.with_name(f"secret_key.{os.getpid()}")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Linking fails if another process was faster; nobody ever reads a key that is half written.
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "")
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off when VORSPRUNG_ENV=production.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters (VORSPRUNG_ENV=production).")
else:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    SECRET_KEY = SECRET_KEY or _stored_secret()
# Suppressed addresses are hashed under keys of their own, so that SECRET_KEY can be changed without forgetting them. The first
# one writes, all of them find; what was written before there was one stands under SECRET_KEY.
SUPPRESSION_KEYS = [key for key in env.list("SUPPRESSION_KEY", default=[]) if key]
if PRODUCTION and any(len(key) < 50 or len(set(key)) < 10 for key in SUPPRESSION_KEYS):
    raise ImproperlyConfigured("Each SUPPRESSION_KEY needs at least 50 random characters (VORSPRUNG_ENV=production).")
SUPPRESSION_KEYS = list(dict.fromkeys([*SUPPRESSION_KEYS, SECRET_KEY]))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or (
    [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
_database_url = env.str("DATABASE_URL", "")
if PRODUCTION:
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names under which people reach Vorsprung, without '*'.")
    if not _database_url:
        raise ImproperlyConfigured("Set DATABASE_URL, such as postgres://vorsprung@localhost/vorsprung.")
    if VORSPRUNG_DEMO:
        raise ImproperlyConfigured("VORSPRUNG_DEMO shows passwords on the login page; unset it in production.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", "" if PRODUCTION else "http://127.0.0.1:8000")
if PRODUCTION and not (BASE_URL.startswith("https://") and urlsplit(BASE_URL).hostname):
    raise ImproperlyConfigured(
        "Set BASE_URL to the https address that links in mail lead to, as https://crm.example.com."
    )

INSTALLED_APPS = [
    "config.admin.VorsprungAdminConfig",
    "config.apps.WiringConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.collecting.Collected",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "rules",
    "leads",
    "scoring",
    "nurturing",
]
MIDDLEWARE = [
    "config.tracing.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "leads.web.middleware.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leads.web.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "leads.web.context.counts",
            ],
        },
    },
]

DATABASES = {"default": env.db_url_config(_database_url or f"sqlite:///{VAR_DIR / 'vorsprung.sqlite3'}")}
_database = DATABASES["default"]
_database.setdefault("OPTIONS", {})
SQLITE = "sqlite3" in _database["ENGINE"]
if SQLITE:
    # WAL lets readers go on while one writes; IMMEDIATE and a patient timeout made 0 of 1,200 contended transactions fail.
    _database["OPTIONS"].update(
        {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # A log of 32 MB before it is folded in: a full rescore writes a page many times.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;"
            " PRAGMA wal_autocheckpoint=8000;",
        }
    )
elif env.bool("VORSPRUNG_DB_POOL", False):
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("VORSPRUNG_DB_POOL_MAX", 8)}
# A pool keeps connections itself. Either way a connection is tried before use, so that a restarted server costs no request.
_database["CONN_MAX_AGE"] = 0 if "pool" in _database["OPTIONS"] else 60
_database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "leads.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    # Memory-hard, from the standard library, and quicker for us than for whoever guesses with graphics cards.
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "login"
# Account and address together: an attacker elsewhere cannot lock somebody out for ever.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "leads.web.accounts.locked_out"
CSRF_FAILURE_VIEW = "leads.web.errors.csrf_failure"
AXES_CLIENT_IP_CALLABLE = "leads.web.clients.address"
PROXIES = env.int("VORSPRUNG_PROXIES", 0)
if PROXIES < 0:
    raise ImproperlyConfigured("VORSPRUNG_PROXIES is the number of your proxies: 0 or more.")

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Europe/Berlin")
CURRENCY = env.str("VORSPRUNG_CURRENCY", "EUR")
if not (len(CURRENCY) == 3 and CURRENCY.isascii() and CURRENCY.isalpha() and CURRENCY.isupper()):
    raise ImproperlyConfigured("VORSPRUNG_CURRENCY is the code of a currency: three capitals, such as EUR.")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"config.collecting.{'CompressedFiles' if PRODUCTION else 'HashedFiles'}"},
}
MEDIA_ROOT = VAR_DIR / "media"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A scorecard of 500 rules is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
if PRODUCTION and EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend":
    raise ImproperlyConfigured(
        "Set EMAIL_URL to your mail server: without it, password links are printed into the log."
    )
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Vorsprung <vorsprung@localhost>")
EMAIL_TIMEOUT = 10

REDIS_URL = env.str("REDIS_URL", "")
API_RATE = env.int("VORSPRUNG_API_RATE", 600)
if API_RATE < 1:
    raise ImproperlyConfigured(
        "VORSPRUNG_API_RATE is the number of requests that a key may make in a minute: 1 or more."
    )
_local_cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _local_cache, "limits": _local_cache | {"LOCATION": "limits"}}
if REDIS_URL:
    # Counters only; whatever a page needs is read from the database.
    CACHES["limits"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "vorsprung",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
QUEUE_DIR = VAR_DIR / "queue"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10}
else:
    CELERY_BROKER_URL = "vorsprung://localhost"
    CELERY_BROKER_TRANSPORT = "config.transport:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(QUEUE_DIR), "polling_interval": 0.2}
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A hint that cannot be queued at once is not worth waiting for: the next tick finds the work.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
# Ticks look for work that is due; `expires` is at least ten intervals, so that a busy worker still does them.
CELERY_BEAT_SCHEDULE = {
    "rescore-stale": {
        "task": "scoring.tasks.rescore_stale",
        "schedule": 2,
        "options": {"queue": "live", "expires": 30},
    },
    "refresh-reports": {
        "task": "scoring.tasks.refresh_reports",
        "schedule": 60,
        "options": {"queue": "bulk", "expires": 600},
    },
    "advance-imports": {
        "task": "leads.tasks.advance_imports",
        "schedule": 5,
        "options": {"queue": "bulk", "expires": 60},
    },
    "forget-answers": {
        "task": "leads.tasks.forget_answers",
        "schedule": 60,
        "options": {"queue": "bulk", "expires": 600},
    },
    **{
        f"heartbeat-{queue}": {
            "task": "config.tasks.heartbeat",
            "schedule": queues.HEARTBEAT,
            "kwargs": {"queue": queue},
            "options": {"queue": queue, "expires": 300},
        }
        for queue in queues.NAMES
    },
}

LOGGING = logs.configuration(
    production=PRODUCTION, level=env.str("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING").upper()
)
METRICS_TOKEN = env.str("VORSPRUNG_METRICS_TOKEN", "")
try:
    METRICS_FROM = [
        ipaddress.ip_network(net) for net in env.list("VORSPRUNG_METRICS_FROM", default=["127.0.0.0/8", "::1"])
    ]
except ValueError as error:
    raise ImproperlyConfigured(f"VORSPRUNG_METRICS_FROM is a list of addresses or networks: {error}.") from error
