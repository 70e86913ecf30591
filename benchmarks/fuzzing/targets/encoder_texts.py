"""Values that an encoder may not have, and code that it may not run."""

HARMLESS = {
    ".DS_Store": b"\0\0\0\1Bud1",
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
    "README.md": b"# Singers\n",
    ".gitattributes": b"*.ckpt filter=lfs\n",
}
FOREIGN = [
    "!apply:os.system [touch ran]",
    "!new:subprocess.Popen [[touch, ran]]",
    "!apply:subprocess.run [[touch, ran]]",
    "!!python/object/apply:os.system [touch ran]",
    "!apply:builtins.exec ['import os; os.system(\"touch ran\")']",
    "!name:os.system",
    "!new:my_package.Encoder",
]
PRETRAINER = """\
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        encoder: !ref <encoder>
"""
# Key, values that no encoder can have
IMPOSSIBLE = [
    ("window_seconds", ["-1", "0", ".nan", "x", "[1]", "null", "1e-9"]),
    ("sample_rate", ["-1", "0", ".nan", "x", "[1]", "null", "44100.5"]),
    ("n_mels", ["-1", "0", "17", "x", "1000000000000", "null"]),
    ("n_fft", ["-1", "0", ".nan", "x", "1000000000000"]),
    ("hop_length", ["-1", "0", "x", ".inf"]),
    ("embedding_dim", ["-1", "0", "9", "x", "1000000000000", "null"]),
    ("name", ["efficientnet_b0", "resnet18", "7", "null", "[a]", "../x"]),
]
ARGUABLE = [
    ("window_seconds", [".inf", "1e9", "1e300", "'0.2'", "1", "True"]),
    ("sample_rate", ["1", "999999999", "22050", "44100.0"]),
    ("top_db", [".nan", "-1", "0", "x", "null", "1e300"]),
    ("n_fft", ["1", "3", "1024"]),
    ("hop_length", ["1", "256", "100000000"]),
]
BAD_CALIBRATIONS = [
    *("threshold: .nan\n", "threshold: .inf\n", "threshold: x\n", "7\n"),
    *("threshold: [1]\n", "threshold:\n", "set_on: {}\n", "- threshold\n", ""),
    *("threshold: 0.5\nslope: 1\n", "threshold: 0.5\nslope: .nan\noffset: 1\n"),
    *(
        "threshold: 2024-01-01\n",
        "threshold: '0.5'\n",
        "\0",
        "a: " + "[" * 1000,
    ),
    *("threshold: !!python/object/apply:os.getcwd []\n", "threshold: *a\n"),
]
