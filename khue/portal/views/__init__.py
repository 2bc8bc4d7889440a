"""The pages that compose several contexts."""

from khue.portal.views.channels import (
    channels,
    set_channel,
    stop_pushes,
    take_pushes,
    try_push,
)
from khue.portal.views.family import child, diary, made, results
from khue.portal.views.history import history
from khue.portal.views.home import home
from khue.portal.views.roots import (
    all_roots,
    proof,
    root_of_day,
    roots,
    seal_keys,
    stamp_of_root,
)
from khue.portal.views.search import search
from khue.portal.views.styleguide import styleguide
from khue.portal.views.worker import manifest, service_worker

__all__ = [
    "all_roots",
    "channels",
    "child",
    "diary",
    "history",
    "home",
    "made",
    "manifest",
    "proof",
    "results",
    "root_of_day",
    "roots",
    "seal_keys",
    "search",
    "service_worker",
    "set_channel",
    "stamp_of_root",
    "stop_pushes",
    "styleguide",
    "take_pushes",
    "try_push",
]
