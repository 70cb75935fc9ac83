import os
import sys

from millrace_plugin import ApplicationError, BusinessError


def echo(input):
    return input


def progress(input, context):
    context.progress(0.5, "half")
    context.log("a warning", "warn")


def wait(input, context):
    context.cancelled.wait(30)
    return {"stopped": True}


def business(input):
    raise BusinessError("no_street", "There is no such street")


def application(input):
    raise ApplicationError("try_later", "Not now")


def fail(input):
    raise ValueError("boom")


async def files(input, context):
    with open(os.path.join(context["directory"], "in.txt"), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(context["directory"], "out.txt"), "w", encoding="utf-8") as file:
        file.write(text.upper())


def stray(input):
    sys.stdout.write("stray without end")
    print("\nstray line")
    return {"printed": True}


def big(input):
    return "x" * input["size"]


def crash(input):
    os._exit(3)


def context(input, context):
    key = len(context["secrets"]["key"])
    return {"job": context["job"], "attempt": context["attempt"], "language": context["config"]["language"], "key": key}
