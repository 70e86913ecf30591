import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.dino import DINOLoss
from speechbrain_singer.objectives.koleo import koleo_loss

PROTOTYPES = 12
CENTRE = np.linspace(-0.3, 0.2, PROTOTYPES)


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def by_hand(student, teacher, teacher_temperature):
    """Example by example, pair of views by pair of views."""
    terms = []
    for example in range(student.shape[1]):
        for t, logits in enumerate(teacher[:, example]):
            said = softmax((logits - CENTRE) / teacher_temperature)
            for s, own in enumerate(student[:, example]):
                if s != t:
                    terms.append(-said @ np.log(softmax(own / 0.1)))
    return np.mean(terms)


def objective(**options):
    loss = DINOLoss(PROTOTYPES, **options)
    loss.centre = torch.tensor(CENTRE)
    return loss


@pytest.mark.parametrize(("batch", "views"), [(1, 2), (3, 6), (140, 4)])
def test_equals_the_formula(batch, views):
    teacher = unit_views(batch, PROTOTYPES, seed=1)
    embeddings = torch.randn(2, batch, 4)
    check_value_and_gradient(
        lambda student: objective()(
            student, torch.tensor(teacher), embeddings, 0.06
        ),
        lambda student: by_hand(student, teacher, 0.06),
        unit_views(batch, PROTOTYPES, views),
    )


def test_koleo_of_both_views_is_added():
    student = torch.randn(6, 5, PROTOTYPES)
    teacher, embeddings = torch.randn(2, 5, PROTOTYPES), torch.randn(2, 5, 8)
    groups = torch.tensor([0, 1, 1, 2, 3])
    plain, spread = (
        objective(koleo=weight)(student, teacher, embeddings, 0.04, groups)
        for weight in (0.0, 0.5)
    )
    expected = sum(koleo_loss(view, groups) for view in embeddings)
    assert (spread - plain).item() == pytest.approx(0.5 * expected.item())


def test_the_centre_follows_the_mean_after_the_loss():
    loss = DINOLoss(PROTOTYPES, centre_momentum=0.8)
    student = torch.randn(2, 5, PROTOTYPES)
    expected = torch.zeros(PROTOTYPES)
    for seed in range(3):
        teacher = torch.tensor(unit_views(5, PROTOTYPES, seed=seed)).float()
        before = loss(student, teacher, None, 0.04)
        loss.eval()
        loss.centre, moved = expected, loss.centre
        assert loss(student, teacher, None, 0.04) == before
        assert torch.equal(loss.centre, expected)  # it stands in evaluation
        loss.train()
        loss.centre = moved
        expected = 0.8 * expected + 0.2 * teacher.mean(dim=(0, 1))
        assert torch.allclose(loss.centre, expected, atol=1e-6)
    assert torch.equal(loss.state_dict()["centre"], loss.centre)


def test_a_centre_that_is_the_teachers_answer_leaves_all_prototypes():
    loss = DINOLoss(PROTOTYPES, centre_momentum=0.0)
    answer = torch.randn(PROTOTYPES).expand(2, 5, PROTOTYPES)
    student = torch.zeros(2, 5, PROTOTYPES)
    student[..., 0] = 1.0  # over the temperature, 10
    loss(student, answer, None, 0.04)
    expected = np.mean(-np.log(softmax(10.0 * (np.arange(PROTOTYPES) == 0))))
    assert loss(student, answer, None, 0.04).item() == pytest.approx(expected)


def test_no_gradient_reaches_the_teacher():
    student = torch.randn(4, 3, PROTOTYPES, requires_grad=True)
    teacher = torch.randn(2, 3, PROTOTYPES, requires_grad=True)
    DINOLoss(PROTOTYPES)(student, teacher, None, 0.04).backward()
    assert teacher.grad is None
    assert student.grad.abs().max() > 0


@pytest.mark.parametrize(
    ("student", "teacher"),
    [
        ((4, 3, 12), (2, 2, 12)),
        ((4, 3, 12), (2, 3, 11)),
        ((4, 3, 11), (2, 3, 11)),
        ((1, 3, 12), (2, 3, 12)),
        ((1, 3, 12), (1, 3, 12)),
        ((3, 12), (3, 12)),
    ],
)
def test_other_shapes_are_refused(student, teacher):
    with pytest.raises(ValueError, match=r"need \[views, batch, 12\]"):
        DINOLoss(PROTOTYPES)(
            torch.ones(student), torch.ones(teacher), None, 0.04
        )


@pytest.mark.parametrize("of_the_teacher", [False, True])
def test_what_is_not_finite_is_counted_and_moves_no_centre(of_the_teacher):
    student, teacher = torch.ones(2, 2, 5, PROTOTYPES)
    (teacher if of_the_teacher else student)[1, 3, 0] = torch.nan
    loss = DINOLoss(PROTOTYPES)
    with pytest.raises(ValueError, match=r"1 of 5 .*first is example 3"):
        loss(student, teacher, None, 0.04)
    assert torch.equal(loss.centre, torch.zeros(PROTOTYPES))


@pytest.mark.parametrize(
    "options", [{"temperature": 0}, {"centre_momentum": 2}, {"koleo": -1}]
)
def test_settings_that_make_no_sense_are_named(options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        DINOLoss(PROTOTYPES, **options)
