"""What transforms draw for a batch.

Each function takes the batch, [batch, time], of which it uses the number, the
precision and the device, and its `Streams`. Draws are made on the host, and no
device is waited for. If there are not as many streams as examples, each raises
a ValueError.
"""

import torch


def uniform(wavs, streams, low=0.0, high=1.0, columns=1):
    """Uniform draws, [batch, columns].

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> uniform(torch.zeros(3, 8), Streams(range(3)), 2.0, 3.0).shape
    torch.Size([3, 1])
    """
    check_number(wavs, streams)
    draws = low + (high - low) * streams.uniform(columns)
    return to_device(torch.from_numpy(draws).to(wavs.dtype), wavs.device)


def log_uniform(wavs, streams, low, high, columns=1):
    """As `uniform`, of the logarithm: each octave is as likely as any other.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> draws = log_uniform(torch.zeros(999, 8), Streams(range(999)), 10, 1000)
    >>> 85 < draws.median().item() < 115
    True
    """
    check_number(wavs, streams)
    draws = low * (high / low) ** streams.uniform(columns)
    return to_device(torch.from_numpy(draws).to(wavs.dtype), wavs.device)


def integers(wavs, streams, stop):
    """One integer per example, 0 to `stop` - 1, [batch, 1]."""
    check_number(wavs, streams)
    return to_device(torch.from_numpy(streams.integers(stop)), wavs.device)


def seeds(wavs, streams):
    """One integer per example to seed others by, [batch, 1], on the host."""
    check_number(wavs, streams)
    return torch.from_numpy(streams.integers(2**63))


def normal(wavs, streams, columns, dtype=None):
    """Standard normal draws, [batch, columns], made on the batch's device.

    Of one seed two kinds of device make different draws. The type is that of
    `wavs`, or `dtype`; of complex draws the mean square is 1.
    """
    own = seeds(wavs, streams)[:, 0].tolist()
    draws = wavs.new_empty(len(wavs), columns, dtype=dtype or wavs.dtype)
    generator = torch.Generator(wavs.device)
    # Over examples, as a generator has one seed at a time. On a CPU the draws
    # of a clip take a hundred times as long as the call, and no GPU waits
    for row, seed in zip(draws, own, strict=True):
        row.normal_(generator=generator.manual_seed(seed))
    return draws


def white_spectrum(wavs, streams, samples):
    """Spectra of so many samples of white Gaussian noise.

    Returns
    -------
    spectrum : torch.Tensor
        [batch, samples // 2 + 1], complex, as `torch.fft.rfft` orders it.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> white_spectrum(torch.zeros(3, 8), Streams(range(3)), 100).shape
    torch.Size([3, 51])
    """
    dtype = wavs.dtype.to_complex()
    return normal(wavs, streams, samples // 2 + 1, dtype)


def to_device(draws, device):
    """Copies from the host without waiting for the device."""
    if device.type == "cuda":
        draws = draws.pin_memory()
    return draws.to(device, non_blocking=True)


def check_number(wavs, streams):
    """Refuses streams that are not as many as the examples."""
    if len(streams) != len(wavs):
        raise ValueError(
            f"{len(streams)} streams for a batch of {len(wavs)}: give "
            "`Streams` a seed for each example"
        )
