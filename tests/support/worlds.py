"""Fixtures in a few words."""

FROZEN_AT = "2026-01-01T00:00:00Z"
FROZEN_AT_S = 1767225600

STATES = ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED"]


def pack(name, **members):
    return {"ConformancePackName": name, **members}


def world(*packs, **members):
    """A fixture of these packs: each a name, or what pack() made."""
    return {"conformancePacks": [pack(one) if isinstance(one, str) else one for one in packs], **members}


def names(count, prefix="pack"):
    """pack-000, pack-001, …: in order, as DescribeConformancePackStatus gives them."""
    return [f"{prefix}-{number:03}" for number in range(count)]


def step(state, reason=None, **trigger):
    """A transition: step("CREATE_COMPLETE", afterSeconds=30)."""
    return {"ConformancePackState": state, **trigger, **({"ConformancePackStatusReason": reason} if reason else {})}


def moving(name, *steps, **members):
    return pack(name, transitions=list(steps), **members)
