"""Số đo cho Prometheus: counted by every process, put together when somebody asks.

Where PROMETHEUS_MULTIPROC_DIR names a folder, the processes of one server count in files there and
any of them answers for all; without it a process answers for itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.running.state import Figures, figures

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS = Histogram(
    "khue_request_seconds",
    "Thời gian trả lời, theo tên đường (không phải địa chỉ), phương thức và loại trả lời.",
    ["route", "method", "status"],
    buckets=BUCKETS,
)
UNDER_WAY = Gauge(
    "khue_requests_under_way", "Số yêu cầu đang được trả lời.", multiprocess_mode="livesum"
)
TOLD = {
    "jobs_waiting": ("khue_jobs_waiting", "Việc nền đã đến giờ mà chưa ai làm."),
    "jobs_running": ("khue_jobs_running", "Việc nền đang làm."),
    "jobs_failed": ("khue_jobs_failed", "Việc nền không xong, giữ trong bảy ngày."),
    "ledger_unsealed": ("khue_ledger_unsealed_entries", "Dòng sổ cái chưa niêm phong."),
    "ledger_lag_seconds": ("khue_ledger_seal_lag_seconds", "Tuổi dòng chưa niêm phong cũ nhất."),
    "feed_unnumbered": ("khue_feed_unnumbered_batches", "Lần ghi chưa có vị trí trong dòng tin."),
    "feed_lag_seconds": ("khue_feed_lag_seconds", "Tuổi lần ghi cũ nhất chưa có vị trí."),
    "worker_silent_seconds": ("khue_worker_silent_seconds", "Từ dấu hiệu cuối của tiến trình nền."),
    "minutes_silent_seconds": (
        "khue_minutes_silent_seconds",
        "Từ lần giao việc mỗi phút gần nhất.",
    ),
    "connections": ("khue_database_connections", "Số kết nối tới cơ sở dữ liệu này."),
    "connections_most": ("khue_database_connections_most", "Số kết nối mà máy chủ dữ liệu nhận."),
    "database_bytes": ("khue_database_bytes", "Cơ sở dữ liệu chiếm bao nhiêu byte."),
    "disk_free_bytes": ("khue_disk_free_bytes", "Chỗ trống nơi giữ tệp."),
}
BY_STATE = {
    "tasks": ("khue_tasks", "Việc lớn do người dùng ra lệnh, theo tình trạng."),
}


class Parts(Collector):
    """What is asked of the database at the moment of the question."""

    def __init__(self, found: Figures) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        for field, (name, words) in TOLD.items():
            value = getattr(self.found, field)
            if value is not None:
                yield GaugeMetricFamily(name, words, value=value)
        for field, (name, words) in BY_STATE.items():
            family = GaugeMetricFamily(name, words, labels=["state"])
            for state, count in getattr(self.found, field).items():
                family.add_metric([state], count)
            yield family


def exposition(*, alone: bool = False) -> bytes:
    """All figures as Prometheus reads them; `alone` leaves out what the database knows."""
    counted = generate_latest(_counted())
    if alone:
        return counted + b"khue_database_up 0.0\n"
    asked = CollectorRegistry()
    asked.register(Parts(figures()))
    return counted + generate_latest(asked) + b"khue_database_up 1.0\n"


def _counted() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
