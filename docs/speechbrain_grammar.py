"""SpeechBrain's docstrings, in the words that the site's parser knows."""

import griffe

# Their sections are NumPy's but for these names
_SECTIONS = {
    "Arguments\n---------": "Parameters\n----------",
    "Example\n-------": "Examples\n--------",
}


class SpeechBrainGrammar(griffe.Extension):
    """Renames the sections before they are parsed."""

    def on_object(self, *, obj, **_):
        """Called of every module, class and function."""
        if obj.docstring:
            for ours, numpys in _SECTIONS.items():
                obj.docstring.value = obj.docstring.value.replace(ours, numpys)
