"""What performance embeddings leave: figures, pictures and a page."""

from functools import cache, partial

from speechbrain.utils.logger import get_logger
from threadpoolctl import threadpool_limits

from speechbrain_singer.reports.curves import plot_curves
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.performances_plots import (
    drawn_evenly,
    plot_neighbours,
)
from speechbrain_singer.reports.singers import plot_tsne, tsne
from speechbrain_singer.reports.tables import write_tables

logger = get_logger(__name__)

FILES = ("neighbours.png", "tsne_*.png", "curves.png")
MISSING = "-"
# Questions of pairs, by their names in the report
QUESTIONS = {
    "singer": "singer",
    "singer_across_songs": "singer, two songs",
    "song": "song, two singers",
}


def write_performances(
    results, reports, embeddings, rows, history=None, trained=None
):
    """Writes all files of an evaluation of performance embeddings.

    metrics.json, table.md, table.csv and table.tex, neighbours.png,
    tsne_<number of the encoder>_<column>.png, curves.png of a history, and
    report.html, which has all of it. What an earlier run left of the pictures
    is removed in the end.

    Arguments
    ---------
    results : Results
    reports : dict of str to dict
        By encoder, what `performance_report` returns.
    embeddings : dict of str to torch.Tensor
        By encoder, [performances, dim], as they were compared.
    rows : list of dict
        Of the performances.
    history : list of dict, optional
        Of the training, as `read_history` returns it.
    trained : dict, optional
        What else is known of the training: it goes before the figures. On the
        page stand its `test_loss` and `collapsed_loss`.
    """
    results.save({**(trained or {}), "encoders": reports})
    table = neighbours_table(reports)
    write_tables(results.folder, table, _reasons(reports))
    results.write(
        [*_of_training(trained or {}), *_sections(reports, table)],
        _pictures(reports, embeddings, rows, history),
    )
    results.remove_former(FILES)
    for line in table[1:]:
        logger.info(
            "Nearest neighbours in %%: %s",
            ", ".join(map(": ".join, zip(table[0], line, strict=True))),
        )


def neighbours_table(reports):
    """Leave-one-out accuracies: a line for each encoder, and one of chance.

    Arguments
    ---------
    reports : dict of str to dict
        By encoder, what `performance_report` returns.

    Returns
    -------
    table : list of list of str
        The heads of the columns first.

    Example
    -------
    >>> singer = {"accuracy": {1: 90.0, 3: 80.0}, "chance": 2.0}
    >>> neighbours = {"singer": singer, "song": {"left_out": "one song"}}
    >>> for line in neighbours_table({"ours": {"neighbours": neighbours}}):
    ...     print(" | ".join(line))
    encoder | singer, k = 1 | singer, k = 3
    ours | 90.0 | 80.0
    chance | 2.0 | 2.0
    """
    answers = [report["neighbours"] for report in reports.values()]
    columns = dict.fromkeys(
        (label, k)
        for label in ("singer", "song")
        for answer in answers
        for k in answer[label].get("accuracy", ())
    )
    lines = [
        [name, *(_accuracy(answer[label], k) for label, k in columns)]
        for name, answer in zip(reports, answers, strict=True)
    ]
    chances = [f"{answers[0][label]['chance']:.1f}" for label, _ in columns]
    heads = [f"{label}, k = {k}" for label, k in columns]
    return [["encoder", *heads], *lines, ["chance", *chances]]


def _accuracy(answer, k):
    accuracy = answer.get("accuracy", {}).get(k)
    return MISSING if accuracy is None else f"{accuracy:.1f}"


def pairs_table(reports):
    """EER and AUC: a line for each encoder, two columns for each question.

    Arguments and returned value are those of `neighbours_table`.
    """
    asked = [
        question
        for question in QUESTIONS
        if any(
            "EER" in report["pairs"][question] for report in reports.values()
        )
    ]
    heads = [
        f"{QUESTIONS[question]}: {figure}"
        for question in asked
        for figure in ("EER", "AUC")
    ]
    lines = [
        [name]
        + [
            f"{report['pairs'][question][figure]:.1f}"
            for question in asked
            for figure in ("EER", "AUC")
        ]
        for name, report in reports.items()
    ]
    return [["encoder", *heads], *lines]


def _reasons(reports):
    """Sentences about what is left out, each once."""
    first = next(iter(reports.values()))
    answers = {f"k-NN, {n}": a for n, a in first["neighbours"].items()}
    answers |= {QUESTIONS[n]: a for n, a in first["pairs"].items()}
    return [
        f"Left out ({name}): {answer['left_out']}."
        for name, answer in answers.items()
        if "left_out" in answer
    ]


def _of_training(trained):
    """The loss, beside what it is of a network that has learned nothing."""
    if "test_loss" not in trained:
        return []
    text = (
        "Mean loss of pairs of windows of the test singers, half of them of "
        f"one singer: {trained['test_loss']:.4f}. With all embeddings in one "
        f"place it would be {trained['collapsed_loss']:.4f}."
    )
    return [Section("Loss", text)]


def _sections(reports, table):
    first = next(iter(reports.values()))
    counts = (_counts(*item) for item in first["neighbours"].items())
    neighbours = (
        f"{first['performances']} performances, each named by most of its k "
        "nearest others (Euclidean), in percent. Chance is to name the most "
        "frequent one always. An embedding of voices names the singer, and "
        f"not the song. {' '.join(counts)}"
    )
    numbers = (
        f"{QUESTIONS[name]}, {answer['positives']:,} and "
        f"{answer['negatives']:,}"
        for name, answer in first["pairs"].items()
        if "EER" in answer
    )
    pairs = (
        "By the squared distance, in percent: is it the same singer (of all "
        "pairs, and of pairs of two songs), is it the same song (of pairs of "
        f"two singers)? Who cannot hear it has 50. Pairs: {'; '.join(numbers)}."
    )
    sections = [
        Section("Nearest neighbours", neighbours.strip(), table),
        Section("Pairs", pairs.strip(), pairs_table(reports)),
    ]
    if reasons := _reasons(reports):
        sections.append(Section("Left out", " ".join(reasons)))
    return sections


def _counts(label, answer):
    if "left_out" in answer:
        return ""
    alone = answer["alone"]
    return f"{answer['classes']} {label}s of {answer['performances']}" + (
        f", of which {alone} are alone and not asked for." if alone else "."
    )


def _pictures(reports, embeddings, rows, history):
    pictures = {
        "Accuracy of the nearest neighbours on the singer and on the song": (
            "neighbours.png",
            partial(plot_neighbours, reports),
        )
    }
    chosen = drawn_evenly(rows)
    drawn = [rows[place] for place in chosen]
    for number, (name, vectors) in enumerate(embeddings.items()):
        points = cache(partial(_placed, vectors[chosen]))
        for column in ("singer", "song"):
            labels = [row.get(column) or "" for row in drawn]
            if any(labels):
                pictures[f"{name}: {len(drawn)} performances by {column}"] = (
                    f"tsne_{number}_{column}.png",
                    partial(_plot_points, points, labels, column),
                )
    if history:
        pictures["Training and validation over the epochs"] = (
            "curves.png",
            partial(plot_curves, history),
        )
    return pictures


def _placed(vectors):
    """In the plane; with so few, threads wait longer than they work."""
    with threadpool_limits(1):
        return tsne(vectors, "euclidean")


def _plot_points(points, labels, column, path):
    """`points` is called when drawing, so that its failing costs a picture."""
    plot_tsne(points(), labels, path, column)
