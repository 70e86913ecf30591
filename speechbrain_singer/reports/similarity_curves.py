"""Curves of what encoders know of voices, as `plot_voice_curves` draws them.

Of one encoder there is a panel with a line for each thing that was heard; of
several a panel for each of these, with a line for each encoder.
"""

from speechbrain_singer.evaluation.contexts import TRACK
from speechbrain_singer.reports.similarity_plots import CHANCE
from speechbrain_singer.reports.similarity_tables import (
    context_names,
    context_title,
    heard_ways,
)


def context_panels(reports, question):
    """Accuracy over the context.

    Arguments
    ---------
    reports : dict of str to dict
        By encoder, as `evaluation.voices.VoiceProtocol.run` returns them.
    question : str
        `identification` or `sex`.

    Returns
    -------
    panels : dict of str to dict
        Empty if it was not asked.

    Example
    -------
    >>> accuracy = {"mean": 50.0, "spread": 2.0}
    >>> answer = {"contexts": {"1": {"accuracy": accuracy}}}
    >>> answer["chance"] = {"mean": 10.0}
    >>> report = {"identification": {"vocals": answer}}
    >>> panels = context_panels({"ours": report}, "identification")
    >>> panels["ours"]["vocals"], panels["ours"]["chance"]
    ({'1 clip': {'mean': 50.0, 'spread': 2.0}}, 10.0)
    """

    def curve(answer):
        return {
            context_title(context): figures["accuracy"]
            for context, figures in answer.get("contexts", {}).items()
        }

    return _panels(reports, question, curve)


def share_panels(reports):
    """Accuracy on the singer over the share of the training data.

    Of single clips (or the smallest context) and of whole tracks.

    Arguments and returned value are those of `context_panels`.
    """
    panels = {}
    for context in dict.fromkeys((context_names(reports)[0], TRACK)):

        def curve(answer, context=context):
            return {
                f"{float(share):.0%}": contexts[context]["accuracy"]
                for share, contexts in answer["shares"].items()
                if context in contexts
            }

        own = _panels(reports, "identification", curve)
        panels |= {
            f"{title}, {context_title(context)}": lines
            for title, lines in own.items()
        }
    return panels


def _panels(reports, question, curve):
    """By title; lines without a point, and panels without a line, are not."""
    panels = {}
    for way in heard_ways(reports):
        for name, report in reports.items():
            answer = report[question].get(way, {})
            points = curve(answer) if "contexts" in answer else {}
            title, line = (name, way) if len(reports) == 1 else (way, name)
            if points:
                lines = panels.setdefault(title, {})
                lines[line] = points
                lines[CHANCE] = answer["chance"]["mean"]
    return panels
