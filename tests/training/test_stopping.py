"""When a training ends whose validation gets no better."""

import math

import pytest
from speechbrain.utils.checkpoints import Checkpointer

from speechbrain_singer.training.stopping import StoppingCounter


def run(counter, loss_of):
    """The epochs that were checked, by a function of the epoch."""
    checked = []
    for epoch in counter:
        if counter.due:
            counter.judge(loss_of(epoch))
            checked.append(epoch)
    return checked


@pytest.mark.parametrize(("patience", "checks"), [(300, 6), (1000, 20)])
def test_the_published_patience(patience, checks):
    counter = StoppingCounter(10_000, check_interval=50, patience=patience)
    checked = run(counter, lambda epoch: 1.0)
    assert checked == [50 * (1 + k) for k in range(checks + 1)]
    assert counter.counted == 50


def test_improvements_that_count_go_on():
    counter = StoppingCounter(1000, check_interval=50, patience=100)
    checked = run(counter, lambda epoch: 0.99 ** (min(epoch, 400) / 50))
    assert checked[-1] == 500
    assert counter.counted == 400


def test_what_does_not_count_lowers_the_bar_all_the_same():
    """0.996 is no improvement by 0.995, nor is 0.992 over 0.996."""
    losses = {1: 1.0, 2: 0.996, 3: 0.992, 4: 0.99}
    counter = StoppingCounter(9, check_interval=1, patience=3)
    assert run(counter, losses.get) == [1, 2, 3, 4]
    assert (counter.counted, counter.best) == (1, 0.99)


@pytest.mark.parametrize(("loss", "counts"), [(0.994, True), (0.995, False)])
def test_the_bar_is_0_995(loss, counts):
    counter = StoppingCounter(2, check_interval=1, patience=5)
    run(counter, {1: 1.0, 2: loss}.get)
    assert (counter.counted == 2) is counts


def test_the_last_epoch_is_checked():
    counter = StoppingCounter(7, check_interval=5, patience=300)
    assert run(counter, lambda epoch: 1 / epoch) == [5, 7]


def test_patience_that_is_no_multiple_ends_at_the_next_check():
    counter = StoppingCounter(99, check_interval=5, patience=7)
    assert run(counter, lambda epoch: 1.0) == [5, 10, 15]
    assert next(counter, None) is None


@pytest.mark.parametrize("killed", range(1, 15))
def test_a_counter_goes_on_from_its_checkpoint(tmp_path, killed):
    """As one that was not killed, whatever epoch it was saved after."""

    def make():
        return StoppingCounter(14, check_interval=2, patience=4)

    losses = [9.0, 8.0, 7.99, 6.0, 6.1, 6.2, 5.0]
    whole = make()
    expected = run(whole, lambda epoch: losses[epoch // 2 - 1])
    counter = make()
    for epoch in counter:
        if counter.due:
            counter.judge(losses[epoch // 2 - 1])
        if epoch == killed:
            break
    Checkpointer(tmp_path, {"counter": counter}).save_checkpoint()
    again = make()
    Checkpointer(tmp_path, {"counter": again}).recover_if_possible()
    rest = run(again, lambda epoch: losses[epoch // 2 - 1])
    assert rest == [epoch for epoch in expected if epoch > killed]
    assert vars(again) == vars(whole)


def test_within_an_epoch_it_is_not_done(tmp_path):
    counter = StoppingCounter(9)
    next(counter), next(counter)
    saved = Checkpointer(tmp_path, {"counter": counter})
    saved.save_checkpoint(end_of_epoch=False)
    again = StoppingCounter(9)
    Checkpointer(tmp_path, {"counter": again}).recover_if_possible()
    assert next(again) == 2


def test_more_patience_goes_on_where_a_run_stopped(tmp_path):
    counter = StoppingCounter(99, check_interval=1, patience=2)
    assert run(counter, lambda epoch: 1.0) == [1, 2, 3]
    Checkpointer(tmp_path, {"counter": counter}).save_checkpoint()
    again = StoppingCounter(99, check_interval=1, patience=4)
    Checkpointer(tmp_path, {"counter": again}).recover_if_possible()
    assert run(again, lambda epoch: 1.0) == [4, 5]


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_refused(loss):
    counter = StoppingCounter(3)
    next(counter)
    with pytest.raises(ValueError, match=r"loss of epoch 1 is .*lower lr"):
        counter.judge(loss)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("check_interval", 0),
        ("patience", 0),
        ("improvement", 0.0),
        ("improvement", 1.1),
    ],
)
def test_numbers_that_make_no_sense(name, value):
    with pytest.raises(ValueError, match="epochs" if name == "limit" else name):
        StoppingCounter(**{"limit": 5, name: value})
