"""Tables of text: Markdown, CSV and LaTeX."""

import csv
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open

_PIPE = r"\|"  # no column ends there


def write_tables(folder, table, notes=()):
    """Writes a table as `table.md`, `table.csv` and `table.tex`.

    Arguments
    ---------
    folder : str or Path
    table : list of list of str
        The heads of the columns first.
    notes : sequence of str
        Paragraphs below the table in Markdown.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> write_tables(folder, [["encoder", "EER"], ["mfcc", "9.0"]])
    >>> print((folder / "table.md").read_text())
    | encoder | EER |
    | --- | --- |
    | mfcc | 9.0 |
    <BLANKLINE>
    """
    folder = Path(folder)
    with atomic_open(folder / "table.csv") as file:
        csv.writer(file, lineterminator="\n").writerows(table)
    with atomic_open(folder / "table.md") as file:
        file.write(f"{markdown(table)}\n")
        file.writelines(f"\n{note}\n" for note in notes)
    with atomic_open(folder / "table.tex") as file:
        file.write(latex(table))


def markdown(table):
    """A table in Markdown.

    Arguments
    ---------
    table : list of list of str
        The heads of the columns first.

    Returns
    -------
    text : str

    Example
    -------
    >>> print(markdown([["encoder", "EER"], ["a|b", "9.0"]]))
    | encoder | EER |
    | --- | --- |
    | a\\|b | 9.0 |
    """
    lines = [table[0], ["---"] * len(table[0]), *table[1:]]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', _PIPE) for cell in line)} |"
        for line in lines
    )


def latex(table):
    r"""A table for LaTeX; its rules are those of the package booktabs.

    Example
    -------
    >>> print(latex([["encoder", "EER (95 %)"], ["a_b", "9.0"]]))
    \begin{tabular}{ll}
    \toprule
    encoder & EER (95 \%) \\
    \midrule
    a\_b & 9.0 \\
    \bottomrule
    \end{tabular}
    <BLANKLINE>
    """
    lines = [f"{' & '.join(map(_escape, line))} \\\\" for line in table]
    return "\n".join(
        [
            rf"\begin{{tabular}}{{{'l' * len(table[0])}}}",
            r"\toprule",
            lines[0],
            r"\midrule",
            *lines[1:],
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def _escape(cell):
    special = {c: f"\\{c}" for c in "&%$#_{}"} | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
    return "".join(special.get(character, character) for character in cell)
