import unicodedata
from collections import Counter

import numpy as np
import pytest

from speechbrain_singer.trials import (
    Trials,
    all_pairs,
    draw_trials,
    find_flaws,
    read_trials,
    write_trials,
)

IDS = ["ann/a.wav", "ann/b.wav", "bob/a.wav", "bob/c d.wav", "cy/e,f.wav"]
ROWS = [
    {"ID": name, "wav": f"/audio/{name}", "singer": name.split("/")[0]}
    for name in IDS
]
EXPECTED = [(0, 1, 1), (2, 0, 0), (1, 2, 0)]
PUBLISHED = (
    "1,ann/a.wav,ann/b.wav\n0,bob/a.wav,ann/a.wav\n0,ann/b.wav,bob/a.wav\n"
)
VOXCELEB = PUBLISHED.replace(",", " ")
KALDI = """ann/a.wav ann/b.wav target
bob/a.wav ann/a.wav nontarget
ann/b.wav bob/a.wav nontarget
"""
FORMS = {"published": PUBLISHED, "voxceleb": VOXCELEB, "kaldi": KALDI}


@pytest.fixture
def read(tmp_path):
    """Reads a list that is given as text or as bytes."""

    def read(text, rows=ROWS, data_folder=None):
        path = tmp_path / "my list.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return as_list(read_trials(path, rows, data_folder))

    return read


def as_list(trials):
    return list(zip(*(column.tolist() for column in trials), strict=True))


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_the_form_is_told_by_the_first_line(read, text):
    assert read(text) == EXPECTED


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "change",
    {
        "no new line at the end": lambda text: text.rstrip("\n"),
        "blank lines": lambda text: "\n \n" + text.replace("\n", "\n\n\t\n"),
        "Windows": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
        "blanks around": lambda text: text.replace("\n", "  \n  "),
        "tabs": lambda text: text.replace(" ", " \t"),
        "no endings": lambda text: text.replace(".wav", ""),
        "whole paths": lambda text: text.replace("ann/", "/audio/ann/"),
        "comments": lambda text: f"# 1, 2\n#{text[:20]}\n{text} # a b\n#1,a,b",
        "back-slashes": lambda text: text.replace("/", "\\"),
        "decomposed": lambda text: unicodedata.normalize("NFD", text),
        "a header": lambda text: "label,path1,path2\n" + text,
        "another header": lambda text: "\nenroll test label\n" + text,
    }.items(),
    ids=lambda change: change[0],
)
def test_what_is_tolerated(read, text, change):
    assert read(change[1](text)) == EXPECTED


@pytest.mark.parametrize("mark", [",", " ", "\t"])
@pytest.mark.parametrize("words", [("0", "1"), ("nontarget", "target")])
@pytest.mark.parametrize("last", [False, True])
def test_the_label_may_stand_first_or_last(read, mark, words, last):
    lines = []
    for first, second, label in EXPECTED:
        fields = [IDS[first], IDS[second]]
        fields.insert(2 if last else 0, words[label])
        lines.append(f"{mark.join(fields)}\n")
    assert read("".join(lines)) == EXPECTED


def test_numbers_may_be_names(read):
    """Known names say whether `1 2 0` has its label first or last."""
    rows = [{"ID": name, "singer": "ann"} for name in ("1", "2", "3")]
    assert read("1 2 0\n2 3 1\n", rows) == [(0, 1, 0), (1, 2, 1)]
    assert read("0,1,2\n", rows) == [(0, 1, 0)]
    assert read("#0,1,2\n0,1,#3\n", [*rows, {"ID": "#3", "singer": ""}]) == [
        (0, 3, 0)
    ]


def test_names_with_blanks_between_tabs(read):
    text = "1\tann/a.wav\tann/b.wav\n0\tbob/c d.wav\tcy/e,f.wav\n"
    assert read(text) == [(0, 1, 1), (3, 4, 0)]
    assert read("bob/c d.wav\tann/a.wav\t0\n") == [(3, 0, 0)]


def test_paths_as_the_shell_has_them(tmp_path, monkeypatch):
    """From the working directory, be that where it may."""
    audio = tmp_path / "my" / "audio"
    audio.mkdir(parents=True)
    rows = [row | {"wav": str(audio / row["ID"])} for row in ROWS]
    (tmp_path / "a.txt").write_text(
        "1,audio/ann/a.wav,audio/ann/b\n0,./audio/bob\\a.wav,ann/a.wav\n"
    )
    monkeypatch.chdir(tmp_path / "my")
    trials = read_trials("../a.txt", rows, "audio")
    assert as_list(trials) == EXPECTED[:2]


def test_paths_relative_to_a_folder(read):
    text = "1,a.wav,b\n0,../bob/a.wav,a.wav\n0,./b.wav,../bob/a\n"
    assert read(text, data_folder="/audio/ann") == EXPECTED


def test_blanks_and_commas_in_published_names(read):
    text = "0,bob/c d.wav,cy/e,f.wav\n0,cy/e,f.wav,ann/a.wav\n1,cy/e,f,cy/e,f\n"
    assert read(text) == [(3, 4, 0), (4, 0, 0), (4, 4, 1)]
    assert read('0, ann/a.wav, "cy/e,f.wav"\n') == [(0, 4, 0)]


def test_clips(read):
    rows = [
        {
            "ID": f"ann/a.wav#{k}",
            "recording": "ann/a.wav",
            "wav": "/audio/ann/a.wav",
            "singer": "ann",
        }
        for k in range(11)
    ]
    text = "ann/a.wav#10 /audio/ann/a#1 target\n"
    assert read(text, rows) == [(10, 1, 1)]
    with pytest.raises(ValueError, match="line 1: 'ann/a' was cut into clips"):
        read("1,ann/a,ann/a.wav\n", rows)


def test_whole_recordings_with_commas_that_were_cut(read):
    """A list of whole recordings, but clips are measured."""
    rows = [
        {"ID": f"{name}#{k}", "recording": name, "singer": "ann"}
        for name in ("ann/a,1.wav", "ann/a,2.wav")
        for k in range(2)
    ]
    with pytest.raises(ValueError) as caught:
        read(
            '1,ann/a,1.wav#0,ann/a,1.wav\n0,ann/a,1.wav, "ann/a,2.wav"\n', rows
        )
    assert "line 1: 'ann/a,1.wav' was cut into clips" in str(caught.value)
    assert "1 more names" in str(caught.value)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "my list.txt: holds no trials"),
        ("label,path1,path2\n\n", "my list.txt: holds no trials"),
        ("2,ann/a.wav,ann/b.wav\n", "line 1: '2,ann/a.wav,.*is no trial"),
        ("a b c\nd e f\n1 g h", "line 2: 'd e f' is no trial"),
        ("1 bob/c d.wav bob/a.wav\n", "line 1: .*with blanks want commas"),
        (
            PUBLISHED + "\n0,ann/a.wav",
            "line 5: .* not of the form `label,first",
        ),
        (PUBLISHED + VOXCELEB, "line 4: .* not of the form `label,first"),
        (
            KALDI + "ann/a ann/b impostor",
            "line 4: .* target: 'impostor' st",
        ),
        (VOXCELEB + "1 bob/c d.wav cy/e,f", "line 4: .* not of the form"),
        (VOXCELEB + "-1 ann/a ann/b", "line 4: .* not of the form"),
        (PUBLISHED + "0,cy/e,f,ann/g", "line 4: .* cannot be split"),
        (PUBLISHED + "0,ann/x,ann/a", "line 4: 'ann/x' is no recording here"),
        (PUBLISHED + "2,ann/a,ann/b", "line 4: .*labels 0, 1, .*: '2' stands"),
        (PUBLISHED + "ann/a,ann/b", "line 4: .*'ann/a' stands in the place"),
        (VOXCELEB + "1.0 ann/a ann/b", "line 4: .*'1.0' stands"),
        (PUBLISHED + "0,bob\\\\x,ann\\\\a", r"line 4: 'bob.*back-slashes does"),
        (PUBLISHED + "0,ann/a\0,ann/b", r"line 4: 'ann/a.x00' is no recording"),
        (PUBLISHED.encode("utf-16"), "my list.txt, line 1: not text in UTF-8"),
        (KALDI.encode() + b"ann/\xe9 ann/b target", "line 4: not text in UTF"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(read, text, said):
    with pytest.raises(ValueError, match=said) as caught:
        read(text)
    assert "my list.txt" in str(caught.value)


def test_all_unknown_names_are_counted(read):
    text = PUBLISHED + "0,x/1,x/2\n0,x/1,ann/a\n1,x/3,x/3\n"
    with pytest.raises(ValueError) as caught:
        read(text)
    assert "line 4: 'x/1' is no recording here" in str(caught.value)
    assert "2 more names" in str(caught.value)


def test_a_line_that_can_be_read_in_two_ways_is_refused(read):
    rows = [{"ID": name, "singer": "ann"} for name in ("a", "a,b", "b,c", "c")]
    with pytest.raises(ValueError, match=r"line 1: '1,a,b,c' .* at 2 of its"):
        read("1,a,b,c\n", rows)


def test_an_ambiguous_name_is_refused(read):
    rows = [
        {"ID": f"a.{ending}", "wav": f"/x/a.{ending}", "singer": "ann"}
        for ending in ("wav", "flac")
    ]
    with pytest.raises(
        ValueError, match=r"line 2: 'a' .* 'a.wav' and 'a.flac'"
    ):
        read("1,a.wav,a.flac\n1,a.wav,a\n", rows)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no\.txt: no such list"):
        read_trials(tmp_path / "no.txt", ROWS)


def test_labels_that_contradict_the_manifest_are_counted_and_used(read, caplog):
    rows = [*ROWS, {"ID": "who", "singer": ""}]
    text = (
        "1,ann/a,ann/b\n1,ann/a,bob/a\n0,ann/a,ann/b\n1,ann/a,who\n0,who,who\n"
    )
    assert [label for *_, label in read(text, rows)] == [1, 1, 0, 1, 0]
    (message,) = caplog.messages
    assert "labels of 2 of 5 trials contradict" in message
    assert "1 for 'ann/a.wav' and 'bob/a.wav'" in message


def test_labels_that_fit_the_manifest_are_not_warned_of(read, caplog):
    read(PUBLISHED)
    assert not caplog.messages


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written(tmp_path, form):
    trials = Trials(*map(np.array, zip(*EXPECTED, strict=True)))
    write_trials(tmp_path / "a.txt", trials, ROWS, form)
    assert (tmp_path / "a.txt").read_text() == FORMS[form]


@pytest.mark.parametrize("form", FORMS)
def test_comes_back_as_it_was_written(tmp_path, form, monkeypatch):
    monkeypatch.setattr("speechbrain_singer.trials.lists.BLOCK", 7)
    rows = [
        {"ID": f"{s}/{k},#é.wav", "wav": f"/x/{s}{k}.wav", "singer": s}
        for s in "abc"
        for k in range(9)
    ]
    if form == "published":
        rows = [row | {"ID": f" {row['ID']} "} for row in rows]
    trials = draw_trials(rows, 200)
    write_trials(tmp_path / "a.txt", trials, rows, form)
    assert as_list(read_trials(tmp_path / "a.txt", rows)) == as_list(trials)


def test_ids_that_a_form_cannot_hold_are_refused(tmp_path):
    trials = all_pairs(ROWS, different=())
    for form in ("voxceleb", "kaldi"):
        with pytest.raises(ValueError, match=r"'bob/c d.wav'.*'published'"):
            write_trials(tmp_path / "a.txt", trials, ROWS, form)
        without = trials.among(np.array([True, True, True, False, False]))
        write_trials(tmp_path / "a.txt", without, ROWS, form)
    rows = [{"ID": "a\nb", "singer": "a"}, {"ID": "c", "singer": "a"}]
    pair = Trials(*(np.array([n]) for n in (0, 1, 1)))
    with pytest.raises(ValueError, match=r"'a\\nb' has .* line breaks"):
        write_trials(tmp_path / "b.txt", pair, rows)
    with pytest.raises(ValueError, match=r"2 rows .* the ID 'a'"):
        write_trials(tmp_path / "b.txt", pair, [{"ID": "a"}] * 2)
    with pytest.raises(ValueError, match=r"no form 'nist'.* kaldi"):
        write_trials(tmp_path / "b.txt", trials, ROWS, "nist")
    assert not (tmp_path / "b.txt").exists()


def trials_with_flaws(seed, rows):
    first, second = np.random.default_rng(seed).integers(
        len(rows), size=(2, 90)
    )
    singers = np.array([row["singer"] for row in rows])
    return Trials(
        first, second, (singers[first] == singers[second]).astype(int)
    )


CLIPS = [
    {
        "ID": f"{r}#{k}",
        "recording": f"{r}",
        "wav": "/all.wav",
        "singer": "ab"[r % 2],
    }
    for r in range(4)
    for k in range(3)
]
FILES = [
    {"ID": str(i), "wav": f"{i // 3}.wav", "singer": "a"} for i in range(12)
]


@pytest.mark.parametrize("rows, column", [(CLIPS, "recording"), (FILES, "wav")])
def test_flaws_equal_the_loop(rows, column):
    trials = trials_with_flaws(0, rows)
    flaws = find_flaws(trials, rows)
    before, expected = set(), []
    for i, j, label in as_list(trials):
        alike = label and rows[i][column] == rows[j][column]
        expected.append((i == j, bool(alike and i != j), {i, j} in before))
        before.add(frozenset((i, j)))
    assert as_list(flaws) == expected
    counts = Counter()
    for i, name in enumerate(("itself", "one_recording", "repeated")):
        counts[name] = sum(kinds[i] for kinds in expected)
    assert min(counts.values()) > 0
    assert str(flaws) == (
        f"{counts['itself']} of a recording with itself, "
        f"{counts['one_recording']} of two clips of one recording as one "
        f"singer, {counts['repeated']} repeated"
    )
    kept = [
        trial
        for trial, kinds in zip(as_list(trials), expected, strict=True)
        if not any(kinds)
    ]
    assert as_list(trials.select(~flaws.flawed)) == kept


def test_trials_that_are_built_have_no_flaws():
    for trials in (all_pairs(CLIPS, different=()), draw_trials(CLIPS, 20)):
        flaws = find_flaws(trials, CLIPS)
        assert str(flaws) == "no flaws" and not flaws.flawed.any()
