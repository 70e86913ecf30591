"""A small front end with layers and dropout, and chunks of two voices."""

import torch
from brains import Figures
from torch.utils.data import Dataset

from speechbrain_singer.dataio.sampler import clip_loader, ordered_loader
from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerPooling
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.supervised.classifier import ClassifierBrain
from speechbrain_singer.training.stages import two_stages

TIME, LAYERS, WIDTH, CHUNKS = 64, 3, 6, 16
EPOCHS = {"frozen_epochs": 2, "tuned_epochs": 2}


class TinyLayers(LayeredFrontEnd):
    """[batch, 64] to [batch, 4, 3, 6]; counts how often it was called."""

    sample_rate, min_samples, layers, width = 16000, 16, LAYERS, WIDTH
    frame_rate, first_frame = 1000.0, 0.0005
    calls = 0  # of all of them: what is its own makes it another front end

    def __init__(self, dropout=0.5):
        super().__init__()
        self.linear = torch.nn.Linear(16, LAYERS * WIDTH)
        self.dropout = torch.nn.Dropout(dropout)

    def hidden_layers(self, wavs):
        TinyLayers.calls += 1
        frames = self.dropout(self.linear(wavs.unfold(1, 16, 16)).tanh())
        return frames.unflatten(2, (LAYERS, WIDTH))


class Voices(Dataset):
    """Two voices of different spectra; keys with epochs too."""

    def __init__(self, seed=0, count=CHUNKS):
        generator = torch.Generator().manual_seed(seed)
        # Of a batch of four, each half is one voice
        self.label = [index // 2 % 2 for index in range(count)]
        self.row = torch.arange(count) % 4
        wavs = torch.randn(count, TIME, generator=generator)
        other = torch.tensor(self.label).bool()
        wavs[other, 1:] += wavs[other, :-1]  # which is darker
        self.wav = wavs

    def __len__(self):
        return len(self.label)

    def __getitem__(self, key):
        index = key[1] if isinstance(key, tuple) else key
        item = {"wav": self.wav[index], "label": self.label[index]}
        return item | {"row": int(self.row[index])}


def network(dropout=0.5):
    """Modules that have learned nothing yet."""
    torch.manual_seed(1)
    return {
        "features": TinyLayers(dropout),
        "encoder": LayerPooling(LAYERS, WIDTH, projected=True),
        "classifier": ClassifierHead(WIDTH, ["ann", "bob"], dropout),
    }


def stages_in(folder, **changes):
    """The two stages, with rates that show after a few steps."""
    rates = {"lr": 0.01, "tuned_lr": 0.002, "tuned_head_lr": 0.005}
    stages = two_stages(folder, **{**EPOCHS, **rates, **changes})
    for stage in stages:
        stage.options["log"] = Figures()
    return stages


def train(
    modules,
    stages,
    kind=ClassifierBrain,
    share=None,
    batch=4,
    class_weights=None,
    **opts,
):
    """Goes through all stages; the Brain of the last one."""
    for stage in stages:
        stage.begin(modules["features"])
        brain = kind(
            modules=modules,
            opt_class=torch.optim.Adam,
            run_opts={"device": "cpu", "noprogressbar": True, **opts},
            seed=3,
            class_weights=class_weights,
            **stage.options,
        )
        loader = clip_loader(Voices(1), CHUNKS, batch, share=share)
        brain.fit(stage.epoch_counter, loader, ordered_loader(Voices(2)))
        brain.recover_best()
        brain.let_go()
    return brain


def state(modules):
    """All tensors by name."""
    return {
        f"{name}.{key}": value.clone()
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }
