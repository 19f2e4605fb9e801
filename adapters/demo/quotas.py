"""Exact shares: the largest-remainder method, and decks that hold each label exactly as often as it should be."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

K = TypeVar("K")


def largest_remainder(shares: Mapping[K, float], total: int) -> dict[K, int]:
    """Split `total` in proportion to `shares`: everybody's whole part, then one more to the largest remainders.

    Of two equal remainders the first named comes first, so that the split is always the same. Shares are taken
    relative to their sum. Raises ValueError when there is something to split and no share.
    """
    if total == 0:
        return dict.fromkeys(shares, 0)
    whole = sum(shares.values())
    if whole <= 0:
        raise ValueError("nothing to share by")
    exact = {key: total * share / whole for key, share in shares.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def spread(total: int, shares: Mapping[K, float], capacities: Mapping[K, int]) -> dict[K, int]:
    """Split `total` by `shares`, none above its capacity; what overflows goes to those with room left.

    When all together have too little room, everything is filled.
    """
    parts = dict.fromkeys(shares, 0)
    while rest := min(total, sum(capacities.values())) - sum(parts.values()):
        room = {key: share for key, share in shares.items() if parts[key] < capacities[key]}
        if not any(room.values()):
            room = {key: capacities[key] - parts[key] for key in shares if parts[key] < capacities[key]}
        for key, part in largest_remainder(room, rest).items():
            parts[key] = min(parts[key] + part, capacities[key])
    return parts


def deck(counts: Mapping[K, int], rng: Random) -> list[K]:
    """Return every key as often as it counts, shuffled."""
    cards = [key for key, count in counts.items() for _ in range(count)]
    rng.shuffle(cards)
    return cards
