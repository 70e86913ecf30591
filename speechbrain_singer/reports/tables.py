"""Tables as text: Markdown, CSV and LaTeX; and numbers as people read them."""

import statistics
from pathlib import Path

from speechbrain_singer.dataio.csv_files import csv_writer
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
    write_csv(folder / "table.csv", table)
    with atomic_open(folder / "table.md") as file:
        file.write(f"{markdown(table)}\n")
        file.writelines(f"\n{note}\n" for note in notes)
    with atomic_open(folder / "table.tex") as file:
        file.write(latex(table))


def write_csv(path, lines):
    """Writes a table as comma-separated values, whole or not at all.

    Arguments
    ---------
    path : str or Path
    lines : iterable of list
        The heads of the columns first.
    """
    with atomic_open(path) as file:
        csv_writer(file).writerows(lines)


def markdown(table):
    """A table in Markdown.

    Example
    -------
    >>> print(markdown([["encoder", "EER"], ["a|b", "9.0"]]))
    | encoder | EER |
    | --- | --- |
    | a\\|b | 9.0 |
    """
    lines = [table[0], ["---"] * len(table[0]), *table[1:]]
    return "\n".join(
        f"| {' | '.join(map(_in_a_line, line))} |" for line in lines
    )


def _in_a_line(cell):
    return " ".join(cell.splitlines()).replace("|", _PIPE)


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


def shown(value):
    """A number, an interval of two, or a text, as people read it.

    Example
    -------
    >>> shown(12.345), shown([1.0, 2.25]), shown(12345), shown(0.00123)
    ('12.35', '1.00 to 2.25', '12,345', '0.00123')
    """
    if isinstance(value, (list, tuple)):
        return " to ".join(map(shown, value))
    if isinstance(value, float):
        digits = ".2f" if abs(value) >= 1 or not value else ".3g"
        return f"{value:{digits}}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def mean_and_spread(values):
    """Mean and standard deviation as text; the mean alone of one value.

    Example
    -------
    >>> mean_and_spread([1.0, 2.0, 3.0]), mean_and_spread([2.26])
    ('2.0 ± 1.0', '2.3')
    """
    mean = f"{statistics.fmean(values):.1f}"
    if len(values) < 2:
        return mean
    return f"{mean} ± {statistics.stdev(values):.1f}"
