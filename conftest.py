"""Fixtures that every test of the house may ask for by name."""

import os
import sys

from hypothesis import HealthCheck, settings

from machinery.surroundings import keep_compiled

# For the workers of a run, for every server that a test starts, and for this process itself.
keep_compiled(os.environ)
sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]

# How long an example takes is said by the machine, not by the product.
settings.register_profile(
    "house", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

pytest_plugins = [
    "tests.clock",
    "tests.database",
    "tests.site",
    "tests.cast",
    "tests.clients",
    "tests.codes",
    "tests.world",
    "tests.left_behind",
    "tests.loops",
    "tests.order",
    "tests.collector",
    "khue.signing.tests.pki",
    "khue.signing.tests.agent",
    "khue.signing.tests.csc_service",
    "khue.signing.tests.tokens",
]
