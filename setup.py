"""Installs speechbrain_singer: pip install .  (or: pip install -e ".[dev]")"""

import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
# What an encoder's folder consists of (`inference/source.py`, which is not yet
# installed); others may lie there, fetched by hand
BUNDLED = (
    *("hyperparams.yaml", "encoder.safetensors", "calibration.yaml"),
    *("README.md", "train_log.txt"),
)
# What lies beside the package in a clone, and in it once it is installed
BESIDE = (
    *(f"pretrained/*/{name}" for name in BUNDLED),
    *("hparams/**/*.yaml", "recipes/*/hparams/*.yaml", "recipes/*/*.py"),
)


class BuildWithEncoders(build_py):
    """Puts encoders and recipes into the package; an editable one finds the
    clone's."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib, "speechbrain_singer")
        for pattern in BESIDE:
            for file in HERE.glob(pattern):
                target = package / file.relative_to(HERE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)


setup(
    name="speechbrain_singer",
    version="0.1.0",
    description="Who is singing? Singer encoders at 44.1 kHz",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords=[
        *("singing", "singer identification", "singer verification"),
        *("speaker embedding", "music information retrieval", "speechbrain"),
    ],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: OS Independent",
        *(f"Programming Language :: Python :: 3.{n}" for n in range(10, 15)),
        "Topic :: Multimedia :: Sound/Audio :: Analysis",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
    packages=find_packages(include=["speechbrain_singer*"]),
    cmdclass={"build_py": BuildWithEncoders},
    package_data={
        "speechbrain_singer.reports": ["listening/*", "interactive/*"]
    },
    python_requires=">=3.10,<3.15",
    install_requires=[
        "speechbrain>=1.1.2,<1.2",
        # The three belong together: torchaudio imports only beside a torch of
        # the same CUDA release, and 2.11.1 is of another one than torch 2.11.
        "torch==2.11.0",
        "torchaudio==2.11.0",
        "torchvision==0.26.0",
        "hyperpyyaml>=1.2.3",
        "ruamel.yaml>=0.17.28",
        "huggingface_hub>=0.34",
        "matplotlib>=3.8",
        "numpy>=1.26",
        "pillow>=10",
        "pyyaml>=6",
        "safetensors>=0.4",
        "scikit-learn>=1.4",
        "scipy>=1.11",
        "soundfile>=0.13",
        "threadpoolctl>=3",
        "tqdm>=4.66",
        "typer>=0.15",
    ],
    entry_points={
        "console_scripts": ["singer=speechbrain_singer.commands.app:main"]
    },
    extras_require={
        # webrtcvad, which it needs, is built on installing, and imports what
        # setuptools 82 has no more
        "ge2e": ["resemblyzer>=0.1.4", "setuptools<82"],
        "baselines": ["transformers>=5,<6"],
        "muq": ["muq>=0.1", "transformers>=5,<6"],
        "shards": ["webdataset>=1,<2"],
        # Tables of embeddings, embedded on many machines, and searched
        "catalogue": [
            "faiss-cpu>=1.8",
            "lancedb>=0.34",
            "pyarrow>=15",
            "ray[data]>=2.44",
        ],
        # Its loaders of corpora: vocadito, TONAS, iKala, Dagstuhl ChoirSet
        "mirdata": ["mirdata>=1.0"],
        # Encoders for other runtimes
        "onnx": ["onnx>=1.19", "onnxruntime>=1.23", "onnxscript>=0.5.3"],
        # Figures of notes, and MIDI files
        "notes": ["mido>=1.3", "mir_eval>=0.8"],
        # The page of `singer demo`
        "demo": ["gradio>=6,<7"],
        # All of these but ge2e, which needs a C compiler
        "all": [
            "speechbrain_singer[baselines,catalogue,demo,mirdata,muq,notes]",
            "speechbrain_singer[onnx,shards]",
        ],
        # The documentation's site
        "docs": [
            "mkdocs>=1.6,<2",
            "mkdocs-material>=9.5",
            "mkdocstrings[python]>=1",
        ],
        "dev": [
            "speechbrain_singer[all]",
            "build>=1.2",
            "hypothesis>=6",
            "import-linter>=2.3",
            "nnAudio>=0.3.3",
            "packaging>=24.2",
            "praat-parselmouth>=0.4.5",
            "pyannote.metrics>=4",
            "pytest>=8",
            "pytest-xdist>=3.6",
            "tensorboard>=2.16",
            "ruff>=0.8",
            "setuptools>=77",
        ],
    },
)
