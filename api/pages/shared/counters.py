"""The counters of the desks, by which cases are found too."""

from __future__ import annotations

from collections.abc import Mapping

COUNTERS: Mapping[str, tuple[str, str, str]] = {
    "overdue": ("已超期", "alert-octagon", "c-over"),
    "3": ("3日内到期", "clock-exclamation", "c-soon"),
    "7": ("7日内到期", "clock", "c-week"),
    "suspended": ("暂停计时", "player-pause", "c-hold"),
    "provisional": ("期限暂定", "circle-dashed", "c-prov"),
    "active": ("在办合计", "folders", ""),
    "registered": ("待审核受理", "checkbox", ""),
    "unassigned": ("待交办", "user", ""),
    "to_serve": ("待送达", "mail", ""),
    "to_confirm": ("等回执", "clock", ""),
    "to_review": ("待审核", "checkbox", ""),
    "to_sign": ("待签发", "checkbox", ""),
    "approving": ("审签中", "file-text", ""),
    "returned": ("退回修改", "chevron-left", ""),
    "waiting": ("等别人", "clock", ""),
    "supervised": ("已督办", "bell", ""),
    "ready": ("可以归档", "check", "c-done"),
    "incomplete": ("还缺材料", "paperclip", ""),
}
"""Filter -> its name, icon and colour."""
