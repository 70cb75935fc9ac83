"""The plugin side of Millrace for Python: `python3 millrace_plugin.py plugin.py` serves the functions of that file.

One file, no dependency, Python 3.8 or newer. The contract stands in docs/guide/plugins.md.
"""

import asyncio
import importlib.util
import inspect
import json
import os
import sys
import threading
import traceback


class BusinessError(Exception):
    """The work cannot succeed as it is; it is not tried again."""

    kind = "business"

    def __init__(self, code, message=None):
        super().__init__(message or code)
        self.code = code
        self.retry = False


class ApplicationError(Exception):
    """The work may succeed later."""

    kind = "application"

    def __init__(self, code, message=None, retry=True):
        super().__init__(message or code)
        self.code = code
        self.retry = retry


class Context(dict):
    """What the host says of an invocation (`context["job"]`, `context["secrets"]`), and the ways to speak to it."""

    def __init__(self, message, answer):
        super().__init__(message.get("context") or {})
        self.function = message["function"]
        self.cancelled = threading.Event()
        self._id = message["id"]
        self._answer = answer

    def progress(self, fraction, message=""):
        self._answer({"type": "progress", "id": self._id, "fraction": fraction, "message": message})

    def log(self, message, level="info"):
        self._answer({"type": "log", "id": self._id, "level": level, "message": str(message)})


def take_output():
    """The real standard output, for messages alone; whatever prints from here on lands in the log."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    return out


def serve(functions, out=None):
    """Serves functions by name until the standard input ends. A function named `main` serves every other name."""
    out = out or take_output()
    lock = threading.Lock()
    running = {}

    def answer(message):
        data = (json.dumps(message) + "\n").encode()
        with lock:
            while data:
                data = data[out.write(data):]

    def invoke(message, context):
        id, name = message["id"], message["function"]
        try:
            function = functions.get(name) or functions.get("main")
            if function is None:
                raise BusinessError("function_unknown", "there is no function " + name)
            wants_context = len(inspect.signature(function).parameters) > 1
            output = function(message.get("input"), context) if wants_context else function(message.get("input"))
            if inspect.iscoroutine(output):
                output = asyncio.run(output)
            answer({"type": "ok", "id": id, "output": output})
        except BaseException as error:
            if not hasattr(error, "kind"):
                traceback.print_exc()
            answer({"type": "error", "id": id, "error": {
                "kind": getattr(error, "kind", "application"),
                "code": str(getattr(error, "code", "failed")),
                "message": str(error) or type(error).__name__,
                "retry": getattr(error, "retry", True),
            }})
        finally:
            running.pop(id, None)

    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "probe":
            answer({"type": "ok", "id": message["id"], "output": {
                "name": os.environ.get("MILLRACE_PACKAGE_NAME", ""),
                "version": os.environ.get("MILLRACE_PACKAGE_VERSION", ""),
                "protocol": 1,
                "functions": sorted(functions),
            }})
        elif message["type"] == "invoke":
            context = running[message["id"]] = Context(message, answer)
            threading.Thread(target=invoke, args=(message, context), daemon=True).start()
        elif message["type"] == "cancel" and message["id"] in running:
            running[message["id"]].cancelled.set()
        elif message["type"] == "shutdown":
            break
    sys.stdout.flush()
    os._exit(0)


def load(path):
    """The functions that a file defines itself."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("plugin", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == "plugin" and not name.startswith("_")
    }


if __name__ == "__main__":
    sys.modules["millrace_plugin"] = sys.modules["__main__"]
    output = take_output()
    serve(load(sys.argv[1]), output)
