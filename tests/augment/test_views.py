"""A chain for each view."""

import pytest
import torch
from hyperpyyaml import load_hyperpyyaml
from voices import sing

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.views import Views

YAML = """
augmentation: !new:speechbrain_singer.augment.views.Views
    chains:
        - !new:speechbrain_singer.augment.chain.Chain
            probability: 1.0
            transforms:
                - !new:speechbrain_singer.augment.gain.Gain
                    min_db: -6.0206
                    max_db: -6.0206
        - null
"""


def test_each_view_gets_its_own_chain(streams):
    wavs = sing(8)
    views = load_hyperpyyaml(YAML)["augmentation"]
    changed = views(wavs, streams(wavs))
    torch.testing.assert_close(changed[:4], 0.5 * wavs[:4])
    assert torch.equal(changed[4:], wavs[4:])


def test_one_chain_twice_is_that_chain(published, streams):
    wavs = sing(8)
    twice = Views([published, published])(wavs, streams(wavs))
    once = published(wavs, streams(wavs))
    torch.testing.assert_close(twice, once, rtol=1e-4, atol=1e-5)


def test_a_view_does_not_depend_on_the_chain_of_the_other(published, streams):
    wavs = sing(8)
    views = [
        Views([published, other])(wavs, streams(wavs))
        for other in (None, Chain([Gain()]), Chain([GaussianNoise()]))
    ]
    for view in views[1:]:
        assert torch.equal(view[:4], views[0][:4])
        assert not torch.equal(view[4:], views[0][4:])


def test_rows_of_what_was_drawn_count_the_whole_batch(streams):
    wavs = torch.ones(6, 10)
    gain = Gain(-6.0, -3.0)
    drawn = Views([None, Chain([gain], 1.0)]).draw(wavs, streams(wavs))
    (step,) = drawn.steps
    assert step.rows.tolist() == [3, 4, 5]
    by_hand = wavs.clone()
    by_hand[3:] = gain.apply(wavs[3:], step.parameters)
    assert torch.equal(drawn.apply(wavs), by_hand)


def test_it_is_the_identity_in_evaluation(published, streams):
    wavs = sing(4)
    views = Views([published, None]).eval()
    assert torch.equal(views(wavs, streams(wavs)), wavs)


def test_views_of_unlike_number_are_refused(published, streams):
    wavs = sing(3)
    with pytest.raises(ValueError, match="batch of 3 clips for 2 views"):
        Views([published, None])(wavs, streams(wavs))


@pytest.mark.parametrize("chains", [[], [Gain(), None]])
def test_a_chain_for_each_view_is_needed(chains):
    with pytest.raises(TypeError, match="a Chain, or null, for each view"):
        Views(chains)
