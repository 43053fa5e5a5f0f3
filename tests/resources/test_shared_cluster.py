"""A cluster goes with the stack's own tasks; with something of others in it, it stays and nothing of theirs stops."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import Refused
from s3ecs.local import programs
from s3ecs.local.programs import Program
from s3ecs.resources.owned import STACK_TAG, to_pairs
from tests.local.chain import wait_for

from .scene import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.aws.session import Aws
    from s3ecs.local.home import Home

    from .scene import Scene

FOREVER = Program((sys.executable, "-c", "import time; time.sleep(600)"), "/")


class Tasks:
    """Starts tasks of a stack's, and ends all of them in the end."""

    def __init__(self, aws: Aws, home: Home) -> None:
        self.aws, self.home = aws, home
        (self.subnet, *_) = (each["SubnetId"] for each in aws.ec2.describe_subnets()["Subnets"])
        self.begun: list[tuple[str, str]] = []

    def begin(self, cluster: str, stack: str) -> str:
        """A task of the family STACK-x that runs; returns its ARN."""
        family = f"{stack}-x"
        programs.save(self.home, stack, {family: {"main": FOREVER}})
        self.aws.ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[{"name": "main", "image": "i"}],
            tags=to_pairs({STACK_TAG: stack}, "key", "value"),
        )
        network = {"awsvpcConfiguration": {"subnets": [self.subnet]}}
        ran = self.aws.ecs.run_task(
            cluster=cluster, taskDefinition=family, launchType="FARGATE", networkConfiguration=network
        )
        task = str(ran["tasks"][0]["taskArn"])
        self.begun.append((cluster, task))
        wait_for(lambda: self.status(cluster, task) == "RUNNING")
        return task

    def status(self, cluster: str, task: str) -> str:
        """RUNNING, STOPPED, or what is between."""
        return str(self.aws.ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]["lastStatus"])

    def end(self, cluster: str, task: str) -> None:
        """Stop one that may have stopped."""
        self.aws.ecs.stop_task(cluster=cluster, task=task)
        wait_for(lambda: self.status(cluster, task) == "STOPPED")


@pytest.fixture
def tasks(aws: Aws, home: Home) -> Iterator[Tasks]:
    tasks = Tasks(aws, home)
    yield tasks
    for cluster, task in tasks.begun:
        tasks.end(cluster, task)


@contextmanager
def when_services_have_been_listed(aws: Aws, do: Callable[[], Any]) -> Iterator[None]:
    """The first look at what others have in the cluster is over, or about to be."""
    event, todo = "after-call.ecs.ListServices", [do]

    def once(**_: Any) -> None:
        if todo:
            todo.pop()()

    aws.ecs.meta.events.register(event, once)
    try:
        yield
    finally:
        aws.ecs.meta.events.unregister(event, once)


def test_the_stacks_own_tasks_are_stopped_also_when_their_definition_has_been_deleted(
    scene: Callable[[str, str], Scene], tasks: Tasks
) -> None:
    host = scene("cluster", "host-alone")
    host.up()
    task = tasks.begin(host.name, host.stack)
    definition = f"{host.stack}-x:1"
    tasks.aws.ecs.deregister_task_definition(taskDefinition=definition)
    tasks.aws.ecs.delete_task_definitions(taskDefinitions=[definition])
    host.delete()
    assert tasks.status(host.name, task) == "STOPPED"
    assert host.read() is None


def test_a_guest_that_came_since_the_plan_goes_on_and_keeps_the_cluster(
    scene: Callable[[str, str], Scene], tasks: Tasks
) -> None:
    host = scene("cluster", "host")
    host.up()
    guests = tasks.begin(host.name, "host-b")
    with pytest.raises(Refused, match="it has tasks of others by now, so it is kept"):
        host.delete()
    assert tasks.status(host.name, guests) == "RUNNING"
    assert host.read() is not None


def test_a_guest_that_comes_while_the_stacks_own_tasks_are_stopped_goes_on(
    scene: Callable[[str, str], Scene], tasks: Tasks, hurried: list[str]
) -> None:
    host = scene("cluster", "host-late")
    host.up()
    own = tasks.begin(host.name, host.stack)
    guests: list[str] = []
    with (
        when_services_have_been_listed(host.aws, lambda: guests.append(tasks.begin(host.name, "guest"))),
        pytest.raises(Refused, match="it has tasks of others by now, so it is kept"),
    ):
        host.delete()
    assert [tasks.status(host.name, each) for each in (own, *guests)] == ["STOPPED", "RUNNING"]
    assert f"the tasks of cluster {host.name} to leave" in hurried
    assert host.read() is not None


def test_services_of_others_keep_their_cluster(scene: Callable[[str, str], Scene]) -> None:
    host = scene("cluster", "host-of-services")
    host.up()
    ecs = host.aws.ecs
    containers = [{"name": "main", "image": "i", "memory": 128}]
    ecs.register_task_definition(family="serving", containerDefinitions=containers)
    ecs.create_service(cluster=host.name, serviceName="theirs", taskDefinition="serving", desiredCount=0)
    assert type(host.subject).serves(host.aws.fresh(), host.name) == "services of others"
    with pytest.raises(Refused, match="it has services of others by now, so it is kept"):
        host.delete()
    assert host.read() is not None
    ecs.delete_service(cluster=host.name, service="theirs")
    host.delete()
    assert host.read() is None


def test_machines_of_others_keep_their_cluster(scene: Callable[[str, str], Scene]) -> None:
    host = scene("cluster", "host-of-machines")
    described = {"clusterName": host.name, "status": "ACTIVE", "registeredContainerInstancesCount": 1}
    with answering(host.aws.ecs, "DescribeClusters", "", http=200, clusters=[described]):
        assert type(host.subject).serves(host.aws.fresh(), host.name) == "container instances of others"
