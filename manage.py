#!/usr/bin/env python3
"""Run Khuê's management commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.environment import WITHOUT_A_SITE, stand_in

    if WITHOUT_A_SITE & set(sys.argv[1:2]):
        stand_in()
    execute_from_command_line(sys.argv)
