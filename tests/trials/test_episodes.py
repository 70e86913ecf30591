"""Episodes: two tracks of each singer, never two clips of one."""

from collections import Counter

import numpy as np
from scipy.stats import chisquare

from speechbrain_singer.trials.episodes import Episodes

# singer, track, song, clips: bob has one track, and cy one song
TRACKS = [
    *(("ann", "a1", "x", 1), ("ann", "a2", "y", 2), ("ann", "a3", "x", 3)),
    *(("bob", "b1", "x", 9), ("cy", "c1", "x", 2), ("cy", "c2", "x", 2)),
    *(("dee", "d1", "", 1), ("dee", "d2", "", 1)),
]
ROWS = [
    {"singer": singer, "recording": track, "song": song}
    for singer, track, song, clips in TRACKS
    for _ in range(clips)
]
NAMES = [track for _, track, _, _ in TRACKS]


def test_two_tracks_of_two_songs():
    """All allowed pairs are as likely, in both orders."""
    episodes = Episodes.of(ROWS)
    assert episodes.alone == 2
    assert episodes.clips.tolist() == [6, 2]
    rng, found = np.random.default_rng(0), Counter()
    for _ in range(1200):
        for pair in episodes.draw(2, rng).T:
            found[tuple(NAMES[track] for track in pair)] += 1
    both = {"a1 a2", "a2 a1", "a2 a3", "a3 a2", "d1 d2", "d2 d1"}
    assert {" ".join(pair) for pair in found} == both
    counts = [n for pair, n in found.items() if pair[0][0] == "a"]
    assert chisquare(counts).pvalue > 0.01


def test_singers_are_in_random_order():
    """Whoever is two further on, as the published EER has it, is anybody."""
    rows = [
        {"singer": s, "recording": s + track, "song": track}
        for s in "abcd"
        for track in "xy"
    ]
    episodes, rng = Episodes.of(rows), np.random.default_rng(0)
    others = Counter()
    for _ in range(600):
        singers = (episodes.draw(4, rng) // 2).tolist()
        assert singers[0] == singers[1]
        place = singers[0].index(0)
        others[singers[0][(place + 2) % 4]] += 1
    assert sorted(others) == [1, 2, 3]
    assert chisquare(list(others.values())).pvalue > 0.01


def test_singers_are_drawn_by_their_clips():
    episodes = Episodes.of(ROWS)
    rng = np.random.default_rng(0)
    drawn = [NAMES[episodes.draw(1, rng)[0, 0]][0] for _ in range(1200)]
    counts = Counter(drawn)
    # Six clips to two
    expected = [900, 300]
    assert chisquare([counts["a"], counts["d"]], expected).pvalue > 0.01
