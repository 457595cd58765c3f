"""No request ever publishes to the broker, no task retries or waits there, and a lost tick costs one tick."""

import ast
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as HungUp

from tests.faults.line import Line
from tests.test_house import MODULES, TREES, imports, names_imported
from wecops.celery import app

LATER = {"autoretry_for", "countdown", "eta", "max_retries", "retry_backoff"}


def below(*modules):
    """Everything that these modules import, and what that imports, to the ground."""
    found, waiting = set(), [*modules]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [name for name, _, _ in imports(module)]
    return found


def test_no_address_leads_to_a_task():
    addresses = [module for module in MODULES if module.endswith(".urls")]

    reached = below(*addresses, "wecops.context_processors", "wecops.middleware", "wecops.wsgi")

    assert "chats.views" in reached
    assert reached & {"accounts.tasks", "chats.tasks", "wecops.celery"} == set()
    assert [module for module in reached for name, _ in names_imported(module) if name.split(".")[0] == "celery"] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_rows_and_not_the_broker_say_when(module):
    nodes = list(ast.walk(TREES[module]))
    keywords = [node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg in LATER]
    retries = [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == "retry"]

    assert (keywords, retries) == ([], [])


def test_a_tick_waits_no_longer_than_a_row_is_lent_before_work_begins():
    table = app.conf.beat_schedule
    told = {name: (each["task"], each["schedule"], each["options"]) for name, each in table.items()}

    assert told == {
        "plan": ("chats.plan", 2.0, {"expires": 3.0}),
        "post": ("accounts.post", 2.0, {"expires": 2.0}),
        "blog": ("blog.plan", 10.0, {"expires": 3.0}),
        "empty": ("accounts.empty", 3600.0, {"expires": 3600.0}),
        "empty-comments": ("blog.empty", 3600.0, {"expires": 3600.0}),
    }


def test_an_absent_broker_is_asked_every_two_seconds(monkeypatch):
    """Not every thirty in the end: work must go on within twenty seconds of its return, however long it was away."""
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    waits, ask = [], app.connection_for_read("redis://127.0.0.1:1/0").ensure_connection

    def note(error, seconds):
        waits.append(seconds)
        if len(waits) == 4:
            raise error

    with pytest.raises(OperationalError):
        ask(note)

    assert waits == [2, 2, 2, 2]


def test_a_hand_is_free_again_though_the_broker_went_away_before_it_was_told():
    """Or a worker whose hands are all taken so would ask for nothing more, and never notice that the broker is back."""
    broker = urlsplit(settings.CELERY_BROKER_URL)
    line = Line(broker.port)
    address = broker._replace(netloc=f"{broker.netloc.rpartition(':')[0]}:{line.port}").geturl()
    with app.connection_for_read(address) as wire, wire.SimpleQueue("only-here") as queue:
        queue.consumer.qos(prefetch_count=1)
        for number in range(2):
            queue.put(number)
        message = queue.get(timeout=5)
        queue.queue.purge()
        full = queue.channel.qos.can_consume()
        line.close()
        with pytest.raises(HungUp):
            message.ack()

        assert (full, queue.channel.qos.can_consume()) == (False, True)


def test_the_settings_reach_celery():
    told = {
        "acks": app.conf.task_acks_late,
        "lost": app.conf.task_reject_on_worker_lost,
        "ahead": app.conf.worker_prefetch_multiplier,
        "result": (app.conf.task_ignore_result, app.conf.result_backend),
        "content": (app.conf.task_serializer, app.conf.accept_content),
        "stop": (app.conf.worker_soft_shutdown_timeout, app.conf.worker_enable_soft_shutdown_on_idle),
        "lost connection": app.conf.worker_cancel_long_running_tasks_on_connection_loss,
        "memory": (app.conf.worker_max_tasks_per_child, app.conf.worker_max_memory_per_child),
        "remote control": app.conf.worker_enable_remote_control,
        "broker": app.conf.broker_transport_options == settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "patience": (app.conf.broker_connection_retry_on_startup, app.conf.broker_connection_max_retries),
    }

    assert told == {
        "acks": True,
        "lost": True,
        "ahead": 1,
        "result": (True, None),
        "content": ("json", ["json"]),
        "stop": (20, True),
        "lost connection": True,
        "memory": (1000, 300_000),
        "remote control": False,
        "broker": True,
        "patience": (True, None),
    }
