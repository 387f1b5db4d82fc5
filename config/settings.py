"""Settings for every environment. What differs between them comes from the environment, through
`config.env`."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "a-development-key-which-is-public-and-thus-worthless" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # former keys, while what they signed is in use
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
BASE_URL = env.text("BASE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "api.apps.AdminConfig",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "corsheaders",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "pgtrigger",
    "procrastinate.contrib.django",
    "rest_framework",
    "treebeard",
    "search.apps.SearchConfig",
    "experts.apps.ExpertsConfig",
    "forums.apps.ForumsConfig",
    "api.apps.ApiConfig",
]

MIDDLEWARE = [
    "api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": env.database()}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.number("DATABASE_CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
}
# Set by config/wsgi.py: a request may not keep the database longer. Commands, migrations and jobs may.
if STATEMENT_TIMEOUT_MS := env.number("DATABASE_STATEMENT_TIMEOUT_MS", 0):
    DATABASES["default"]["OPTIONS"] = {
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout=60000"
    } | dict(DATABASES["default"].get("OPTIONS") or {})  # type: ignore[call-overload]

# People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "experts.User"
AUTHENTICATION_BACKENDS = [
    "experts.backends.PeopleBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "experts.passwords.ContextWordsValidator"})
PASSWORD_WORDS = env.words("PASSWORD_WORDS")  # a site's own, beside those of `experts.passwords`
# Where the links in mails about accounts lead: pages of a front end, or the plain ones of this site.
ACCOUNT_PAGES_URL = env.text("ACCOUNT_PAGES_URL", f"{BASE_URL}/account")
# Who signs in with a second factor or not at all: "secretariat", "moderators". It is open to everybody.
SECOND_FACTOR_FOR = frozenset(env.words("SECOND_FACTOR_FOR"))
# Object permissions are given only to signed-in people and groups: guardian's anonymous user is not made.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
PERSONAL_TOKEN_PREFIX = "xf_"  # noqa: S105 - a label that secret scanners can look for, not a secret

# Language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
    ("ru", "Русский"),
    ("es", "Español"),
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / ".local" / "static")
MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / ".local" / "media")
# Without collectstatic (development, tests) files are served from the packages they come in.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "admin").is_dir()
STORAGES = {
    "default": env.storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# E-mail -----------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "community@localhost")
# Without a host, mail is written to standard output: enough to try things out, and seen in the log.
MAILERS: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env.text("MAIL_HOST"),
            "port": env.number("MAIL_PORT", 587),
            "username": env.text("MAIL_USER", ""),
            "password": env.text("MAIL_PASSWORD", ""),
            "use_tls": env.flag("MAIL_TLS", default=True),
            "timeout": 10,
        },
    }
    if env.text("MAIL_HOST", "")
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
}

# Where masked addresses are (docs/operating.md tells how their mail comes in), and the rates of contact.
CONTACT_MAIL_DOMAIN = env.text("CONTACT_MAIL_DOMAIN", urlsplit(BASE_URL).hostname or "localhost")
CONTACT_NEW_PER_DAY = env.number("CONTACT_NEW_PER_DAY", 20)
CONTACT_MESSAGES_PER_HOUR = env.number("CONTACT_MESSAGES_PER_HOUR", 30)

# Search -----------------------------------------------------------------------------------------------------
SEARCH: dict[str, Any] = {
    "ELASTICSEARCH_URL": env.text("ELASTICSEARCH_URL", ""),
    "NODE_CLASS": env.text("SEARCH_NODE_CLASS", ""),
    "API_KEY": env.text("ELASTICSEARCH_API_KEY", ""),
    "CA_CERTS": env.text("ELASTICSEARCH_CA_CERTS", ""),
    "INDEX_PREFIX": env.text("SEARCH_INDEX_PREFIX", "community"),
    "SHARDS": env.number("SEARCH_SHARDS", 1),
    "REPLICAS": env.number("SEARCH_REPLICAS", 0),
    "TIMEOUT_SECONDS": env.number("SEARCH_TIMEOUT_SECONDS", 2),
}

# Security ---------------------------------------------------------------------------------------------------
SECURE_HTTPS = env.flag("SECURE_HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SECURE_HTTPS
# Asked from inside, where there is no HTTPS: by the container's health check and by Prometheus.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HTTPS
SECURE_HSTS_PRELOAD = SECURE_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
)
SESSION_ENGINE = "experts.sessions"
SESSION_IDLE = timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 60))  # unused for so long, it ends
SESSION_COOKIE_SECURE = SECURE_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12) * 3600  # from signing in; use does not prolong it
CSRF_COOKIE_SECURE = SECURE_HTTPS
if SECURE_HTTPS:  # browsers keep cookies of such names from being set by, or for, other hosts
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
X_FRAME_OPTIONS = "DENY"

# Watching ---------------------------------------------------------------------------------------------------
LOGGING = logs.configure(
    readable=env.flag("LOG_READABLE", default=DEBUG), level=env.text("LOG_LEVEL", "INFO")
)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# API --------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_MB", 25) * 1024 * 1024
UPLOAD_QUOTA_BYTES = env.number("UPLOAD_QUOTA_MB", 1_000) * 1024 * 1024  # a person's attachments together
FILE_UPLOAD_HANDLERS = [
    "api.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
APPEND_SLASH = False
CSRF_FAILURE_VIEW = "api.errors.csrf_failure"
# How many proxies in front append to X-Forwarded-For.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if env.flag("BEHIND_PROXY", default=False) else 0)
# Requests and seconds (see api.throttling). "visitor" counts by address, "write" by person; the others are
# named by the operations they belong to.
THROTTLE_RATES: dict[str, tuple[int, int]] = {
    "visitor": (env.number("RATE_VISITOR", 120), 60),
    "write": (env.number("RATE_WRITE", 120), 60),
    "search": (env.number("RATE_SEARCH", 120), 60),
    "suggest": (env.number("RATE_SUGGEST", 600), 60),  # one a keystroke
    "export": (env.number("RATE_EXPORT", 20), 3600),
    "contact": (env.number("RATE_CONTACT", 20), 3600),
    "upload": (env.number("RATE_UPLOAD", 60), 600),
    "sign_in": (env.number("RATE_SIGN_IN", 10), 600),
    # However many addresses an attacker has; high enough that nobody is locked out by a neighbour's mistakes.
    "sign_in_account": (env.number("RATE_SIGN_IN_ACCOUNT", 30), 3600),
    "password": (env.number("RATE_PASSWORD", 20), 600),  # operations that ask for the password again
    # Mail that anybody can have sent: by who asks, and by whom it goes to.
    "account_mail": (env.number("RATE_ACCOUNT_MAIL", 20), 3600),
    "account_mail_to": (env.number("RATE_ACCOUNT_MAIL_TO", 5), 3600),
    "account_key": (env.number("RATE_ACCOUNT_KEY", 30), 600),
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.Access"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.handler",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": False,
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Experts and forums",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.add_problems",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "TopicLevel": "experts.models.ProfileTopic.Level",
        "LanguageLevel": "experts.models.ProfileLanguage.Level",
        "AgencyKind": "experts.models.AgencyKind",
        "ItemKind": "experts.models.ProfileItem.Kind",
        "SectionReach": "api.v1.experts.serializers.REACHES",
        "ContactReach": "experts.models.Profile.MessagesFrom",
        "ContactReportStatus": "experts.models.ContactReport.Status",
        "VerifiableSection": "api.v1.experts.serializers.VERIFIABLE",
        "DesignationKind": "experts.models.Designation.Kind",
        "DesignationStatus": "experts.models.Designation.Status",
        "RosterPlaceStatus": "experts.models.RosterMember.Status",
        "RosterAdmission": "experts.models.Roster.Admission",
        "CallOutStatus": "experts.models.CallOut.Status",
        "InvitationStatus": "api.v1.networks.roster_serializers.INVITATION_STATUSES",
        "CountryStanding": "experts.models.Country.Standing",
        "NetworkRole": "experts.models.NetworkMembership.Role",
        "WorkingLanguage": "config.settings.LANGUAGES",
        "ProfileStatus": "experts.models.Profile.Status",
        "JobStatus": "experts.models.Job.Status",
        "ImportStatus": "experts.models.Import.Status",
        "ImportMode": "experts.models.Import.Mode",
        "ImportRowState": "experts.models.ImportRow.State",
        "ExpertType": "api.v1.search.serializers.EXPERT",
        "DiscussionType": "api.v1.search.serializers.DISCUSSION",
        "PostType": "api.v1.search.serializers.POST",
        "SpaceType": "api.v1.search.serializers.SPACE",
        "SpaceRole": "forums.models.Role",
        "JoinRequestStatus": "forums.models.JoinRequest.Status",
        "SpaceInvitationKind": "forums.models.Invitation.Kind",
        "SpaceInvitationStatus": "forums.models.Invitation.Status",
        "RoleBelowOwner": "api.v1.forums.serializers.invitations.INVITED",
        "DiscussionKind": "forums.models.Discussion.Kind",
        "DiscussionStatus": "api.v1.forums.serializers.discussions.STATUSES",
        "PostState": "forums.models.Post.State",
        "CaseKind": "forums.models.Case.Kind",
        "CaseStatus": "forums.models.Case.Status",
        "AppealStatus": "forums.models.Appeal.Status",
        "SanctionKind": "forums.models.Sanction.Kind",
        "FlagReason": "api.v1.moderation.serializers.cases.REASONS",
        "NoticeReason": "api.v1.notices.serializers.REASONS",
        "NoticeCadence": "forums.models.Cadence",
        "FollowLevel": "api.v1.notices.serializers.LEVELS",
    },
}
