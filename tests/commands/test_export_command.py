import json
from pathlib import Path

from speechbrain_singer.inference import exported_file
from speechbrain_singer.inference.exported_file import Exported


def test_what_was_compared_is_said(singer, folder, monkeypatch):
    asked = []

    def export_file(encoder, path, name):
        asked.append((encoder.threshold, path, name))
        return Exported(Path(path), 1.25, [0.1, 1.0], [1, 3], 2e-7)

    monkeypatch.setattr(exported_file, "export_file", export_file)
    options = "--encoder", folder
    ended = singer("export", "a.onnx", *options)
    assert (ended.code, asked) == (0, [(0.5, "a.onnx", str(folder))])
    assert ended.out == (
        "a.onnx: 1.2 MB; its embeddings of windows of 0.1, 1 s, 1 and 3 at "
        "once, differ from the encoder's by 2.0e-07 at most\n"
    )
    answer = json.loads(singer("export", "a.onnx", *options, "--json").out)
    assert answer["difference"] == 2e-7
    assert answer["path"] == "a.onnx"


def test_another_ending_is_refused(singer, folder):
    ended = singer("export", "a.tflite", "--encoder", folder)
    assert (ended.code, ended.out) == (2, "")
    assert "a.tflite: an encoder is exported to .onnx or to .pt2" in ended.err
