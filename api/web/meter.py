"""What is counted of requests, for a watch: how many, how they were answered, how long they took. Routes, never addresses."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WITHIN = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds: the steps by which the time of an answer is told."""


class Meter:
    """The counts of one program since its start: where several processes serve on one machine, of all of them together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._is_shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        if not self._is_shared:
            ProcessCollector(registry=self._registry)
        self._requests = Counter("gongkai_requests", "Requests answered", ("method", "route", "status"), registry=self._registry)
        self._seconds = Histogram("gongkai_request_seconds", "Seconds to an answer", ("method", "route"), buckets=_WITHIN, registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered; no `route`: there is none for what it asked. What anybody may write makes no new line here."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self, more: Iterable[Metric]) -> bytes:
        """All of it, and `more` of this moment, in the words of Prometheus."""
        registry = self._registry
        if self._is_shared:
            MultiProcessCollector(registry := CollectorRegistry())  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_Given(more))


class _Given(CollectorRegistry):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        super().__init__()
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics
