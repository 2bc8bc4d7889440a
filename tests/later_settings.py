"""The product's settings for the sites of stories, after the school year of the cast."""

from config.settings import *  # noqa: F403
from tests.clock import keep_to_the_year

keep_to_the_year()
