import threading

import pytest
import torch

from speechbrain_singer.evaluation.threads import map_in_threads


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_tasks_run_at_once_and_each_on_one_thread(two_threads):
    meeting = threading.Barrier(2, timeout=60)

    def meet(item):
        meeting.wait()  # alone it would wait for ever
        return item, torch.get_num_threads()

    outcomes = map_in_threads(meet, [1, 2], "Meeting", progressbar=False)
    assert outcomes == [(1, 1), (2, 1)]
    assert torch.get_num_threads() == 2


def test_what_goes_wrong_is_raised():
    with pytest.raises(ZeroDivisionError):
        map_in_threads(lambda x: 1 / x, [1, 0], "Dividing", progressbar=False)
