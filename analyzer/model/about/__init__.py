"""What a run is about: its test or change, who made it, what the cluster runs; all of it optional."""

from __future__ import annotations

import msgspec

from analyzer.model.source import Release


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people call a run by, as they told it or as files of the evidence say it; None where nothing does.

    `labels` are sorted by key, each key once. `zone` is the IANA zone whose local time stands beside UTC in reports.
    """

    title: str | None = None
    ticket: str | None = None
    cluster: str | None = None
    operator: str | None = None
    aos_version: str | None = None
    esxi_version: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    zone: str | None = None

    def filled(self, other: About) -> About:
        """This, with what it does not say taken from `other`; of labels, each key that only `other` has."""
        told = {name: getattr(self, name) or getattr(other, name) for name in self.__struct_fields__}
        labels = dict(other.labels) | dict(self.labels)
        return msgspec.structs.replace(self, **(told | {"labels": tuple(sorted(labels.items()))}))


def about_releases(releases: tuple[Release, ...]) -> About:
    """The versions that files of the evidence name; of several that differ all, in order."""
    named = {
        product: sorted({one.version for one in releases if one.product == product}) for product in ("AOS", "ESXi")
    }
    return About(aos_version=", ".join(named["AOS"]) or None, esxi_version=", ".join(named["ESXi"]) or None)
