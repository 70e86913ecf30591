"""Pages as a reader finds them, without a browser."""

import json
from html.parser import HTMLParser

_VOID = ("meta", "img", "input")  # elements that have no end


class Page(HTMLParser):
    """Tags that close, texts, sources, and data for scripts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts, self.sources = [], [], [], []
        self.data = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in _VOID:
            self.open.append(tag)
        self.is_data = ("type", "application/json") in attributes
        for name, value in attributes:
            if name in ("src", "href"):
                self.sources.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["script"] and self.is_data:
            self.data.append(json.loads(data))
        elif data.strip():
            self.texts.append(data.strip())
