"""The environment -> every setting.  One file; whatever differs between machines comes from outside."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

BASE_DIR = Path(__file__).resolve().parent.parent
EXAMPLE_KEY = "example-key-change-me"

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=EXAMPLE_KEY)
if SECRET_KEY == EXAMPLE_KEY and not DEBUG:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text: the example key is for DEBUG only.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ADMIN_PATH = env.str("ADMIN_PATH", default="desk/")
if not re.fullmatch(r"([-\w]+/)+", ADMIN_PATH):
    raise ImproperlyConfigured("ADMIN_PATH must be like desk/, with a slash at its end and none before it.")

# ── Apps ────────────────────────────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "wecops.desk.DeskConfig",  # Django's admin, with our site in it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts.x",  # in the place of allauth's own twitter_oauth2
    "wecops",
    "accounts",
    "chats",
    "blog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wecops.middleware.StrictHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wecops.middleware.Gzip",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "wecops.middleware.Shelf",  # what stands below asks who reads
    "wecops.middleware.OldAddresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wecops.middleware.OfferedMethods",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "wecops.urls"
WSGI_APPLICATION = "wecops.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "wecops.context_processors.community",
            ],
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TAGGIT_CASE_INSENSITIVE = True

# ── Database: holds the truth, also of what is due ──────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///wecops")}
DATABASES["default"].update(
    ENGINE="wecops.database",
    CONN_MAX_AGE=600,
    CONN_HEALTH_CHECKS=True,  # the first request after a database restart must not fail
    ATOMIC_REQUESTS=False,
)
STATEMENT_TIMEOUT_SECONDS = env.int("STATEMENT_TIMEOUT_SECONDS", default=5)  # the worker is started with 60
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=2,
    prepare_threshold=1,  # of ``accounts.ready`` alone, the second time a connection asks
    options=" ".join(
        f"-c {name}={value}"
        for name, value in {
            "statement_timeout": f"{STATEMENT_TIMEOUT_SECONDS}s",
            "lock_timeout": "3s",
            "idle_in_transaction_session_timeout": "30s",
            "plan_cache_mode": "force_generic_plan",  # what is prepared is planned once, whatever the values
        }.items()
    ),
)

# ── Cache: may vanish or freeze at any moment; then everything is a miss (wecops/cache.py) ──────────────────────────
CACHES = {
    "default": {
        "BACKEND": "wecops.cache.ForgivingRedisCache",
        "LOCATION": env.str("CACHE_URL", default="redis://127.0.0.1:6379/1"),
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "retry": Retry(NoBackoff(), 0)},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# ── Celery: only the hand.  Losing the broker loses nothing, so every switch favours giving up early ────────────────
LEASE_SECONDS = env.int("LEASE_SECONDS", default=6)  # renewed while work goes on; a dead worker's is free after it
if LEASE_SECONDS < 1:
    raise ImproperlyConfigured("LEASE_SECONDS must be 1 or more.")
TICK_SECONDS = env.float("TICK_SECONDS", default=2)
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # wait for the broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task may run, or a running task is handed out a second time.
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,  # after a dead worker its messages come back in seconds, not in 100
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 5,  # a half-open connection is noticed
}
CELERY_TASK_ACKS_LATE = True  # a killed child's message goes back …
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # … also when the kill was SIGKILL; the rows count the attempts
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The hands of all workers together; no more work is handed out at once.
WORKER_SLOTS = env.int("WORKER_SLOTS", default=2)
CELERY_WORKER_CONCURRENCY = WORKER_SLOTS
CELERY_TASK_SOFT_TIME_LIMIT = 60  # a look ends itself before
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 30  # always under the visibility timeout
CELERY_TASK_IGNORE_RESULT = True  # results are rows
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20  # with REMAP_SIGTERM=SIGQUIT: what is unfinished goes back to the queue
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000  # most are ticks
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # kB
# It listens by a subscription, and a worker that waits for a word on a half-open one is deaf for ever.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# ── Capture: a network is read where its access is set up and the chat names it ─────────────────────────────────────
CAPTURE_TIME_SCALE = env.float("CAPTURE_TIME_SCALE", default=1)  # divides every interval, for rehearsals
if not CAPTURE_TIME_SCALE >= 1:
    raise ImproperlyConfigured("CAPTURE_TIME_SCALE must be 1 or more.")
X_API_URL = env.str("X_API_URL", default="https://api.x.com")
X_BEARER_TOKEN = env.str("X_BEARER_TOKEN", default="")
X_VOCABULARY = env.str("X_VOCABULARY", default="auto")
if X_VOCABULARY not in ("auto", "tweet", "post"):
    raise ImproperlyConfigured("X_VOCABULARY must be auto, tweet or post.")
X_SEARCH = env.str("X_SEARCH", default="recent")
if X_SEARCH not in ("recent", "all"):
    raise ImproperlyConfigured("X_SEARCH must be recent or all.")
X_FILTERED_STREAM = env.bool("X_FILTERED_STREAM", default=False)  # beside the search, while people talk
X_OWNER = env.str("X_OWNER", default="").lstrip("@")  # whoever the app is of pays less for their own timelines
X_MONTHLY_BUDGET_USD = env.float("X_MONTHLY_BUDGET_USD", default=0)  # 0: no limit of ours
RECHECKS_A_DAY = env.int("RECHECKS_A_DAY", default=200)  # tweets of each network; X charges a read for each still there
if RECHECKS_A_DAY < 0:
    raise ImproperlyConfigured("RECHECKS_A_DAY must be 0 or more.")
MASTODON_SERVERS = env.list("MASTODON_SERVERS", default=[])
MASTODON_TOKENS = dict(each.strip().partition("=")[::2] for each in env.list("MASTODON_TOKENS", default=[]))
if strangers := MASTODON_TOKENS.keys() - {urlsplit(each).netloc for each in MASTODON_SERVERS}:
    said = f"{len(strangers)} of MASTODON_TOKENS name no server of MASTODON_SERVERS: write social.example=token."
    raise ImproperlyConfigured(said)  # without the names: one may be a token
BLUESKY_URL = env.str("BLUESKY_URL", default="https://bsky.social")
BLUESKY_IDENTIFIER = env.str("BLUESKY_IDENTIFIER", default="")
BLUESKY_APP_PASSWORD = env.str("BLUESKY_APP_PASSWORD", default="")
# Of other people's sites only public addresses are asked, by https; these may lie in a private network and do without.
BLOGROLL_TRUSTED = env.list("BLOGROLL_TRUSTED", default=[])
UPLOAD_ROOT = env.path("UPLOAD_ROOT", default=BASE_DIR / ".data" / "uploads")()

# ── Sign-in: X for everybody, a password and a second step for the team ─────────────────────────────────────────────
X_CLIENT_ID = env.str("X_CLIENT_ID", default="")
X_CLIENT_SECRET = env.str("X_CLIENT_SECRET", default="")
X_AUTHORIZE_URL = env.str("X_AUTHORIZE_URL", default="https://x.com/i/oauth2/authorize")
X_TOKEN_URL = env.str("X_TOKEN_URL", default=f"{X_API_URL}/2/oauth2/token")
X_PROFILE_URL = env.str("X_PROFILE_URL", default=f"{X_API_URL}/2/users/me")
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
# Nobody can sign up with a password (the adapter says so).  The fields stay named all the same: without passwords
# among them allauth turns the page for a password into one for a code by mail.
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.TeamSignIn",
    "set_password": "accounts.forms.SetPassword",
    "change_password": "accounts.forms.ChangePassword",
    "reset_password": "accounts.forms.AskForReset",
    "reset_password_from_key": "accounts.forms.ResetPassword",
    "reauthenticate": "accounts.forms.TypePassword",
}
ACCOUNT_RATE_LIMITS = {
    "confirm_address": "5/h/user",
    "mail_code": "20/h/ip,5/h/key",
    "type_code": "30/h/ip",
    "propose": "20/h/user",
    "message": "30/h/user",
    "keep_typed": "60/h/ip",
    "follow": "20/h/ip",
    "follow_address": "3/h/key",
    "contact": "5/h/ip",
    "contact_all": "100/h/key",
    "search": "90/m/ip",  # a whole station may share one address
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts.addresses does that, whenever somebody gives an address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_DISPLAY = str
SESSION_COOKIE_AGE = 14 * 24 * 3600
DESK_SESSION_AGE = 2 * 3600  # without a look at the desk, for whoever has opened it
SOCIALACCOUNT_ADAPTER = "accounts.adapter.XSignInAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "twitter_oauth2": {"APPS": [{"client_id": X_CLIENT_ID, "secret": X_CLIENT_SECRET}] if X_CLIENT_ID else []}
}
SOCIALACCOUNT_STORE_TOKENS = False  # nothing to steal
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4
TEAM_SECOND_STEP = env.bool("TEAM_SECOND_STEP", default=True)
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.TypeCode",
    "reauthenticate": "accounts.forms.TypeCodeAgain",
    "activate_totp": "accounts.forms.TurnOnCodes",
    "add_webauthn": "accounts.forms.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code that has just changed still works
# How many proxies stand before the portal.  Each adds the address it saw to X-Forwarded-For; only so many are believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]

# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / ".data" / "static")()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
PAGE_CACHE_SECONDS = 30  # of what changes by the clock; what somebody changes is seen at once
QUESTIONS_SHOWN_HOURS = env.int("QUESTIONS_SHOWN_HOURS", default=24)  # before a chat; who reads slowly needs a day
if QUESTIONS_SHOWN_HOURS < 24:
    raise ImproperlyConfigured("QUESTIONS_SHOWN_HOURS must be 24 or more.")
COMMENTS_OPEN_DAYS = env.int("COMMENTS_OPEN_DAYS", default=90)  # after a post came out; 0: for ever
if COMMENTS_OPEN_DAYS < 0:
    raise ImproperlyConfigured("COMMENTS_OPEN_DAYS must be 0 or more.")
EXPORT_TEXT = env.str("EXPORT_TEXT", default="members")
if EXPORT_TEXT not in ("none", "members", "public"):
    raise ImproperlyConfigured("EXPORT_TEXT must be none, members or public.")

# ── Mail ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# smtp://user:password@host:port, smtp+tls:// or smtp+ssl://; empty: mail is written, read at the desk, and not sent.
EMAIL_URL = env.str("EMAIL_URL", default="")
_mail_server = environ.Env.email_url_config(EMAIL_URL or "dummymail://")
EMAIL_BACKEND = _mail_server["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail_server["EMAIL_HOST"] or "", _mail_server["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail_server["EMAIL_HOST_USER"], _mail_server["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = "EMAIL_USE_TLS" in _mail_server, "EMAIL_USE_SSL" in _mail_server
EMAIL_TIMEOUT = 10  # for each answer; well within the time that a letter which is leaving is left alone
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hello@localhost")
BOUNCES_TO = env.str("BOUNCES_TO", default="")
MAIL_KEPT_DAYS = env.int("MAIL_KEPT_DAYS", default=30)
MAIL_TICK_SECONDS = 2  # somebody may sit and wait for it
BLOG_TICK_SECONDS = 10  # nobody does

# ── Safety ──────────────────────────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "connect-src": "'self'",  # of itself alone; without it judges of pages cannot even read robots.txt
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Pages that tell of an hour ahead have one script of ours: it tells that hour in the reader's own time zone.  The page
# where questions are written has another, which counts them.
HOUR_CONTENT_SECURITY_POLICY = {**CONTENT_SECURITY_POLICY, "script-src": "'self'"}
# The admin's own scripts, from our own files, and on its own pages only.
ADMIN_CONTENT_SECURITY_POLICY = {**CONTENT_SECURITY_POLICY, "script-src": "'self'"}
# Browsers hold "form-action" against the address that a form's answer leads on to as well: without X in it the button
# to sign in is dead.
X_HOST = "{0.scheme}://{0.netloc}".format(urlsplit(X_AUTHORIZE_URL))
# Passkeys are the browser's to ask for, so these pages have a script of ours.
DOOR_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY,
    "form-action": f"'self' {X_HOST}",
    "script-src": "'self'",
}
SECURE = env.bool("SECURE", default=True)  # off only where there is no TLS: the demo and the tests
SECURE_SSL_REDIRECT = SECURE
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "wecops_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "wecops_csrf"
CSRF_FAILURE_VIEW = "wecops.views.csrf_failed"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"fido2": {"level": "WARNING"}},  # at INFO it tells whose key was used
    "root": {"handlers": ["console"], "level": "INFO"},
}
