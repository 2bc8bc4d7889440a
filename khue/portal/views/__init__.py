"""The pages that compose several contexts."""

from khue.portal.views.family import child, made
from khue.portal.views.history import history
from khue.portal.views.home import home
from khue.portal.views.search import search
from khue.portal.views.styleguide import styleguide

__all__ = ["child", "history", "home", "made", "search", "styleguide"]
