"""The keys in use, remembered for some seconds: a page of notes asks for one key many times.

A key that is destroyed is forgotten here at once. Other processes do not hear of it; the short life of what is
remembered is what bounds how long they could still read.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

from adapters.cipher import Cipher


class KeyCache:
    """At most `size` keys, each for at most `seconds` of `clock`; the least recently used goes first."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float]) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[float, Cipher]] = OrderedDict()
        self._forgotten = 0

    def among(self, person_ids: Iterable[str]) -> dict[str, Cipher]:
        """Return the keys of `person_ids` that are remembered."""
        found = {}
        with self._lock:
            now = self._clock()
            for person_id in person_ids:
                entry = self._kept.get(person_id)
                if entry is None:
                    continue
                until, key = entry
                if now < until:
                    self._kept.move_to_end(person_id)
                    found[person_id] = key
                else:
                    del self._kept[person_id]
        return found

    @contextmanager
    def noting(self) -> Iterator[Callable[[Mapping[str, Cipher | None]], None]]:
        """Enclose a read of the store, and give what notes its answer.

        Nothing is noted if a key was forgotten meanwhile: the answer may hold the very key that was destroyed.
        """
        with self._lock:
            before = self._forgotten
            until = self._clock() + self._seconds

        def note(keys: Mapping[str, Cipher | None]) -> None:
            with self._lock:
                if self._forgotten != before:
                    return
                for person_id, key in keys.items():
                    if key is not None:
                        self._kept[person_id] = (until, key)
                        self._kept.move_to_end(person_id)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)

        yield note

    def forget(self, person_id: str) -> None:
        """Drop the key of this person."""
        with self._lock:
            self._forgotten += 1
            self._kept.pop(person_id, None)
