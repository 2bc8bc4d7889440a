"""The table of people to log in as; it exists only where the demonstration is installed."""

from __future__ import annotations

from django.db import models


class DemoMember(models.Model):
    """One person of the demonstration with the password that everybody may know."""

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=60)
    place = models.CharField(max_length=200)
    login = models.CharField(max_length=64)
    password = models.CharField(max_length=64)
