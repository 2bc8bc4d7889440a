"""Uploads stay in memory and below the limit, so that no temporary file can fill a disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class MemoryUpload(FileUploadHandler):
    """Keep a file up to UPLOAD_LIMIT_BYTES; beyond it the rest is read away and not kept.

    The request then carries `upload_too_large` with the number of bytes that came so far.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.held = BytesIO()
        self.size = 0

    def new_file(self, *args: Any, **named: Any) -> None:
        super().new_file(*args, **named)
        self.held = BytesIO()
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > settings.UPLOAD_LIMIT_BYTES:
            self.held = BytesIO()
            self.request.upload_too_large = self.size  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        return InMemoryUploadedFile(
            file=self.held,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )
