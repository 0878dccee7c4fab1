"""Writes events.json: the event files of a run that was killed after 4 steps and resumed from step 2, made with
TensorBoard's protobuf classes and record writer, and the values that TensorBoard's reader returns for the two files.
Run: python make-events.py > events.json"""
import base64, io, json, os, sys, tempfile
import tensorboard
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


def scalars(run, step):
    """Returns the scalars of a step. grad_norm is the number of the run (1 or 2), which identifies the history."""
    return {"loss": 1 / step, "loss_smoothed": 0.5, "grad_norm": float(run), "learning_rate": 0.0, "images_per_second": 300.25}


def step_event(run, step):
    values = [summary_pb2.Summary.Value(tag=tag, simple_value=value) for tag, value in scalars(run, step).items()]
    return event_pb2.Event(wall_time=1000 * run + step / 8, step=step, summary=summary_pb2.Summary(value=values))


def image_event(run, step):
    image = summary_pb2.Summary.Image(height=1, width=1, colorspace=1, encoded_image_string=PNG)
    value = summary_pb2.Summary.Value(tag="samples", image=image)
    return event_pb2.Event(wall_time=1000 * run + step / 8, step=step, summary=summary_pb2.Summary(value=[value]))


def begin(run, step):
    events = [event_pb2.Event(wall_time=1000 * run, file_version="brain.Event:2")]
    if step:
        start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        events.append(event_pb2.Event(wall_time=1000 * run, step=step + 1, session_log=start))
    return events


def file_of(events):
    out = io.BytesIO()
    writer = RecordWriter(out)
    for event in events:
        writer.write(event.SerializeToString())
    return out.getvalue()


files = [
    file_of(begin(1, 0) + [step_event(1, s) for s in (1, 2, 3, 4)]),
    file_of(begin(2, 2) + [step_event(2, s) for s in (3, 300)] + [image_event(2, 300)]),
]
with tempfile.TemporaryDirectory() as folder:
    for n, data in enumerate(files):
        with open(os.path.join(folder, f"events.out.tfevents.{n + 1:010d}"), "wb") as f:
            f.write(data)
    reader = event_accumulator.EventAccumulator(folder)
    reader.Reload()
    read = {tag: [[e.step, e.value] for e in reader.Scalars(tag)] for tag in ("loss", "grad_norm")}
    images = [[e.step, e.width, e.height, e.encoded_image_string == PNG] for e in reader.Images("samples")]

json.dump(
    {
        "tensorboard": tensorboard.__version__,
        "png": base64.b64encode(PNG).decode(),
        "files": [base64.b64encode(data).decode() for data in files],
        "read": read,
        "images": images,
    },
    sys.stdout,
    indent=1,
)
print()
