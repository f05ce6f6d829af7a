"""What people do at a Label Studio: push a corpus, submit annotations, sign up. Used by the tests in this folder."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from pinta.corpus.layout import Corpus
from pinta.label_studio.client import connect
from pinta.label_studio.push import push
from pinta.label_studio.server import Connection
from tiny import TinyCorpus


class Project:
    """A project on the server, and what people do in it."""

    def __init__(self, corpus: TinyCorpus, connection: Connection, title: str) -> None:
        self.tiny, self.connection, self.title = corpus, connection, title
        self.client = connect(connection)

    @property
    def corpus(self) -> Corpus:
        return self.tiny.corpus

    @property
    def id(self) -> int:
        return next(int(project.id) for project in self.client.projects.list() if project.title == self.title)

    def push(self, *articles: str, suggestions: str | None = "passes/alih", **options: Any) -> Any:
        folder = self.tiny.root / "annotations" / suggestions if suggestions else None
        return push(self.corpus, self.connection, articles or ["2031-anu/01"], title=self.title, suggestions=folder, **options)

    def tasks(self) -> dict[str, Any]:
        """Tasks by article; of a task that stands there twice, an assertion."""
        found = list(self.client.tasks.list(project=self.id, fields="all"))
        assert len({task.data["article"] for task in found}) == len(found)
        return {task.data["article"]: task for task in found}

    def results(self, article: str = "2031-anu/01") -> list[dict[str, Any]]:
        """The results of the one suggestion of a task."""
        (prediction,) = self.client.predictions.list(task=self.tasks()[article].id)
        return json.loads(json.dumps(prediction.result))  # type: ignore[no-any-return]

    def submit(self, results: list[dict[str, Any]], article: str = "2031-anu/01", **more: Any) -> int:
        """Submit an annotation as the owner does; returns the task's number."""
        task = int(self.tasks()[article].id)
        self.client.annotations.create(id=task, result=results, **more)
        return task


class Session:
    """A person with a browser: cookies and forms, no token."""

    def __init__(self, url: str) -> None:
        self.url, self.jar = url, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        return str(self.opener.open(self.url + path, timeout=60).read().decode())

    def post(self, path: str, fields: dict[str, str]) -> None:
        crumb = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        assert crumb
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": crumb[1]}).encode()
        self.opener.open(urllib.request.Request(self.url + path, body, {"Referer": self.url + path}), timeout=60)
