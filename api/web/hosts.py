"""The names that the office answers to (ALLOWED_HOSTS), whatever the port."""

from __future__ import annotations

import re

from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.middleware.allowed_hosts import AllowedHostsMiddleware
from litestar.types import ASGIApp


class Hosts(AllowedHostsMiddleware):
    """As Litestar compares them; a port after the name is the proxy's or the container's business."""

    def __init__(self, app: ASGIApp, config: AllowedHostsConfig) -> None:
        super().__init__(app, config)
        if self.allowed_hosts_regex is not None:
            names = re.sub(r"\$(?=\||$)", "", self.allowed_hosts_regex.pattern)
            self.allowed_hosts_regex = re.compile(rf"(?:{names})(?::\d+)?")
