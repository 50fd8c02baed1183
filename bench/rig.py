"""rig.py - what the benches share: a fresh server of either kind, and how figures are shown."""
import http.client
import importlib.machinery
import importlib.util
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class NoResult(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One process on a folder of its own; gone at the end of the `with`."""

    def __init__(self, name, build, sink=None, wait="0s"):
        """sink: a port; alerts with told="yes" go there, each by itself, after `wait`."""
        self.name, self.build, self.sink, self.wait = name, build, sink, wait

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="belfry-bench-")
        self.port = free_port()
        self.log = open(os.path.join(self.dir, "log"), "w+")
        self.command = getattr(self, self.name)()
        self.process = subprocess.Popen(self.command, stdout=self.log,
                                        stderr=subprocess.STDOUT)
        try:
            self.await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def file(self, name, content):
        path = os.path.join(self.dir, name)
        with open(path, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            json.dump(content, f)  # JSON is YAML
        return path

    def belfry(self):
        config = self.file("belfry.yml", {
            "listen": f"127.0.0.1:{self.port}",
            "data_dir": os.path.join(self.dir, "data"),
            "log_level": "error",
            "accounts": [{"name": "default"}],
            "routes": [{"name": "null", "matchers": ['told!="yes"'], "group_by": ["instance"],
                        "group_wait": "20m", "webhooks": ["http://127.0.0.1:9/never"]},
                       {"name": "told", "matchers": ['told="yes"'], "group_by": ["..."],
                        "group_wait": self.wait, "webhooks": [self.sink_url()]}],
        })
        return [os.path.join(self.build, "belfry"), "serve", "--config", config]

    def alertmanager(self):
        config = self.file("alertmanager.yml", {
            "route": {"receiver": "null", "group_by": ["instance"], "group_wait": "20m",
                      "routes": [{"receiver": "told", "matchers": ['told="yes"'],
                                  "group_by": ["..."], "group_wait": self.wait}]},
            "receivers": [{"name": "null"},
                          {"name": "told", "webhook_configs": [{"url": self.sink_url()}]}],
        })
        return ["prometheus-alertmanager", f"--config.file={config}",
                f"--storage.path={os.path.join(self.dir, 'data')}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=",
                "--log.level=error"]

    def sink_url(self):
        return f"http://127.0.0.1:{self.sink or 9}/"

    def words(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-2000:]

    def await_ready(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise NoResult(f"{self.name} ended: {self.words()}")
            try:
                if self.get("/-/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise NoResult(f"{self.name} is not ready after 30 s: {self.words()}")

    def get(self, path):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            c.request("GET", path)
            answer = c.getresponse()
            return answer.status, answer.read()
        finally:
            c.close()

    def cpu(self):
        """Seconds of all its threads: Linux makes a process's clock of its pid so."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def resident(self):
        """MB of it in memory now."""
        with open(f"/proc/{self.process.pid}/statm") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def post(self, first, count, batch, connections, started, *more):
        done = subprocess.run(
            [os.path.join(self.build, "bench", "loadgen"), "-p", str(self.port),
             "-i", str(self.process.pid), "-s", str(started), "-f", str(first),
             "-n", str(count), "-b", str(batch), "-c", str(connections), *more],
            stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise NoResult(f"{self.name}: the load failed: {done.stdout}")
        out = json.loads(done.stdout)
        if out["other"] != 0 or out["alerts"] != count:
            raise NoResult(f"{self.name}: took {out['alerts']} of {count} alerts")
        return out

    def tell(self, first, count, rate, started):
        """Alerts that go to the sink, which is the sender (told.c); each has to, once."""
        done = subprocess.run(
            [os.path.join(self.build, "bench", "told"), "-p", str(self.port),
             "-i", str(self.process.pid), "-w", str(self.sink), "-s", str(started),
             "-f", str(first), "-n", str(count), "-r", str(rate)],
            stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise NoResult(f"{self.name}: telling failed: {done.stdout}")
        out = json.loads(done.stdout)
        if out["told"] != count or out["twice"] != 0:
            raise NoResult(f"{self.name}: told {out['told']} of {count}, {out['twice']} twice")
        return out

    def list(self, query, expected):
        """CPU and wall seconds of one GET that has to list so many alerts."""
        cpu, wall = self.cpu(), time.monotonic()
        status, body = self.get("/api/v2/alerts" + query)
        wall, cpu = time.monotonic() - wall, self.cpu() - cpu
        if status != 200:
            raise NoResult(f"{self.name}: GET {query}: {status} {body[:300]}")
        found = [a["labels"]["uid"] for a in json.loads(body)]
        if len(found) != expected or len(set(found)) != expected:
            raise NoResult(f"{self.name}: GET {query} lists {len(found)} alerts "
                           f"({len(set(found))} different), not {expected}")
        return cpu, wall

    def list_one(self, uid):
        """Medians of five GETs that list one alert, in ms: CPU and wall."""
        took = [self.list(f"?filter=uid%3D%22{uid:08d}%22", 1) for _ in range(5)]
        return [1000 * statistics.median(column) for column in zip(*took)]


def other(name):
    """A bench as a module: what it measures is measured by its code."""
    path = os.path.join(ROOT, "bench", name)
    loader = importlib.machinery.SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def figure(x):
    return f"{x:,.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def spread(values, mark=""):
    low, high = min(values), max(values)
    return f"{figure(statistics.median(values))}{mark} [{figure(low)}..{figure(high)}]"


def command_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=ROOT)
    except OSError:
        return "?"
    return done.stdout.strip().split("\n")[0]


def heading_of(what, load):
    return [f"Belfry {command_line('git', 'describe', '--always', '--dirty')}, {what}, "
            f"{time.strftime('%Y-%m-%d', time.gmtime())}",
            f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()}, "
            f"load average {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"]


def heading(pairs, load):
    beside = command_line('prometheus-alertmanager', '--version').split(' (')[0]
    return heading_of(f"beside {beside}, {pairs} pairs", load) + [
        "Median [least..most]; the ratio is the median of the pairs' ratios, above 1 where "
        "Belfry does better.", "",
        f"{'':50} {'unit':9} {'Alertmanager':26} {'Belfry':29} {'ratio':22} hold   aim"]


def table(rows, pairs, load):
    """rows: key, what, unit, more is better, hold, aim; pairs: (theirs, ours) by key."""
    lines = heading(len(pairs), load)
    for key, what, unit, more, hold, aim in rows:
        theirs, ours = [p[0][key] for p in pairs], [p[1][key] for p in pairs]
        ratios = [o / t if more else t / o for t, o in zip(theirs, ours) if t and o]
        ratio = spread(ratios, "x") if len(ratios) == len(pairs) else "-"
        lines.append(f"{what:50} {unit:9} {spread(theirs):26} {spread(ours):29} "
                     f"{ratio:22} {hold:6} {aim}".rstrip())
    return "\n".join(lines) + "\n"


def keep(name, text):
    path = os.path.join(ROOT, "bench", "results", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    print("\n" + text, end="")
