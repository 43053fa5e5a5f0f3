"""What a test upload tells on its way: the object, the run, its tasks and their lines, how it ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from s3ecs.report import links
from s3ecs.report.text import count, visible
from s3ecs.runs.run import SUCCEEDED

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.report.talk import Talk
    from s3ecs.runs.dead_letters import DeadLetter
    from s3ecs.runs.run import Run
    from s3ecs.runs.task import Task
    from s3ecs.runs.upload import Upload


class TrialReport:
    """Listens to one test upload; the container's lines go to standard output, all else is talk."""

    def __init__(self, talk: Talk, environment: Environment) -> None:
        self.talk, self.environment = talk, environment
        self._job = ""

    def upload(self, bucket: str, upload: Upload) -> None:
        """The object is about to be sent."""
        what = "generated lines" if upload.source is None else str(upload.source)
        where = f"s3://{bucket}/{upload.key}"
        self.talk.say(f"uploading {visible(what)} to {visible(where)} ({count(upload.size, 'byte')})")
        self.talk.event("upload", bucket=bucket, key=upload.key, size=upload.size)

    def again(self) -> None:
        """Nothing has come of it so far; it is about to be sent once more."""
        self.talk.say("  no run yet; a new bucket begins to deliver after about five minutes: sending it again")
        self.talk.event("upload again")

    def run(self, run: Run, job: str) -> None:
        """The run of the object has started."""
        self._job = job
        url = links.of_run(self.environment, run.arn)
        self.talk.say(f"run {visible(run.name)} of {job} has started")
        if url is not None:
            self.talk.say(f"  {links.shown('the run in the console', url)}")
        self.talk.event("run", name=run.name, job=job, key=run.key, url=url)

    def task(self, task: Task) -> None:
        """A try has begun, or its task is in another state."""
        self.talk.say(f"  task {task.id} {task.status.lower()}")
        self.talk.event("task", id=task.id, status=task.status, exit_code=task.exit_code)

    def line(self, words: str) -> None:
        """The container printed a line."""
        if self.talk.as_json:
            self.talk.event("line", of=self._job, line=words)
        else:
            print(visible(words, keep="\t"), flush=True)  # noqa: T201 - the data of this command

    def end(self, run: Run, code: int | None) -> None:
        """The run has ended, its last container with ``code``."""
        self.talk.event("end", name=run.name, status=run.status, exit_code=code, error=run.error, cause=run.cause)
        if run.status == SUCCEEDED:
            self.talk.say(f"the run succeeded{'' if code is None else f', exit code {code}'}")
            return
        status = {"FAILED": "failed", "TIMED_OUT": "timed out", "ABORTED": "was stopped"}.get(run.status, run.status)
        self.talk.say(f"the run {status}{f': {visible(run.error)}' if run.error else ''}")
        why = _why(run) if code is None else f"exit code {code}"
        if why:
            self.talk.say(f"  {visible(why)}")

    def dead_letter(self, letter: DeadLetter) -> None:
        """An event that could not start its run."""
        self.talk.event("dead letter", rule=letter.rule, key=letter.key, code=letter.code, message=letter.message)
        self.talk.say(visible(f"  dead letter of {letter.rule}: {letter.code}: {letter.message} ({letter.key})"))

    def nothing(self, upload: Upload, seconds: float) -> None:
        """Nothing has started, as it should be."""
        self.talk.say(f"nothing started within {seconds:g} s, as expected")
        self.talk.event("nothing started", key=upload.key)


def _why(run: Run) -> str:
    """What the stopped task says of itself, else the cause as it is."""
    try:
        task = json.loads(run.cause)
    except ValueError:
        return run.cause
    return str(task.get("StoppedReason", run.cause)) if isinstance(task, dict) else run.cause
