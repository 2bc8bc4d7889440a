"""Django settings, put together from the environment (see config/environment.py)."""

from __future__ import annotations

import warnings
from datetime import timedelta
from pathlib import Path

from config.database.address import database_of
from config.environment import (
    ROOT,
    json_table,
    named_values,
    optional,
    required,
    switched_on,
)
from config.messaging import messaging_providers
from config.running.logs import logging_of
from config.sector import sector_gateways
from config.signing import refuse_demonstration_authority, signing_level, timestamp_authority
from khue.answers.rules.keys import derived_key

DEMO = switched_on("KHUE_DEMO")
DEBUG = False
SECRET_KEY = required("KHUE_SECRET_KEY")
FIELD_KEY = required("KHUE_FIELD_KEY")
SEAL_KEY = required("KHUE_SEAL_KEY")
# Opens the published answers of results day; its process needs this key and no other.
ANSWERS_KEY = optional("KHUE_ANSWERS_KEY", "") or derived_key(FIELD_KEY)
# Public halves of keys that sealed before the present one.
SEAL_OLD_KEYS = [key for key in optional("KHUE_SEAL_OLD_KEYS", "").split(",") if key]
ALLOWED_HOSTS = [host for host in required("KHUE_HOSTS").split(",") if host]
# Public keys (the "x" of their JWK) of other installations whose lists of packages are known.
TRUSTED_ISSUERS = [key for key in optional("KHUE_TRUSTED_ISSUERS", "").split(",") if key]
# Where people reach the site; stands in the QR of a transcript.
PUBLIC_ADDRESS = optional("KHUE_PUBLIC_ADDRESS", f"https://{ALLOWED_HOSTS[0]}")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

CONTEXTS = [
    "ledger",
    "access",
    "background",
    "intake",
    "organisations",
    "records",
    "papers",
    "signing",
    "messaging",
    "answers",
    "contactbook",
    "attendance",
    "timetable",
    "gradebook",
    "diary",
    "offline",
    "transcripts",
    "sector",
    "statistics",
    "interchange",
    "oversight",
    "portal",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *[f"khue.{name}" for name in CONTEXTS],
    "config.running",
    "synthetic",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "config.running.middleware.measured",
    "config.running.middleware.watched",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security",
    "config.middleware.never_kept",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.database_trouble",
    "khue.access.middleware.fence_closed",
    "khue.access.middleware.session",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "khue.access.middleware.viewer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.without_null_bytes",
    "config.middleware.tables_along",
    "khue.access.middleware.gate",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# The web role is not the owner of the tables, so that row-level security binds it.
# KHUE_DATABASE_ROLE=owner (migrations, loading) leaves the role of DATABASE_URL as it is.
DATABASE_ROLE = optional("KHUE_DATABASE_ROLE", "khue_web")
DATABASES = {"default": database_of(required("DATABASE_URL"), role=DATABASE_ROLE)}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = []  # khue.access.rules.passwords decides
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "config.jinja.environment",
            "context_processors": ["config.screen.shell"],
        },
    },
]

# A private folder in which compiled templates outlive their process; "" compiles in each anew.
TEMPLATE_CACHE = optional("KHUE_TEMPLATE_CACHE", "")

LANGUAGE_CODE = "vi"
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "frontend" / "dist"
# The front end's own hashes stand in the names, so a browser may keep the files for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"
DATA_DIR = Path(optional("KHUE_DATA_DIR", str(ROOT / "var" / "data")))
UPLOAD_LIMIT_BYTES = int(optional("KHUE_UPLOAD_LIMIT_BYTES", str(20 * 1024 * 1024)))
FILE_UPLOAD_HANDLERS = ["kit.uploads.MemoryUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Where signing keys are found; see docs/reference/signing-back-ends.md.
PKCS11_MODULES = named_values("KHUE_PKCS11_MODULES")
CSC_SERVICES = json_table("KHUE_CSC_SERVICES")
SIGNING_AGENTS = [
    one.strip()
    for one in optional(
        "KHUE_SIGNING_AGENTS",
        "http://127.0.0.1:14207,http://127.0.0.1:14208,http://127.0.0.1:14209",
    ).split(",")
    if one.strip()
]

SESSION_COOKIE_NAME = "khue_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMO
SESSION_IDLE = timedelta(hours=int(optional("KHUE_SESSION_IDLE_HOURS", "12")))
OFFLINE_IDLE_MINUTES = int(optional("KHUE_OFFLINE_IDLE_MINUTES", "15"))
OFFLINE_KEEP_DAYS = int(optional("KHUE_OFFLINE_KEEP_DAYS", "30"))
SESSION_LASTS = timedelta(days=int(optional("KHUE_SESSION_DAYS", "7")))
SLIP_LASTS = timedelta(days=int(optional("KHUE_SLIP_DAYS", "30")))
# How many proxies of ours stand in front and append to X-Forwarded-For; 0 trusts none.
TRUSTED_PROXIES = int(optional("KHUE_TRUSTED_PROXIES", "0"))
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEMO else 31536000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Signing: the timestamp authority, and how long one of these services may take to answer.
TSA_URL = timestamp_authority(optional("KHUE_TSA_URL", ""), demo=DEMO)
TSA_TIMEOUT = float(optional("KHUE_TSA_TIMEOUT", "10"))
EVIDENCE_TIMEOUT = float(optional("KHUE_EVIDENCE_TIMEOUT", "8"))
CLOCK_TOLERANCE = int(optional("KHUE_CLOCK_TOLERANCE", "300"))
SIGNING_LEVEL = signing_level(optional("KHUE_SIGNING_LEVEL", ""), TSA_URL)
# How far the books must have come before a transcript is verified; who signs it in which order.
TRANSCRIPT_BOOKS = optional("KHUE_TRANSCRIPT_BOOKS", "principal_approved")
TRANSCRIPT_SIGNERS = optional("KHUE_TRANSCRIPT_SIGNERS", "subject,homeroom,principal").split(",")
refuse_demonstration_authority(DATA_DIR, demo=DEMO)
# Sensitive counts of pupils from 1 to below this are withheld outside their school.
LEAST_COUNT = int(optional("KHUE_LEAST_COUNT", "5"))
# Who carries messages out of the house; see docs/reference/messaging.md.
MESSAGING = messaging_providers(json_table("KHUE_MESSAGING"), demo=DEMO)
# Where each province pushes its records to the sector; see docs/reference/sector-push.md.
SECTOR = sector_gateways(json_table("KHUE_SECTOR"))
# A name of 64 characters in a certificate may have more bytes, which is nothing to tell.
warnings.filterwarnings("ignore", message="Attribute's length must be", category=UserWarning)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOG_STYLE = optional("KHUE_LOG", "plain")
LOGGING = logging_of(LOG_STYLE)
# Who may read the figures; without a token only a program on this machine.
METRICS_TOKEN = optional("KHUE_METRICS_TOKEN", "")
