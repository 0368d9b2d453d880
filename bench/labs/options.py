"""The options of a random lab by its seed: the words after `autopath lab`, but for the folder."""

from __future__ import annotations

import random

SCENARIOS = (
    "healthy",
    "route-injection",
    "route-injection-invalid",
    "cvm-failure",
    "route-deletion",
    "cvm-recovery",
    "nfs-hang",
    "other-cvm-failure",
    "cvm-failure+cvm-recovery",
    "route-injection+cvm-failure",
)
PERIODS = range(4, 9)  # s; what happens between two checks is that of 30 s in a fifth of the time
ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")


def options_of(seed: int) -> tuple[str, ...]:
    """The scenario and each option that is given; the same seed gives the same words."""
    drawn = random.Random(seed)  # noqa: S311 - a sample by its seed, no secret
    nodes = drawn.randint(3, 5)
    period = drawn.choice(PERIODS)
    words = [drawn.choice(SCENARIOS), "--period", str(period), "--nodes", str(nodes)]
    always = {
        "--rate": str(drawn.choice((4, 8, 20))),
        "--size": str(drawn.choice((512, 4096, 32768))),
        "--client": drawn.choice(("patient", "eager")),
        "--client-close": drawn.choice(("fin", "rst")),
        "--reply-path": drawn.choice(("plain", "symmetric")),
        "--terminate": drawn.choice(("fin", "rst")),
        "--leader": str(drawn.randint(1, nodes)),
        "--initialising-checks": str(drawn.randint(0, 2)),
        "--log-zone": drawn.choice(ZONES),
        "--log-stamps": drawn.choice(("seconds", "milliseconds")),
        "--span": drawn.choice(("flat", "physical")),
        "--genesis": drawn.choice(("all", "leader")),
    }
    words += [word for pair in always.items() for word in pair]
    sometimes = {
        "--clients": str(drawn.randint(2, nodes)),
        "--task-delay": _seconds(drawn, 100, 1500),
        "--command-delay": _seconds(drawn, 50, 1000),
        "--reconnect-delay": _seconds(drawn, 100, 3000),
        "--log-skew": _seconds(drawn, -20_000, 20_000),
        "--phase": _seconds(drawn, 0, period * 900),
        "--hang": str(drawn.randint(3, 25)),
        "--snaplen": str(drawn.choice((96, 128, 256))),
        "--host-arp": drawn.choice(("strict", "answering", "linux")),
    }
    words += [word for pair in sometimes.items() if drawn.random() < 1 / 3 for word in pair]
    words += [flag for flag in ("--pcapng", "--vmk0", "--mount-in-capture") if drawn.random() < 1 / 3]
    return tuple(words)


def _seconds(drawn: random.Random, least: int, most: int) -> str:
    """A number of seconds with three digits, between so many milliseconds."""
    ms = drawn.randint(least, most)
    return f"{'-' if ms < 0 else ''}{abs(ms) // 1000}.{abs(ms) % 1000:03d}"
