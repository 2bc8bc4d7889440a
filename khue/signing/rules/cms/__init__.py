"""Chữ ký CMS tách rời: a signature beside any file (CAdES B-B, B-T, B-LT), and those of others."""

from khue.signing.rules.cms.detached import (
    add_cms_signer,
    cms_stamped,
    finish_cms,
    prepare_cms,
)
from khue.signing.rules.cms.reading import UnfitCms, read_cms

__all__ = [
    "UnfitCms",
    "add_cms_signer",
    "cms_stamped",
    "finish_cms",
    "prepare_cms",
    "read_cms",
]
