"""Windows of decibels of two voices, each with noise in bands of its own."""

import torch
from brains import Figures
from torch.utils.data import DataLoader, Dataset

from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.training.checkpoints import AtomicCheckpointer
from speechbrain_singer.training.schedules import Constant
from speechbrain_singer.training.stopping import StoppingCounter

FRAMES, BANDS, WINDOWS, RATE = 6, 8, 16, 0.02


class Relative(torch.nn.Module):
    """In place of a front end: decibels below the maximum, 60 at most."""

    def relative(self, decibels):
        decibels = decibels.float().transpose(1, 2)
        return (decibels - decibels.amax((1, 2), keepdim=True) + 60).relu()


class Encoder(torch.nn.Module):
    """A small network of the mean over the frames, with dropout."""

    def __init__(self, dim, gain=1.0):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(BANDS)
        self.dropout = torch.nn.Dropout(0.1)
        self.linear = torch.nn.Linear(BANDS, dim)
        self.gain = gain
        self.shapes = []

    def forward(self, features):
        self.shapes.append(tuple(features.shape))
        normalised = self.norm(features.mean(dim=2))
        return self.gain * self.linear(self.dropout(normalised))


class Windows(Dataset):
    """[WINDOWS] windows of 4 recordings of 2 voices; keys with epochs too."""

    def __init__(self, seed=0, bands=(slice(0, 4), slice(4, 8))):
        generator = torch.Generator().manual_seed(seed)
        shape = WINDOWS, FRAMES, BANDS
        self.row = torch.arange(WINDOWS) % 4
        self.label = self.row % 2
        decibels = torch.randn(shape, generator=generator) * 5 - 60
        for window, label in zip(decibels, self.label, strict=True):
            window[:, bands[label]] += 10
        self.decibels = decibels.half()

    def __len__(self):
        return WINDOWS

    def __getitem__(self, key):
        index = key[1] if isinstance(key, tuple) else key
        return {
            "decibels": self.decibels[index],
            "label": int(self.label[index]),
            "row": int(self.row[index]),
        }


class Pairs(Windows):
    """Even pairs are of one voice, odd ones of two."""

    def __getitem__(self, key):
        index = key[1]
        both = [index, (index + 4 + index % 2) % WINDOWS]
        return {
            "decibels": self.decibels[both],
            "labels": self.label[both],
            "rows": self.row[both],
        }


def in_order(windows):
    return DataLoader(windows, batch_size=5)


def make(kind, folder, modules, **run_opts):
    """A Brain that goes on from what is in its folder."""
    counter = StoppingCounter(6, check_interval=2, patience=6)
    brain = kind(
        modules={"features": Relative(), **modules},
        opt_class=lambda parameters: torch.optim.Adam(
            parameters, lr=RATE, weight_decay=1e-6
        ),
        run_opts={"device": "cpu", "noprogressbar": True, **run_opts},
        checkpointer=AtomicCheckpointer(folder, {"counter": counter}),
        seed=3,
        lr_schedule=Constant(lr=RATE),
        log=Figures(),
    )
    brain.counter = counter
    return brain


def fit(brain, train, valid):
    """The record of the last epoch."""
    brain.fit(
        brain.counter,
        clip_loader(train, WINDOWS, batch_size=4),
        clip_loader(valid, WINDOWS, batch_size=8),
    )
    return brain.log.epochs[-1] if brain.log.epochs else None


class KilledError(Exception):
    pass


def killed_in_epoch_4(kind):
    """A kind of Brain that is killed within its fourth epoch."""

    class Mortal(kind):
        def on_fit_batch_end(self, *args, **kwargs):
            if (self.epoch, self.step) == (4, 4):
                raise KilledError

    return Mortal
