"""The walls around a worker: every way out is tried from inside, at each level that is reached."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ingest_escapes import ESCAPES, Target
from ingest_papers import drawn_pdf, entry

from preaudit.errors import SandboxError
from preaudit.ingest import Workshop, open_file
from preaudit.ingest.records import EVENTS, Job, Tried
from preaudit.ingest.room import Room, sweep
from preaudit.ingest.walls import Wall, bubblewrapped, readable_places
from preaudit.settings import Limits

_HERE = Path(__file__).parent
_ALL = frozenset(Wall)
_WITHOUT_NAMESPACES = _ALL - {Wall.NAMESPACES}
_LIMITS_ONLY = frozenset({Wall.LIMITS})
_BARRED_BY_LIMITS = (
    "inherit the environment",
    "open many files",
    "write a huge file",
    "take all memory",
    "raise its limits",
)
"""What level 1 promises on any Linux. (Root may raise its own limits until a filter forbids it.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a worker could do harm to, and whether it did."""

    folder: Path
    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket
    abstract: socket.socket

    def target(self, probe: str) -> Target:
        """Return what a probe is told."""
        return Target(
            probe=probe,
            port=self.tcp.getsockname()[1],
            udp=self.udp.getsockname()[1],
            unix=str(self.folder / "socket"),
            secret=str(self.folder / "secret"),
            victim=str(self.folder / "victim"),
            pid=os.getpid(),
        )

    def harm(self) -> list[str]:
        """Return what came about outside."""
        found = [name for name in os.listdir(self.folder) if name not in {"socket", "work"}]  # noqa: PTH208
        said = [f"file {name}" for name in set(found) - {"secret", "victim"}]
        if (self.folder / "victim").read_text() != "untouched":
            said.append("a changed file")
        for name, listener in (("TCP", self.tcp), ("unix", self.unix), ("abstract", self.abstract)):
            try:
                listener.accept()[0].close()
                said.append(f"a connection by {name}")
            except BlockingIOError:
                continue
        try:
            self.udp.recv(100)
            said.append("a packet")
        except BlockingIOError:
            pass
        return said


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """Things outside of the worker: files, listeners, and a secret in the environment."""
    monkeypatch.setenv("PREAUDIT_TEST_SECRET", "known to the parent alone")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "victim").write_text("untouched")
    (tmp_path / "work").mkdir()
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "socket"))
    abstract.bind("\0" + str(tmp_path / "socket"))
    for listener in (unix, abstract):
        listener.listen()
    for one in (tcp, udp, unix, abstract):
        one.setblocking(False)  # noqa: FBT003  # the name says it
    yield Outside(folder=tmp_path, tcp=tcp, udp=udp, unix=unix, abstract=abstract)
    for one in (tcp, udp, unix, abstract):
        one.close()


@pytest.fixture(scope="module")
def workshops() -> Iterator[dict[frozenset[Wall], Workshop]]:
    """One workshop for each set of walls."""
    opener = "ingest_escapes:escape"
    made = {
        walls: Workshop(opener=opener, search_path=(_HERE,), walls=walls)
        for walls in (_ALL, _WITHOUT_NAMESPACES, _LIMITS_ONLY)
    }
    yield made
    for workshop in made.values():
        workshop.close()


def _barred(probe: str, workshop: Workshop, outside: Outside) -> bool:
    """Try a way out; a worker that dies of it is barred from it."""
    path = outside.folder / "work" / "paper"
    path.write_text(json.dumps(outside.target(probe)), "utf-8")
    ending = workshop.run(_job(workshop, path, outside.folder / "work"))
    told = [EVENTS.validate_json(line) for line in ending.lines]
    tried = [event for event in told if isinstance(event, Tried)]
    assert tried or ending.how != "finished", ending
    return all(event.barred for event in tried)


def _job(workshop: Workshop, path: Path, out: Path) -> Job:
    return Job(
        opener=workshop.opener,
        path=str(path),
        out=str(out),
        first_page=1,
        image_mpx=1,
        image_frames=1,
        pdf_pages=1,
        render_mpx=1,
        inflated_mb=1,
        inflation_ratio=2,
        memory_mb=1024,
        file_timeout_s=10,
        page_timeout_s=10,
    )


@pytest.mark.parametrize("probe", ESCAPES)
def test_no_way_out_at_level_2(
    probe: str, workshops: dict[frozenset[Wall], Workshop], outside: Outside
) -> None:
    """Behind all walls every way out is barred and nothing comes about outside."""
    workshop = workshops[_ALL]
    standing = workshop.standing()
    if standing.level < 2:
        pytest.skip(f"level 2 is not reached here: {standing}")
    assert _barred(probe, workshop, outside)
    assert outside.harm() == []


@pytest.mark.parametrize("probe", ESCAPES)
def test_no_way_out_without_namespaces(
    probe: str, workshops: dict[frozenset[Wall], Workshop], outside: Outside
) -> None:
    """Where namespaces are refused, as in many containers, the other walls still hold."""
    workshop = workshops[_WITHOUT_NAMESPACES]
    standing = workshop.standing()
    if not {Wall.SECCOMP, Wall.LANDLOCK} <= set(standing.walls):
        pytest.skip(f"not reached here: {standing}")
    assert standing.level == 1
    assert _barred(probe, workshop, outside)
    assert outside.harm() == []


@pytest.mark.parametrize("probe", _BARRED_BY_LIMITS)
def test_limits_hold_on_any_machine(
    probe: str, workshops: dict[frozenset[Wall], Workshop], outside: Outside
) -> None:
    """Level 1 bars what the kernel's limits and a clean environment can bar."""
    if probe == "raise its limits" and os.geteuid() == 0:
        pytest.skip("root may raise its limits unless a filter of system calls stands")
    assert _barred(probe, workshops[_LIMITS_ONLY], outside)


def test_the_tests_see_an_escape(
    workshops: dict[frozenset[Wall], Workshop], outside: Outside
) -> None:
    """Without walls the same probes get out, and what they do outside is noticed."""
    workshop = workshops[_LIMITS_ONLY]
    for probe in ("connect by TCP", "send by UDP", "connect to a socket file", "write beside it",
                  "change another file", "connect to an abstract socket"):  # fmt: skip
        assert not _barred(probe, workshop, outside), probe
    assert len(outside.harm()) == 6


def test_the_self_test_tells_what_is_open() -> None:
    """A workshop with no walls but limits says so: level 1, and which ways are open."""
    workshop = Workshop(walls=_LIMITS_ONLY)
    standing = workshop.standing()
    workshop.close()
    assert standing.level == 1
    assert {"network", "passwords", "write outside", "programs"} <= set(standing.open_ways)
    assert "memory" not in standing.open_ways
    assert "level 1" in str(standing)


def test_a_level_can_be_required() -> None:
    """Below the level that is required, nothing is opened; the message says what is missing."""
    workshop = Workshop(walls=_LIMITS_ONLY)
    workshop.require(1)
    with pytest.raises(SandboxError, match="level 1") as error:
        workshop.require(2)
    workshop.close()
    assert error.value.code == "sandbox_too_weak"


def test_a_machine_without_bubblewrap_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where bubblewrap is missing or refused, files still open, one level down, with the reason."""
    for path, reason in (("", "not installed"), (str(tmp_path), "user namespaces")):
        (tmp_path / "bwrap").write_text("#!/bin/sh\necho no user namespaces here >&2; exit 1\n")
        (tmp_path / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", path)
        workshop = Workshop()
        standing = workshop.standing()
        opened = open_file(
            entry(tmp_path, drawn_pdf()), limits=Limits(), workdir=tmp_path, workshop=workshop
        )
        workshop.close()
        assert opened.source is not None
        assert standing.level == 1
        assert any(reason in one for one in standing.missing), standing


def test_a_deadly_workshop_notices_every_forbidden_call(outside: Outside) -> None:
    """With calls that kill, a worker that tries to connect dies of it by the signal for that."""
    workshop = Workshop(opener="ingest_escapes:escape", search_path=(_HERE,), deadly=True)
    if Wall.SECCOMP not in workshop.standing().walls:
        pytest.skip(str(workshop.standing()))
    path = outside.folder / "work" / "paper"
    path.write_text(json.dumps(outside.target("connect by TCP")), "utf-8")
    ending = workshop.run(_job(workshop, path, outside.folder / "work"))
    workshop.close()
    assert ending.how == "died"
    assert ending.detail == "SIGSYS"


def test_a_worker_is_replaced_after_any_failure(outside: Outside) -> None:
    """A worker whose child died is not used again."""
    workshop = Workshop(opener="ingest_escapes:escape", search_path=(_HERE,))
    workshop.standing()
    first = workshop._idle[0]
    path = outside.folder / "work" / "paper"
    path.write_text("not what the opener expects")
    workshop.run(_job(workshop, path, outside.folder / "work"))
    assert workshop._idle == [first]  # an error in an opener is an answer like any other
    crash = {"opener": "ingest_openers:crashing"}
    ending = workshop.run(_job(workshop, path, outside.folder / "work").model_copy(update=crash))
    assert ending.how == "died"
    assert workshop._idle == []
    assert not first.alive
    workshop.close()


def test_a_room_gives_out_plain_files_alone(tmp_path: Path) -> None:
    """Links, folders, devices and odd names that a worker leaves behind are not taken."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "paper.pdf").write_bytes(b"x")
    (tmp_path / "taken").mkdir()
    room = Room()
    job = _job(Workshop(), tmp_path / "paper.pdf", tmp_path / "taken")
    seen = room.put(job)
    out = Path(seen.out)
    (out / "page-1.json").symlink_to(tmp_path / "secret")
    (out / "page-2.json").mkdir()
    os.mkfifo(out / "page-3.json")
    (out / "Page 4").write_text("x")
    (out / "page-5.json").write_text("good")
    room.take(job)
    assert os.listdir(tmp_path / "taken") == ["page-5.json"]  # noqa: PTH208
    assert list(out.iterdir()) == []
    room.close()
    assert not room.folder.exists()


def test_rooms_of_a_killed_process_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process that was killed left behind is removed by the next; what is held is not."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    orphan = tmp_path / "preaudit-room-orphan"
    orphan.mkdir()
    room = Room()
    for folder in (orphan, room.folder):
        os.utime(folder, (0, 0))
    sweep()
    assert not orphan.exists()
    assert room.folder.exists()
    room.close()


_OWNER = """
import time
from preaudit.ingest import Workshop
workshop = Workshop()
workshop.standing()
worker = workshop._idle[0]
print(worker._process.pid, worker._room.folder, flush=True)
time.sleep(600)
"""


def _runs(pid: str) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def test_a_killed_owner_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When we are killed outright, the worker ends by itself and the next run removes its room."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", _OWNER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as owner:  # noqa: S603
        assert owner.stdout is not None
        pid, room = owner.stdout.readline().decode().split()
        owner.kill()
    for _ in range(200):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)
    os.utime(room, (0, 0))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sweep()
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_every_namespace(tmp_path: Path) -> None:
    """Each namespace is asked for by name, so that one that is refused cannot go unnoticed."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed here")
    words = bubblewrapped(["true"], room=tmp_path, readable=readable_places(()))
    for name in ("user", "ipc", "pid", "net", "uts"):
        assert f"--unshare-{name}" in words
    assert "--unshare-all" not in words
    assert "/etc" not in words
