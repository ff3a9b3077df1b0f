"""The host names that the program answers to (ALLOWED_HOSTS): with any port, in capitals or small letters."""

from __future__ import annotations

from collections.abc import Iterable

WATCHED = frozenset({"/health/live", "/health/ready"})
"""Whoever watches over the program asks by the machine's address, whatever hosts it answers to: a container's own check does."""


class Hosts:
    """`*` is every name, `*.example.cn` every name below example.cn."""

    def __init__(self, names: Iterable[str]) -> None:
        known = [_plain(name) for name in names]
        self._all = "*" in known
        self._names = frozenset(name for name in known if not name.startswith("*."))
        self._below = tuple(name[1:] for name in known if name.startswith("*."))

    @property
    def are_checked(self) -> bool:
        """Whether a request that is answered came by a name of the office's own."""
        return not self._all

    def answers(self, host: str, path: str) -> bool:
        """Whether a request to this host (as its header says) is answered."""
        if self._all or path in WATCHED:
            return True
        name = _plain(host)
        return name in self._names or name.endswith(self._below)


def _plain(host: str) -> str:
    """The name without port, capitals and a last dot; an address of IPv6 with its brackets."""
    text = host.strip().lower()
    name = text[: text.find("]") + 1] if text.startswith("[") else text.partition(":")[0]
    return name.rstrip(".")
