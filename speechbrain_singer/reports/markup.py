"""What pages are made of: files beside this one, data, and their policy."""

import base64
import hashlib
import json
from pathlib import Path


def read_part(folder, name):
    """A part of a page, such as its script.

    Arguments
    ---------
    folder : str
        Beside this module.
    name : str
        Of the file.

    Returns
    -------
    text : str

    Example
    -------
    >>> "<title>$title</title>" in read_part("interactive", "page.html")
    True
    """
    path = Path(__file__).with_name(folder) / name
    return path.read_text(encoding="utf-8")


def policy_hash(text):
    """By which a page's policy knows its own script from any other.

    Example
    -------
    >>> policy_hash("")[:14]
    'sha256-47DEQpj'
    """
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def script_data(data):
    r"""JSON for a script element: no text in it ends that.

    Arguments
    ---------
    data : dict or list

    Returns
    -------
    text : str

    Example
    -------
    >>> print(script_data(["</script>"]))
    ["\u003c/script>"]
    """
    # No browser reads NaN
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", r"\u003c")


def data_uri(kind, data):
    """A file that stands in the page.

    Example
    -------
    >>> data_uri("image/png", b"abc")
    'data:image/png;base64,YWJj'
    """
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
