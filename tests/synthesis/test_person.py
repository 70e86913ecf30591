import numpy as np
from scipy import stats

from speechbrain_singer.synthesis.drift import WIDE
from speechbrain_singer.synthesis.language import ALL_VOWELS, EMBEDDED
from speechbrain_singer.synthesis.person import draw_person
from speechbrain_singer.synthesis.singer import REGISTERS, sex_of

PERSONS = [draw_person(3, index) for index in range(800)]
LIFELIKE = [person for person in PERSONS if person.polyglot]


def test_a_half_is_plain():
    assert 0.45 < len(LIFELIKE) / len(PERSONS) < 0.55
    for person in PERSONS:
        voice = person.singer
        if person not in LIFELIKE:
            assert set(voice.formants) == set(EMBEDDED.vowels)
            assert voice.larynx == voice.opening == voice.head == 0
            assert person.wander == person.drift.effort == 0
            assert person.drift.tilt > 0


def test_a_person_is_a_function_of_seed_and_number():
    again = draw_person(3, 7).singer
    assert again.tract_length == PERSONS[7].singer.tract_length
    assert draw_person(4, 7).singer.tract_length != again.tract_length
    assert PERSONS[8].singer.tract_length != again.tract_length


def test_short_tracts_sing_high():
    for register, (middle, length) in (
        REGISTERS["female"] | REGISTERS["male"]
    ).items():
        singers = [p.singer for p in LIFELIKE if p.singer.register == register]
        assert len(singers) > 60
        lengths = [s.tract_length for s in singers]
        law = stats.norm(length, 0.5)
        assert stats.kstest(lengths, law.cdf).pvalue > 1e-3
        law = stats.norm(middle, 2)
        assert stats.kstest([s.centre for s in singers], law.cdf).pvalue > 1e-3


def test_women_and_men_take_turns():
    sexes = [person.singer.sex for person in PERSONS[:4]]
    assert sexes == ["female", "male", "female", "male"]
    assert sexes == [sex_of(index) for index in range(4)]


def test_every_voice_has_all_vowels_in_order():
    for person in LIFELIKE:
        assert set(person.singer.formants) == set(ALL_VOWELS)
        for hertz in person.singer.formants.values():
            assert (np.diff(hertz) >= 0).all()
        upper = person.singer.upper_formants
        assert (np.diff(upper) > 0).all()


def test_neighbouring_vowels_share_habits():
    neutral = np.log2([formants[:2] for formants in ALL_VOWELS.values()])
    f1 = np.log2(
        [
            [formants[0] for formants in person.singer.formants.values()]
            for person in LIFELIKE
        ]
    )
    # Without the tract, the voice's own factor and the vowel
    habits = f1 - f1.mean(axis=1, keepdims=True)
    shared = np.corrcoef(habits.T)
    first, second = np.triu_indices(len(neutral), 1)
    distances = np.linalg.norm(neutral[first] - neutral[second], axis=1)
    law = stats.spearmanr(distances, shared[first, second])
    assert law.statistic < 0
    assert law.pvalue < 1e-6


def test_what_makes_a_voice_lively_is_not_in_all():
    singers = [person.singer for person in LIFELIKE]
    for name in ("larynx", "opening", "head"):
        values = np.array([getattr(s, name) for s in singers])
        assert 0.1 < np.mean(values == 0) < 0.6, name
        assert (values >= 0).all()
    wander = np.array([person.wander for person in LIFELIKE])
    assert 0.2 < np.mean(wander == 0) < 0.5
    reaching = np.mean([p.drift.reach == WIDE.reach for p in LIFELIKE])
    assert 0.55 < reaching < 0.78
