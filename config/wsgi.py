"""The WSGI entry for granian or gunicorn."""

import gc
import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
if serious := [one for one in run_checks(tags=[Tags.security]) if one.is_serious()]:
    raise ImproperlyConfigured("\n".join(f"{one.msg} {one.hint or ''}" for one in serious))

# What stands after the start stays for good: the collector need not walk through it at every
# page, and a page makes thousands of objects that go by themselves.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
