import pytest

from speechbrain_singer.dataio.sampler import ClipBatches


def test_an_epoch_has_each_clip_once():
    batches = ClipBatches(clips_per_epoch=12, batch_size=4)
    keys = [key for batch in batches for key in batch]
    assert keys == [(0, index) for index in range(12)]
    assert len(batches) == 3


def test_epochs_differ():
    batches = ClipBatches(clips_per_epoch=2, batch_size=2)
    batches.set_epoch(7)
    assert list(batches) == [[(7, 0), (7, 1)]]


@pytest.mark.parametrize("clips", [24, 29])
def test_processes_share_each_global_batch(clips):
    alone = list(ClipBatches(clips, batch_size=6))
    ranks = [list(ClipBatches(clips, 2, rank, 3)) for rank in range(3)]
    assert [len(batches) for batches in ranks] == [4, 4, 4]
    # Three processes see together what one sees with three times the batch
    together = [
        [key for part in parts for key in part]
        for parts in zip(*ranks, strict=True)
    ]
    assert together == alone


@pytest.mark.parametrize("first", [0, 1, 4, 5])
def test_a_pass_begins_where_it_stopped_once(first):
    batches = ClipBatches(clips_per_epoch=10, batch_size=2)
    whole = list(batches)
    batches.resume_at(first)
    assert len(batches) == 5
    assert list(batches) == whole[first:]
    assert list(batches) == whole


def test_an_epoch_without_a_batch_is_an_error():
    with pytest.raises(ValueError, match="15 clips has no batch of 4 clips"):
        ClipBatches(clips_per_epoch=15, batch_size=4, world_size=4)
