"""What settings are made of, and slips in them."""

OWN = """\
# Nothing in here does harm, whatever becomes of it
seed: 1234
lr: 0.001
epochs: 4
name: first run
symmetric: True
encoder: mfcc
data_folder: results/data
output_folder: !ref results/<name>
test_singers: 0.15
same: [sex, song]
corpus_options: {}
clip_seconds: null
half: !ref <epochs> // 2
rates: !new:collections.OrderedDict
    a: !ref <lr>
part: !include:part.yaml
    seed: !ref <seed>
"""
PART = """\
seed: !PLACEHOLDER
batch_size: 12
corpus: synthetic
valid_singers: 0.15
twice: !ref <seed> * 2
"""
SLIPS = {
    "a colon too many": "a: 1\nb: c: d\n",
    "a tab": "a: 1\n\tb: 2\n",
    "a key twice": "lr: 1\nlr: 2\n",
    "Latin-1": "a: \xe4\n",
    "a list": "- a\n",
    "a number": "7\n",
    "no such class": "a: !new:speechbrain_singer.no.Such\n",
    "no such function": "a: !apply:os.path.nothing [x]\n",
    "no such reference": "a: !ref <b>\n",
    "a reference to itself": "a: !ref <a>\n",
    "a circle": "a: !ref <b>\nb: !ref <a>\n",
    "no such part": "a: !include:nothing.yaml\n",
    "a part of itself": "a: !include:settings.yaml\n",
    "wrong arguments": "a: !new:collections.OrderedDict\n    - 1\n    - 2\n",
    "no such alias": "a: *b\n",
    "never closed": "a: [1, 2\nb: 3\n",
    "deep": "a: " + "[" * 900 + "]" * 900 + "\n",
    "left open": "a: !PLACEHOLDER\n",
}
NUMBERS = ["1e-4", "0.5", "1E-3", "5", "1e+2", "-0.25", ".5", "2e0", "1e5"]
SINGERS = [
    *("010", "011", "no", "on", "yes", "null", "1e3", "2024", "ann", "Zoé"),
    *("1_0", "0x10", "1:30", "Ke$ha", "_x", "true", "3.0", "歌"),
]
