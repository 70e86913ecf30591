"""The sections of a page on voices: what was asked, and what was found."""

from speechbrain_singer.evaluation.contexts import TRACK
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.similarity_tables import (
    context_names,
    context_title,
    contexts_table,
    shares_table,
    similarity_table,
)


def voice_sections(reports, table, failures=()):
    """Sections, of which the first has the table of what matters most.

    Numbers of clips and singers are those of the first encoder that was asked.

    Arguments
    ---------
    reports : dict of str to dict
        By encoder, as `evaluation.voices.VoiceProtocol.run` returns them.
    table : list of list of str
        As `voices_table` makes it.
    failures : sequence of str
        What could not be measured, and why.

    Returns
    -------
    sections : list of Section
    """
    report = next(iter(reports.values()))
    text = (
        f"{report['clips']} clips of {report['tracks']} tracks by "
        f"{report['singers']} singers. In percent, mean and spread over the "
        "repetitions, splits and episodes; over the runs of what has several. "
        "The singer is named from a clip and from a track, the sex from a "
        "track. "
        + " ".join(f"Not measured: {failure}." for failure in failures)
    )
    return [
        Section("Whose voice is it?", text, table),
        _identification_section(reports),
        *_share_sections(reports),
        _sex_section(reports),
        _similarity_section(reports),
    ]


def _answers(reports, question):
    """What each encoder said to each thing that it heard."""
    return [
        answer
        for report in reports.values()
        for answer in report[question].values()
    ]


def _first_asked(answers):
    """The first that was not left out, where there is one."""
    return next((own for own in answers if "left_out" not in own), answers[0])


def _identification_section(reports):
    answer = _answers(reports, "identification")[0]
    text = (
        f"{answer['singers']} of {answer['of']} singers, drawn each time; "
        "a linear probe on frozen embeddings of clips, which did not hear "
        "these tracks. Several clips are neighbours, whose probabilities "
        f"are averaged. {_chance(answer)}"
    )
    table = contexts_table(reports, "identification")
    return Section("Who is it?", text, table)


def _chance(answer):
    text = f"Guessing has {answer['chance']['mean']:.1f}"
    untrained = answer.get("untrained", {}).get("mean")
    if untrained:
        text += (
            f"; {untrained:.1f} % of the tested clips are of singers without "
            "a track to train on"
        )
    return f"{text}."


def _share_sections(reports):
    if not any(own["shares"] for own in _answers(reports, "identification")):
        return []
    first = context_names(reports)[0]
    text = (
        "Accuracy on the singer by the share of the training data. Of few "
        "tracks, a small share leaves singers without any to train on."
    )
    return [
        Section(
            f"From less to learn from: {context_title(context)}",
            text,
            shares_table(reports, context),
        )
        for context in dict.fromkeys((first, TRACK))
    ]


def _sex_section(reports):
    answer = _first_asked(_answers(reports, "sex"))
    if "left_out" in answer:
        return Section("Which sex?", f"Not asked: {answer['left_out']}.")
    text = (
        f"{answer['singers']} singers, of whom none is in two parts. "
        f"{_chance(answer)}"
    )
    return Section("Which sex?", text, contexts_table(reports, "sex"))


def _similarity_section(reports):
    heading = "Who is alike?"
    answer = _first_asked([own["similarity"] for own in reports.values()])
    if "left_out" in answer:
        return Section(heading, f"Not asked: {answer['left_out']}.")
    count = answer["singers"]
    text = (
        f"Episodes of {count} singers with two tracks of different songs each; "
        f"{answer['of']} singers have such{_alone(answer)}. No probe: tracks "
        "are means of their clips. MNR is the mean normalised "
        f"rank of the other track (chance is {50 * (count - 1) / count:.1f}); "
        "the EER has all others, and as published one other track for each."
    )
    return Section(heading, text, similarity_table(reports))


def _alone(answer):
    return f", {answer['alone']} have not" if answer["alone"] else ""
