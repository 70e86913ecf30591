"""Why an audio file cannot be opened, in words that say what to do."""

import shlex
from pathlib import Path

import soundfile

# Endings of audio, and of films with sound, that libsndfile does not read
UNSUPPORTED = (
    ".3g2 .3gp .aa .aac .aax .ac3 .adts .amr .ape .asf .avi .dff .dsf .dts "
    ".eac3 .flv .m2ts .m4a .m4b .m4p .m4r .m4v .mka .mkv .mov .mp4 .mpc .mpeg "
    ".mpg .mts .ofr .ogv .ra .rm .sd2 .shn .spx .tak .tta .vob .webm .wma .wmv "
    ".wv"
).split()

# Endings of bare samples, of which nobody can say the rate and the width
_HEADERLESS = ".raw .pcm .vox .gsm .ul .ulaw .al .alaw .sw .ub .uw".split()


def reason_of(error, name):
    """What the message on a file says.

    Arguments
    ---------
    error : Exception
    name : str
        Of the file.

    Returns
    -------
    reason : str

    Example
    -------
    >>> reason_of(FileNotFoundError(2, "No such file or directory"), "a.wav")
    'no such file'
    """
    if isinstance(error, soundfile.LibsndfileError):
        return _not_decoded(error, Path(name))
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, (OSError, ValueError, RuntimeError)) and str(error):
        return getattr(error, "strerror", None) or str(error)
    return f"cannot be read: {type(error).__name__}: {error}"


def _not_decoded(error, path):
    suffix = path.suffix.lower()
    if suffix in _HEADERLESS:
        return (
            f"headerless, as {path.suffix} files are: convert it to wav with "
            "its rate, width and channels (ffmpeg -f s16le -ar 44100 -ac 1 "
            f"-i {shlex.quote(path.name)} "
            f"{shlex.quote(path.with_suffix('.wav').name)})"
        )
    if suffix in UNSUPPORTED:
        new = path.with_suffix(".flac")
        return (
            f"format not supported: convert {path.suffix} to wav or flac "
            f"(ffmpeg -i {shlex.quote(path.name)} {shlex.quote(new.name)})"
        )
    # soundfile's own message would say the path again
    return f"not an audio file: {error.error_string}"
