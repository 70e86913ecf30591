"""One corpus, or several at once: where each lies, and what it holds."""

import inspect
import os
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

# Each is a module that offers `list_recordings(data_folder, **its_own_options)`
# and, if another corpus has the same people, a `PEOPLE` that both have
_NAMES = (
    "synthetic synthetic_balanced synthetic_mixtures synthetic_songs folder "
    "artist20 csd dagstuhl_choirset damp damp_balanced fma gtsinger ikala "
    "jvs_music m4singer mir_1k mir_st500 mtg_jamendo multivox music4all "
    "nus48e opencpop opensinger ravdess_song ravdess_speech tonas vctk "
    "vocadito vocalset"
).split()
CORPORA = {name: f"speechbrain_singer.corpora.{name}" for name in _NAMES}
CORPORA["csv"] = "speechbrain_singer.corpora.csv_table"
DATA_ROOT = "data_root"  # what manifests call the folder of the one corpus
# What is unique in a corpus, besides singers, and need not be so in two
_OWN = ("song", "album")


@dataclass(frozen=True)
class Source:
    """A corpus and its place.

    Arguments
    ---------
    corpus : str
        A name in `CORPORA`.
    data_folder : str
        Where it lies.
    options : dict
        Of its `list_recordings`.
    root : str
        What manifests call its folder: the corpus's name, with a number if it
        is not the first of the name; `data_root` if it is the only corpus.

    Raises
    ------
    ValueError
        If there is no such corpus, or it has no such option.
    """

    corpus: str
    data_folder: str
    options: dict
    root: str = DATA_ROOT

    def __post_init__(self):
        _check_options(self.corpus, self._list_recordings, self.options)

    @property
    def people(self):
        """Name of those who sing, where other corpora have them too, or ""."""
        return getattr(self._module, "PEOPLE", "")

    @property
    def _list_recordings(self):
        return self._module.list_recordings

    @property
    def _module(self):
        if self.corpus not in CORPORA:
            raise ValueError(
                f"no corpus named {self.corpus!r}; there are "
                f"{', '.join(CORPORA)} (any folder of audio is a 'folder')"
            )
        return import_module(CORPORA[self.corpus])

    @property
    def is_one_of_many(self):
        """Whether its names have to be told from those of other corpora."""
        return self.root != DATA_ROOT

    def recordings(self):
        """What the corpus lists; of one of many the names say whose they are.

        Returns
        -------
        recordings : list of dict
        """
        listed = self._list_recordings(self.data_folder, **self.options)
        if not self.is_one_of_many:
            return listed
        return [self._marked(recording) for recording in listed]

    def has(self, recording):
        """Whether a recording is of this corpus."""
        return not self.is_one_of_many or recording["corpus"] == self.root

    def name_of(self, path):
        """The path below the folder, behind the name if it is one of many."""
        below = Path(os.path.relpath(path, self.data_folder)).as_posix()
        return f"{self.root}/{below}" if self.is_one_of_many else below

    def _marked(self, recording):
        whose = dict.fromkeys(_OWN, self.root)
        whose["singer"] = self.people or self.root
        marked = {
            name: f"{owner}:{recording[name]}"
            for name, owner in whose.items()
            if recording.get(name)
        }
        return recording | marked | {"corpus": self.root}


def find_sources(names, data_folders, options=None):
    """The corpora that a recipe's settings name.

    Arguments
    ---------
    names : str or list of str
        One corpus, or several as `vocalset,m4singer`.
    data_folders : str, Path or list of str
        As many folders; that of a single corpus may have commas.
    options : dict, optional
        Those of the corpus; of several by their names, as
        `{vocalset: {technique: belt}}`.

    Returns
    -------
    sources : list of Source

    Raises
    ------
    ValueError
        If there are more folders than corpora or fewer, or an option is of
        none of them.

    Example
    -------
    >>> [source.root for source in find_sources("folder,folder", "a,b")]
    ['folder', 'folder2']
    """
    names = _listed(names)
    options = {} if options is None else options
    if len(names) == 1 and not isinstance(data_folders, list | tuple):
        folders = [data_folders]
    else:
        folders = [os.path.expanduser(name) for name in _listed(data_folders)]
    if len(folders) != len(names):
        raise ValueError(
            f"{len(names)} corpora ({', '.join(names)}), but {len(folders)} "
            "data folders: give one for each, in their order, with commas "
            "between them"
        )
    if len(names) == 1:
        return [Source(*names, *folders, options)]
    roots = _numbered(names)
    _check_names(options, roots)
    parts = zip(names, folders, roots, strict=True)
    return [Source(n, f, options.get(root) or {}, root) for n, f, root in parts]


def _listed(value):
    """A list of texts, from one or from a text with commas."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return [item.strip() for item in str(value).split(",")]


def _numbered(names):
    """Names, those that stand there again with a number behind them."""
    counts, numbered = Counter(), []
    for name in names:
        counts[name] += 1
        numbered.append(f"{name}{counts[name]}" if counts[name] > 1 else name)
    return numbered


def _check_names(options, roots):
    if not isinstance(options, dict) or not set(options) <= set(roots):
        raise ValueError(
            f"corpus_options: {options!r}: of several corpora they stand by "
            f"name, such as {{{roots[0]}: {{...}}}}; there are "
            f"{', '.join(roots)}"
        )


def _check_options(corpus, list_recordings, options):
    if not isinstance(options, dict):
        raise ValueError(
            f"options of the corpus {corpus!r}: {options!r}: must be names "
            "and values, such as {seconds: 8.0}"
        )
    known = list(inspect.signature(list_recordings).parameters)[1:]
    for name in options:
        if name not in known:
            raise ValueError(
                f"corpus {corpus!r} has no option {name!r}; it has "
                f"{', '.join(known) or 'none'}"
            )
