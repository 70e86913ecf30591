"""Tables of what encoders know of voices, in mixtures and alone.

All take reports by encoder, as `evaluation.voices.VoiceProtocol.run` returns
them, and give tables with the heads of the columns first.
"""

from speechbrain_singer.evaluation.contexts import FIGURES, TRACK

MISSING = "-"
TITLES = {"accuracy": "accuracy", "macro_f1": "macro F1"}
SIMILARITY = {
    "MNR": "MNR",
    "EER": "EER",
    "published_EER": "published EER",
}
_FOREMOST = ("MNR", "EER")


def heard_ways(reports):
    """What was heard, such as mixtures and vocals."""
    return list(
        dict.fromkeys(
            way for own in reports.values() for way in own["identification"]
        )
    )


def compared_ways(reports):
    """What was compared: what was heard, and one by another."""
    return list(
        dict.fromkeys(
            way
            for own in reports.values()
            for way in own["similarity"].get("ways", {})
        )
    )


def context_names(reports, question="identification"):
    """Contexts that any encoder was asked at; whole tracks come last."""
    names = dict.fromkeys(
        name
        for own in reports.values()
        for answer in own[question].values()
        for name in answer.get("contexts", {})
    )
    names.pop(TRACK, None)
    return [*names, TRACK]


def context_title(context):
    """How a context is called in heads of columns.

    Example
    -------
    >>> context_title("1"), context_title("5"), context_title("track")
    ('1 clip', '5 clips', 'track')
    """
    if context == TRACK:
        return context
    return f"{context} clip{'s' * (context != '1')}"


def contexts_table(reports, question):
    """Accuracy and macro F1 by context.

    Arguments
    ---------
    reports : dict of str to dict
    question : str
        `identification` or `sex`.

    Returns
    -------
    table : list of list of str
        A line for each encoder, what was heard and figure.

    Example
    -------
    >>> one = {"mean": 50.0, "spread": 2.0, "values": [48.6, 51.4]}
    >>> contexts = {"track": {"accuracy": one, "macro_f1": one}}
    >>> report = {"identification": {"vocals": {"contexts": contexts}}}
    >>> for line in contexts_table({"ours": report}, "identification"):
    ...     print(" | ".join(line))
    encoder | heard | in % | track
    ours | vocals | accuracy | 50.0 ± 2.0
    ours | vocals | macro F1 | 50.0 ± 2.0
    """
    contexts = context_names(reports, question)
    table = [["encoder", "heard", "in %", *map(context_title, contexts)]]
    for figure in FIGURES:
        for way in heard_ways(reports):
            for name, report in reports.items():
                answer = report[question].get(way, {}).get("contexts")
                if answer:
                    cells = [_at(answer, at, figure) for at in contexts]
                    table.append([name, way, TITLES[figure], *cells])
    return table


def shares_table(reports, context):
    """Accuracy by the share of the training data, at one context."""
    shares = sorted(
        {
            share
            for own in reports.values()
            for answer in own["identification"].values()
            for share in answer["shares"]
        },
        key=float,
    )
    table = [["encoder", "heard", *(f"{float(s):.0%}" for s in shares)]]
    for way in heard_ways(reports):
        for name, report in reports.items():
            curve = report["identification"].get(way, {}).get("shares", {})
            cells = [_at(curve.get(s, {}), context) for s in shares]
            table.append([name, way, *cells])
    return table


def similarity_table(reports):
    """MNR and both EERs, a line for each encoder and way to compare."""
    table = [["encoder", "compared", *SIMILARITY.values()]]
    for way in compared_ways(reports):
        for name, report in reports.items():
            figures = report["similarity"].get("ways", {}).get(way, {})
            cells = [cell(figures.get(figure)) for figure in SIMILARITY]
            table.append([name, way, *cells])
    return table


def voices_table(reports):
    """What matters most in one table, a line for each encoder and way.

    Accuracy on the singer by the smallest context and by tracks, and macro F1
    by tracks; accuracy on the sex by tracks; similarity. Where any has several
    `runs`, their number stands with each: the spread is over them.
    """
    asked = {
        context_title(context): ("identification", context)
        for context in (context_names(reports)[0], TRACK)
    }
    asked["track, F1"] = ("identification", TRACK, "macro_f1")
    asked["sex"] = ("sex", TRACK)
    runs = {name: own.get("runs", 1) for name, own in reports.items()}
    with_runs = max(runs.values()) > 1
    table = [["encoder", "heard", *asked, *_FOREMOST]]
    if with_runs:
        table[0].insert(1, "runs")
    ways = dict.fromkeys([*heard_ways(reports), *compared_ways(reports)])
    for way in ways:
        for name, report in reports.items():
            cells = [
                _at(report[question].get(way, {}).get("contexts", {}), *at)
                for question, *at in asked.values()
            ]
            figures = report["similarity"].get("ways", {}).get(way, {})
            cells += [cell(figures.get(figure)) for figure in _FOREMOST]
            count = [str(runs[name])] if with_runs else []
            table.append([name, *count, way, *cells])
    return table


def cell(figures):
    """Mean and spread as text.

    Example
    -------
    >>> cell({"mean": 50.0, "spread": 2.0}), cell(None)
    ('50.0 ± 2.0', '-')
    """
    if figures is None:
        return MISSING
    mean = f"{figures['mean']:.1f}"
    if figures["spread"] is None:
        return mean
    return f"{mean} ± {figures['spread']:.1f}"


def _at(contexts, context, figure="accuracy"):
    return cell(contexts.get(context, {}).get(figure))
