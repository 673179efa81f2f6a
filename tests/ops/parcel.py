"""A Celery application of two lines on the embedded broker, for tests that need a worker but no Django."""

import os
from pathlib import Path

from celery import Celery

app = Celery("parcel", fixups=[])
app.conf.update(
    broker_url="vorsprung://",
    broker_transport="config.transport:Transport",
    broker_transport_options={"folder": os.environ["PARCEL_FOLDER"], "polling_interval": 0.05},
    task_default_queue="live",
    task_ignore_result=True,
    worker_enable_remote_control=False,
)


@app.task(name="parcel.deliver")
def deliver(*, line):
    """Append the line to the file that the environment names."""
    with Path(os.environ["PARCEL_OUTPUT"]).open("a") as output:
        output.write(f"{line}\n")
