"""Several processes, with a part of the batch each, are one with all of it."""

import pytest
import torch
from distributed_worker import (
    OBJECTIVES,
    SIZES,
    centre,
    evaluate,
    examples,
    train_once,
    work,
)
from processes import start

from speechbrain_singer.distributed import average, gather

each_size = pytest.mark.parametrize("sizes", SIZES, ids=str)
each_objective = pytest.mark.parametrize("name", OBJECTIVES)


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """Results of each process, by sizes. Started once, as that is slow."""
    folder = tmp_path_factory.mktemp("processes")
    start(work, folder, number=max(map(len, SIZES)))
    return {
        sizes: [
            torch.load(folder / f"{len(sizes)}_processes_{rank}.pt")
            for rank in range(len(sizes))
        ]
        for sizes in SIZES
    }


@each_size
@each_objective
@pytest.mark.parametrize("way", [False, True, "chunks"])
def test_loss_and_gradients_are_those_of_one_process(
    processes, sizes, name, way
):
    """With and without whitened projections, and encoded in chunks."""
    expected = train_once(name, way is True, *examples(sum(sizes)))
    for results in processes[sizes]:
        measured = results[name, way]
        assert torch.allclose(
            measured["loss"], expected["loss"], rtol=1e-5, atol=1e-5
        )
        scale = expected["gradient"].abs().max()
        error = (measured["gradient"] - expected["gradient"]).abs().max()
        assert error <= 1e-5 * scale


@each_size
@each_objective
def test_evaluation_is_each_process_own(processes, sizes, name):
    views, groups = examples(sum(sizes))
    own = zip(views.split(sizes), groups.split(sizes), strict=True)
    for results, part in zip(processes[sizes], own, strict=True):
        expected = evaluate(name, *part)
        assert torch.allclose(results[name, "eval"], expected, atol=1e-6)


@each_size
def test_dinos_centre_is_that_of_all_examples(processes, sizes):
    expected = centre(*examples(sum(sizes)))
    assert expected.abs().min() > 0
    for results in processes[sizes]:
        assert torch.allclose(results["centre"], expected, atol=1e-6)


@each_size
def test_rows_in_the_order_of_the_processes(processes, sizes):
    views, groups = examples(sum(sizes))
    # Of three processes the last one has none of these
    few = [part[: len(part) - 2] for part in views.split(sizes)]
    for results in processes[sizes]:
        assert torch.equal(results["rows"], views.flatten(1))
        assert torch.equal(results["groups"], groups)
        assert torch.equal(results["bfloat16"], views.bfloat16())
        assert torch.equal(results["few"], torch.cat(few))


@each_size
def test_gradients_come_back_to_their_rows(processes, sizes):
    """Times the processes, by whose number the parameters' are divided."""
    rows = torch.arange(1.0, sum(sizes) + 1, dtype=torch.float64)
    for results, own in zip(processes[sizes], rows.split(sizes), strict=True):
        expected = len(sizes) * own.unsqueeze(1).expand(-1, 12)
        assert torch.equal(results["rows_gradient"], expected)


@each_size
def test_averages_of_all_processes(processes, sizes):
    _, groups = examples(sum(sizes))
    firsts = [part[0].item() for part in groups.split(sizes)]
    for results in processes[sizes]:
        mean_size, mean_group = results["means"]
        assert mean_size.tolist() == pytest.approx(
            [sum(sizes) / len(sizes)] * 2
        )
        assert mean_group.item() == pytest.approx(sum(firsts) / len(firsts))


@each_size
def test_all_processes_refuse_what_one_cannot_use(processes, sizes):
    """Or the others would wait for it for ever."""
    batch = sum(sizes)
    expected = f"1 of {batch} examples are not finite (the first is example "
    for results in processes[sizes]:
        assert f"{expected}{batch - sizes[-1]})" in results["complaint"]


def test_one_process_has_it_all():
    rows = torch.randn(3, 2, requires_grad=True)
    assert gather(rows) is rows
    values = torch.tensor([1.0, 2.0])
    average([values])
    assert values.tolist() == [1.0, 2.0]
