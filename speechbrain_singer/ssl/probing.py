"""Probes beside a validation, which is not to fail for them."""

from speechbrain.utils.logger import get_logger

from speechbrain_singer.evaluation.online_probes import online_probes

logger = get_logger(__name__)


def probed(embeddings, rows):
    """As `online_probes`, but what fails is said once, and left out.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.

    Returns
    -------
    accuracies : dict

    Example
    -------
    >>> import torch
    >>> probed(torch.eye(2), [{"singer": "ann", "song": "1"}] * 2)
    {}
    """
    try:
        return online_probes(embeddings, rows)
    except Exception as error:
        logger.warning_once(
            "no accuracies of probes of the validation singers: "
            f"{str(error) or repr(error)}"
        )
        return {}
