"""An encoder as an ONNX file, which ONNX Runtime takes without PyTorch."""

import logging
import warnings

import torch

from speechbrain_singer.extras import imported


def write_onnx(program, path, facts):
    """Writes a program as an ONNX file.

    It has one input, `waveform` [batch, samples], and one output, `embedding`
    [batch, dim], both float32.

    Arguments
    ---------
    program : torch.export.ExportedProgram
    path : Path
    facts : dict
        Of the encoder; they go into the file's `metadata_props`, as strings.

    Raises
    ------
    ImportError
        If a package is missing; the message says how to install it.
    """
    import onnx

    model = _converted(program)
    axes = "batch", "samples"
    for value in (*model.graph.input, *model.graph.output):
        sizes = value.type.tensor_type.shape.dim
        for size, name in zip(sizes, axes, strict=True):
            if size.HasField("dim_param"):
                size.dim_param = name
    # What they say of the way here is of no use, and names of sizes are others
    del model.graph.value_info[:]
    described = (model.graph, *model.graph.node, *model.graph.input)
    for part in (*described, *model.graph.output):
        del part.metadata_props[:]
    texts = {name: str(fact) for name, fact in facts.items()}
    onnx.helper.set_model_props(model, texts)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def onnx_embedder(path):
    """Loads an ONNX file: a callable from [batch, time] to [batch, dim].

    It computes on one core of the processor, by ONNX Runtime.
    """
    runtime = onnx_packages()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )

    def embed(waveform):
        (embedding,) = session.run(None, {"waveform": waveform.numpy()})
        return torch.from_numpy(embedding)

    return embed


def onnx_packages():
    """The package `onnxruntime`, if what writes ONNX files is there too.

    Raises
    ------
    ImportError
        If one is missing; the message says how to install it.

    Example
    -------
    >>> onnx_packages().InferenceSession.__name__
    'InferenceSession'
    """
    packages = "onnxruntime", "onnx", "onnxscript"
    return imported("onnx", "an ONNX file", *packages)


def _converted(program):
    """The program as an onnx.ModelProto, what can be computed already is."""
    onnx_packages()
    log = logging.getLogger("onnx_ir")
    before = log.level
    log.setLevel(logging.ERROR)  # it tells what it does not fold
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what torch itself calls
            return torch.onnx.export(
                program,
                output_names=["embedding"],
                dynamo=True,
                verbose=False,
            ).model_proto
    finally:
        log.setLevel(before)
