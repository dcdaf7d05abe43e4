"""Ways out of a worker, for the tests of its walls: an opener that tries one and tells."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict

from preaudit.ingest.records import Event, Job, Tried

_SYSCALLS = {
    "x86_64": {"ptrace": 101, "mount": 165, "unshare": 272, "keyctl": 250, "bpf": 321,
               "userfaultfd": 323, "io_uring_setup": 425, "perf_event_open": 298,
               "process_vm_readv": 310, "open_by_handle_at": 304, "memfd_create": 319},
    "aarch64": {"ptrace": 117, "mount": 40, "unshare": 97, "keyctl": 219, "bpf": 280,
                "userfaultfd": 282, "io_uring_setup": 425, "perf_event_open": 241,
                "process_vm_readv": 270, "open_by_handle_at": 265, "memfd_create": 279},
}[platform.machine()]  # fmt: skip
_PTRACE_SEIZE = 0x4206
_CLONE_NEWUSER = 0x10000000


class Target(TypedDict):
    """What a probe is to go for; it is written into the file that is opened."""

    probe: str
    port: int
    udp: int
    unix: str
    secret: str
    victim: str
    pid: int


def escape(job: Job) -> Iterator[Event]:
    """Try the way out that the file names."""
    target: Target = json.loads(Path(job.path).read_text("utf-8"))
    try:
        ESCAPES[target["probe"]](target, job)
    except (OSError, MemoryError, LookupError, ValueError):
        yield Tried(probe=target["probe"], barred=True)
    else:
        yield Tried(probe=target["probe"], barred=False)


def _system(name: str, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(libc.syscall(_SYSCALLS[name], *words))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def _passwords(_: Target, __: Job) -> None:
    Path("/etc/passwd").read_bytes()


def _secret(target: Target, _: Job) -> None:
    Path(target["secret"]).read_bytes()


def _home(_: Target, __: Job) -> None:
    found = [name for home in ("/home", "/root") for name in _listed(home) if name != ".pyenv"]
    if not [name for name in found if not _on_the_way(name)]:
        raise PermissionError


def _on_the_way(name: str) -> bool:
    """Tell whether a folder is only there because Python lies below it."""
    return any(f"/{name}/" in path for path in sys.path)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # the bare names are wanted
    except OSError:
        return []


def _overwrite_input(_: Target, job: Job) -> None:
    Path(job.path).write_text("changed")


def _overwrite_original(target: Target, _: Job) -> None:
    Path(target["victim"]).write_text("changed")


def _write_beside(target: Target, _: Job) -> None:
    Path(target["victim"]).with_name("planted").write_text("here")


def _write_to_package(_: Target, __: Job) -> None:
    place = Path(__file__).parent / "planted.py"
    place.write_text("")
    place.unlink()


def _tcp(target: Target, _: Job) -> None:
    socket.create_connection(("127.0.0.1", target["port"]), timeout=2).close()


def _udp(target: Target, _: Job) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"escaped", ("127.0.0.1", target["udp"]))


def _unix(target: Target, _: Job) -> None:
    with socket.socket(socket.AF_UNIX) as out:
        out.connect(target["unix"])


def _abstract(target: Target, _: Job) -> None:
    with socket.socket(socket.AF_UNIX) as out:
        out.connect("\0" + target["unix"])


def _listen(_: Target, __: Job) -> None:
    socket.create_server(("127.0.0.1", 0)).close()


def _ptrace(target: Target, _: Job) -> None:
    _system("ptrace", _PTRACE_SEIZE, target["pid"], 0, 0)


def _read_memory(target: Target, _: Job) -> None:
    Path(f"/proc/{target['pid']}/mem").open("rb").close()


def _environment_of_parent(target: Target, _: Job) -> None:
    for pid in (target["pid"], os.getppid(), 1):
        if b"PREAUDIT_TEST_SECRET" in Path(f"/proc/{pid}/environ").read_bytes():
            return
    raise PermissionError


def _own_environment(_: Target, __: Job) -> None:
    if "PREAUDIT_TEST_SECRET" not in os.environ:
        raise LookupError


def _processes_seen(_: Target, __: Job) -> None:
    if len([name for name in os.listdir("/proc") if name.isdigit()]) < 4:  # noqa: PTH208
        raise PermissionError


def _kill(target: Target, _: Job) -> None:
    os.kill(target["pid"], 0)


def _kill_worker(_: Target, __: Job) -> None:
    os.kill(os.getppid(), signal.SIGTERM)


def _fork_bomb(_: Target, __: Job) -> None:
    for _count in range(40):
        if os.fork() == 0:
            signal.pause()


def _program(_: Target, __: Job) -> None:
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise PermissionError


def _become_program(_: Target, __: Job) -> None:
    # The shell answers in our stead, over the one descriptor that is left open to us.
    said = '{"event":"tried","probe":"become a program","barred":false}'
    os.execv("/bin/sh", ["sh", "-c", f"for f in 3 4 5 6 7 8 9; do echo '{said}' >&$f; done"])  # noqa: S606  # it is what is tried


def _mount(_: Target, job: Job) -> None:
    _system("mount", b"none", job.out.encode(), b"tmpfs", 0, None)


def _new_namespace(_: Target, __: Job) -> None:
    _system("unshare", _CLONE_NEWUSER)


def _link_out(target: Target, job: Job) -> None:
    (Path(job.out) / "page-00001.json").symlink_to(target["secret"])


def _hard_link(_: Target, job: Job) -> None:
    (Path(job.out) / "page-00001.json").hardlink_to(job.path)


def _descriptors(_: Target, __: Job) -> None:
    kept = [os.open(os.devnull, os.O_RDONLY) for _ in range(200)]
    os.closerange(kept[0], kept[-1])


def _huge_file(_: Target, job: Job) -> None:
    with (Path(job.out) / "large.bin").open("wb") as file:
        file.truncate(1 << 40)


def _memory(_: Target, __: Job) -> None:
    held = bytearray(3 << 30)
    held[0] = 1


def _shared_memory(_: Target, __: Job) -> None:
    descriptor = _system("memfd_create", b"held", 0)
    os.ftruncate(descriptor, 64 << 20)


def _raise_limits(_: Target, __: Job) -> None:
    wide = (1 << 20, 1 << 20)
    resource.setrlimit(resource.RLIMIT_NOFILE, wide)


def _userfaultfd(_: Target, __: Job) -> None:
    _system("userfaultfd", 0)


def _bpf(_: Target, __: Job) -> None:
    _system("bpf", 5, ctypes.create_string_buffer(128).raw, 128)


def _keyctl(_: Target, __: Job) -> None:
    _system("keyctl", 0, -3, 1)


def _io_uring(_: Target, __: Job) -> None:
    _system("io_uring_setup", 4, bytes(120))


ESCAPES: dict[str, Callable[[Target, Job], None]] = {
    "read the passwords": _passwords,
    "read another file": _secret,
    "look into homes": _home,
    "change the file itself": _overwrite_input,
    "change another file": _overwrite_original,
    "write beside it": _write_beside,
    "write into the program": _write_to_package,
    "connect by TCP": _tcp,
    "send by UDP": _udp,
    "connect to a socket file": _unix,
    "connect to an abstract socket": _abstract,
    "listen": _listen,
    "trace the parent": _ptrace,
    "read the parent's memory": _read_memory,
    "read the parent's environment": _environment_of_parent,
    "inherit the environment": _own_environment,
    "see other processes": _processes_seen,
    "signal the parent": _kill,
    "signal the worker": _kill_worker,
    "fork bomb": _fork_bomb,
    "start a program": _program,
    "become a program": _become_program,
    "mount": _mount,
    "make a namespace": _new_namespace,
    "link out of the folder": _link_out,
    "link the file": _hard_link,
    "open many files": _descriptors,
    "write a huge file": _huge_file,
    "take all memory": _memory,
    "take memory as a file": _shared_memory,
    "raise its limits": _raise_limits,
    "userfaultfd": _userfaultfd,
    "bpf": _bpf,
    "keyctl": _keyctl,
    "io_uring": _io_uring,
}
