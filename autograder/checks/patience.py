"""How long a call may take: all of its limit, and less once a call of its kind had to be stopped.

So an endless loop costs its limit once, not once for every check that runs into it. Calls are of one kind
when they ask the same of objects that were made in the same way:

    DeepRNN("lstm", 7, 5)(x, lengths)     10 s, then 1 s, 0.5 s, 0.25 s, 0.25 s, …
    DeepRNN("gru", 7, 5)(x, lengths)      another kind, which has 10 s

    AuthorClassifier(…)(x, lengths)       another one, after one kind was stopped: 5 s, then as above
    train_classifier(…)                   trains, which may take seconds: 10 s, whatever was stopped before

A call that does come to its end takes milliseconds, unless it trains: it passes under any of these, for not
every call of a kind need be endless.
"""

from __future__ import annotations

from collections.abc import Hashable

from autograder.sandbox import StudentStopped

SHARES = (1.0, 0.1, 0.05, 0.025)  # of the limit, by how many calls of the kind were stopped


class Patience:
    """Remembers which kinds of calls were stopped, and what was said of each the first time."""

    def __init__(self) -> None:
        self._stopped: dict[Hashable, tuple[int, StudentStopped]] = {}

    def share(self, kind: Hashable, *, trains: bool) -> float:
        """The share of its limit that the next call of this kind gets."""
        if kind in self._stopped:
            return SHARES[min(self._stopped[kind][0], len(SHARES) - 1)]
        return 1.0 if trains else max(0.5 ** len(self._stopped), SHARES[-1])

    def stopped(self, kind: Hashable, failure: StudentStopped) -> StudentStopped:
        """Note that a call was stopped; gives the failure to raise, in the words of the first of its kind."""
        count, first = self._stopped.get(kind, (0, failure))
        self._stopped[kind] = (count + 1, first)
        return type(failure)(first.sentence, first.frames) if count else failure
