"""Multinomial logistic regression on embeddings, for several C in a row.

scikit-learn's objective, whose solver needs six times as long on 12,000
embeddings of 1000 dimensions: few of their directions carry any variance, so
that gradient descent crawls. Here each of their principal axes is stretched
by its curvature first, and those that carry nothing are left out.
"""

import torch
import torch.nn.functional as F
from scipy.optimize import minimize

from speechbrain_singer.principal_axes import principal_axes

NEGLIGIBLE = 1e-7  # of the variance along the first axis
TOLERANCE = 1e-4  # of the gradient of the mean loss, as in scikit-learn
MAX_ITERATIONS = 1000


class LogisticRegressions:
    """Logistic regressions of one training set; each starts from the last.

    They minimise, with n examples, weights W and biases b,

        mean cross-entropy of softmax(x W + b) + |W|^2 / (2 C n),

    of two classes too, where scikit-learn's C is twice as large.

    Arguments
    ---------
    x : torch.Tensor
        [n, dim], each dimension of mean 0.
    labels : torch.Tensor
        [n], int, from 0 on.
    classes : int

    Example
    -------
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> regressions = LogisticRegressions(x, torch.tensor([0, 1]), classes=2)
    >>> weight, bias = regressions.fit(c=1.0)
    >>> (x @ weight + bias).argmax(dim=1)
    tensor([0, 1])
    """

    def __init__(self, x, labels, classes):
        self.variances, self.axes = principal_axes(x, NEGLIGIBLE)
        self.rotated = x.double() @ self.axes
        self.labels, self.classes = labels, classes
        self.solution = torch.zeros(len(self.variances) + 1, classes).double()

    def fit(self, c):
        """Weights and biases for one strength of regularisation.

        Arguments
        ---------
        c : float
            Inverse of the regularisation.

        Returns
        -------
        weight : torch.Tensor
            [dim, classes], float32.
        bias : torch.Tensor
            [classes]
        """
        examples = len(self.labels)
        # About p (1 - p), the curvature of the loss where nothing is known
        curvature = (self.classes - 1) / self.classes**2
        ridge = 1 / (c * examples)
        stretch = (self.variances * curvature + ridge).rsqrt()
        ones = torch.ones(examples, 1, dtype=torch.float64)
        x = torch.cat([self.rotated * stretch, ones], dim=1).float()
        stretch = torch.cat([stretch, stretch.new_ones(1)])[:, None]
        penalty = ridge * stretch**2
        penalty[-1] = 0.0  # the biases are free

        solved = minimize(
            _loss_and_gradient,
            (self.solution / stretch).flatten().numpy(),
            args=(x, self.labels, penalty),
            jac=True,
            method="L-BFGS-B",
            options={
                "maxiter": MAX_ITERATIONS,
                "gtol": TOLERANCE,
                "ftol": 0.0,
            },
        )
        found = torch.from_numpy(solved.x).view_as(self.solution)
        self.solution = found * stretch
        weight = self.axes @ self.solution[:-1]
        return weight.float(), self.solution[-1].float()


def _loss_and_gradient(flat, x, labels, penalty):
    """As SciPy takes them: a float, and [parameters], float64."""
    weight = torch.from_numpy(flat).view(x.shape[1], -1)
    logs = F.log_softmax(x @ weight.float(), dim=1)
    loss = F.nll_loss(logs, labels).double()
    loss = loss + 0.5 * (penalty * weight**2).sum()
    surplus = logs.exp()
    surplus[torch.arange(len(labels)), labels] -= 1
    gradient = (x.T @ surplus).double() / len(labels) + penalty * weight
    return loss.item(), gradient.flatten().numpy()
