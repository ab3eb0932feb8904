"""A service in a process of its own needs nothing of what the pages are made with."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.fixtures.waiting import until

# As if these were not installed: to import one fails.
WITHOUT_WEB = """
import sys

for name in ("babel", "fastapi", "jinja2", "multipart", "python_multipart", "starlette", "uvicorn"):
    sys.modules[name] = None
from presswatch_cli.main import main

sys.argv = ["presswatch", sys.argv[1]]
main()
"""


async def test_a_single_service_tells_its_health_without_the_extra_of_the_pages(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PATH": os.defpath,
        "PRESSWATCH_DATA": str(tmp_path),
        "PRESSWATCH_METRICS_BIND": bind,
    }
    command = [sys.executable, "-c", WITHOUT_WEB, "enrichment"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        await until(lambda: process.poll() is not None or answered(bind) is not None, within=60)
        assert answered(bind) == {"status": "alive"}
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said


def answered(bind: str) -> object:
    try:
        with urllib.request.urlopen(f"http://{bind}/livez", timeout=5) as answer:
            return json.load(answer)
    except urllib.error.URLError:
        return None
