"""sink.py - what the mocks share: one port, one log of JSON lines, one clean end.

A mock is given port 0, prints the port it got as its first line, and exits 0 on
SIGTERM. Each line of the log is one thing that came, whole.
"""
import argparse
import json
import signal
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def arguments(doc):
    p = argparse.ArgumentParser(description=doc)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--log", help="append what comes here as JSON lines")
    return p


class Log:
    """JSON lines; a line is there whole or not at all."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.lock = threading.Lock()

    def write(self, **fields):
        fields = {"at": time.time(), **fields}
        with self.lock:
            if self.file:
                self.file.write(json.dumps(fields, ensure_ascii=False) + "\n")
                self.file.flush()


def end_on_sigterm():
    def end(_signal, _frame):
        sys.stdout.flush()
        # Handlers may hang on purpose: nobody is waited for.
        import os

        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def say_port(port):
    print(port, flush=True)


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with the misbehaviours that receivers show."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status in (204, 304):
            body = b""  # they have none
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def misbehave(self, how):
        """hang, reset, close, half, garbage: True if `how` is one of them."""
        if how == "hang":
            time.sleep(3600)
        elif how == "reset":
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self.connection.close()
        elif how == "close":
            pass
        elif how == "half":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"errcode":')
            self.wfile.flush()
        elif how == "garbage":
            self.answer(200, bytes(range(256)) * 4096)
        else:
            return False
        self.close_connection = True
        return True


def serve(args, handler):
    """Serves until SIGTERM."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 1024

        def handle_error(self, _request, _address):
            pass  # a peer that went away is what the tests are about

    end_on_sigterm()
    server = Server((args.host, args.port), handler)
    say_port(server.server_address[1])
    server.serve_forever()
