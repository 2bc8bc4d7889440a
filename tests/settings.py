"""The product's settings with throw-away secrets, for the test run and the type checker."""

import os

from machinery.surroundings import TEST_SURROUNDINGS

for _name, _value in TEST_SURROUNDINGS.items():
    os.environ.setdefault(_name, _value)

from config.settings import *  # noqa: E402, F403

# One cheap hash instead of Argon2: signing in is a step of very many tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
