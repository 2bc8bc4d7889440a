"""Fixtures that every test of the house may ask for by name."""

pytest_plugins = [
    "tests.database",
    "tests.site",
    "tests.cast",
    "tests.codes",
    "tests.world",
    "tests.order",
    "khue.signing.tests.pki",
    "khue.signing.tests.agent",
    "khue.signing.tests.csc_service",
    "khue.signing.tests.tokens",
]
