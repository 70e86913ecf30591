"""DINO: say of a part of a voice what a slow copy says of another one."""

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_finite, check_number
from speechbrain_singer.distributed import gather
from speechbrain_singer.objectives.koleo import koleo_loss


def dino_costs(student, teacher):
    """Cross-entropies of the student's views from the teacher's other views.

    Caron et al. ("DINO", ICCV 2021), eq. 3, as a mean over the pairs of views:
    -sum_k P_t(k) log P_s(k), no view with itself.

    Arguments
    ---------
    student : torch.Tensor
        [views, batch, prototypes], logits over the temperature; the views that
        the teacher sees come first.
    teacher : torch.Tensor
        [long views, batch, prototypes], probabilities.

    Returns
    -------
    costs : torch.Tensor
        [batch]

    Example
    -------
    >>> dino_costs(torch.zeros(3, 1, 2), torch.tensor([[[1.0, 0.0]]] * 2))
    tensor([0.6931])
    """
    logs = F.log_softmax(student, dim=-1)
    of_all = logs.sum(dim=0)
    costs = sum(
        ((own - of_all) * said).sum(dim=-1)
        for own, said in zip(logs, teacher, strict=False)
    )
    return costs / (len(teacher) * (len(student) - 1))


class DINOLoss(torch.nn.Module):
    """Self-distillation over prototypes, centred and sharpened; and KoLeo.

    The teacher's probabilities are softmax((logits - centre) / temperature):
    sharp, and without what it says of all examples. So neither one prototype
    nor all of them alike is an answer (Caron et al., "DINO", ICCV 2021).

    In training the loss is the mean over the batch of all processes, which may
    be of different sizes, a nearest neighbour is one of all processes, and the
    centre follows the mean of all processes. In evaluation mode each process
    computes it of its own batch, and the centre stands.

    Arguments
    ---------
    prototypes : int
    temperature : float
        Of the student.
    centre_momentum : float
        Of the centre's moving average.
    koleo : float
        Weight of `koleo_loss`, summed over the long views, as DINOv2 has it
        (Oquab et al., 2024). 0: none.

    Raises
    ------
    ValueError
        If a number makes no sense.

    Example
    -------
    >>> objective = DINOLoss(prototypes=8)
    >>> student, teacher = torch.randn(6, 4, 8), torch.randn(2, 4, 8)
    >>> embeddings = torch.randn(2, 4, 16)
    >>> objective(student, teacher, embeddings, temperature=0.04).shape
    torch.Size([])
    """

    def __init__(
        self, prototypes, temperature=0.1, centre_momentum=0.9, koleo=0.0
    ):
        super().__init__()
        check_number("temperature", temperature, least=0, above=True)
        check_number("centre_momentum", centre_momentum, least=0, most=1)
        check_number("koleo", koleo, least=0)
        self.temperature = temperature
        self.centre_momentum = centre_momentum
        self.koleo = koleo
        self.register_buffer("centre", torch.zeros(prototypes))

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, student, teacher, embeddings, temperature, groups=None):
        """The objective of a batch; in training, moves the centre after it.

        Arguments
        ---------
        student : torch.Tensor
            [views, batch, prototypes], logits, the long views first.
        teacher : torch.Tensor
            [long views, batch, prototypes], logits. No gradient flows into
            them.
        embeddings : torch.Tensor
            [long views, batch, dim], the student's.
        temperature : float
            Of the teacher.
        groups : torch.Tensor, optional
            [batch], integers. Examples of one group are no neighbours to be
            pushed apart. Each is a group of its own if left out.

        Returns
        -------
        loss : torch.Tensor
            Scalar.

        Raises
        ------
        ValueError
            If the shapes do not fit, or logits are not finite.
        """
        self._check_shapes(student, teacher)
        teacher = teacher.detach()
        said = ((teacher - self.centre) / temperature).softmax(dim=-1)
        costs = self._gather(dino_costs(student / self.temperature, said))
        check_finite(costs.unsqueeze(1))
        loss = costs.mean()
        if self.koleo:
            loss = loss + self.koleo * self._spread(embeddings, groups)
        if self.training:
            self._move_centre(teacher)
        return loss

    def _spread(self, embeddings, groups):
        views = self._gather(embeddings.transpose(0, 1)).unbind(dim=1)
        groups = None if groups is None else self._gather(groups)
        return sum(koleo_loss(view, groups) for view in views)

    def _gather(self, rows):
        return gather(rows) if self.training else rows

    @torch.no_grad()
    def _move_centre(self, teacher):
        """Sums, not means: processes may have batches of different sizes."""
        rows = teacher.flatten(0, 1)
        number = rows.new_full((1,), len(rows))
        sums = gather(torch.cat([rows.sum(dim=0), number]).unsqueeze(0))
        total = sums.sum(dim=0)
        mean = (total[:-1] / total[-1]).to(self.centre)
        self.centre.lerp_(mean, 1 - self.centre_momentum)

    def _check_shapes(self, student, teacher):
        least = max(len(teacher), 2)
        if (
            student.ndim != 3
            or student.shape[1:] != teacher.shape[1:]
            or student.shape[2:] != self.centre.shape
            or len(student) < least
        ):
            raise ValueError(
                f"the student's logits {list(student.shape)} and the teacher's "
                f"{list(teacher.shape)} need [views, batch, "
                f"{len(self.centre)}], and of the student {least} views or more"
            )
