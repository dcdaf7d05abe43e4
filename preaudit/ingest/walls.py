"""The walls around a worker: which there are, which this machine can build, and of what.

1. Limits of the kernel on each process (`preaudit.ingest.confinement`), on any Linux.
2. Namespaces (bubblewrap): no network, no other processes, and of the disk only what Python needs.
3. A filter of system calls (seccomp): no sockets, programs, processes, mounts, keys or tracing.
4. Rules on files (Landlock): reading where Python lies, writing in the job's folder, no more.

The first is always there. The second and third together make level 2; Landlock is added where the
kernel has it. What is missing is named, never passed over: see `preaudit.ingest.workshop.Standing`.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from preaudit.ingest.landlock import landlock_version

_EPERM = 1
_ENOSYS = 38
_CLONE_THREAD = 0x10000
_TIOCSTI = 0x5412
_TIOCLINUX = 0x541C
_NETWORK = (
    "socket socketpair socketcall bind connect listen accept accept4 sendto sendmsg sendmmsg "
    "recvfrom recvmsg recvmmsg getpeername getsockname getsockopt setsockopt shutdown"
)
_SIGNALS = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo"
"""An engine that gives up (`abort`) signals itself: that fails, and it dies by another one."""
_OTHER_PROCESSES = (
    "fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise "
    "pidfd_open pidfd_getfd pidfd_send_signal kcmp setsid setpgid setpriority sched_setscheduler "
    "sched_setattr sched_setparam ioprio_set migrate_pages move_pages"
)
_PLACES = (
    "mount umount umount2 fsopen fsmount fsconfig fspick move_mount open_tree mount_setattr "
    "pivot_root chroot setns unshare symlink symlinkat link linkat mknod mknodat "
    "name_to_handle_at open_by_handle_at fanotify_init fanotify_mark"
)
_KERNEL = (
    "bpf perf_event_open keyctl add_key request_key userfaultfd io_uring_setup io_uring_enter "
    "io_uring_register init_module finit_module delete_module create_module kexec_load "
    "kexec_file_load reboot swapon swapoff syslog acct quotactl quotactl_fd settimeofday "
    "clock_settime clock_adjtime adjtimex ioperm iopl lookup_dcookie nfsservctl vhangup uselib "
    "sysfs personality modify_ldt sethostname setdomainname memfd_create memfd_secret"
)
_IDENTITY = (
    "setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset "
    "setrlimit shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl "
    "mq_open mq_unlink"
)
FORBIDDEN_CALLS = tuple(f"{_NETWORK} {_OTHER_PROCESSES} {_PLACES} {_KERNEL} {_IDENTITY}".split())
"""System calls that no opener has a use for; a name that the kernel or library lacks is skipped."""
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/fonts")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
ROOM = Path("/job")
"""Where a worker behind namespaces finds the folders of the job: `in`, read only, and `out`."""


class Wall(StrEnum):
    """One of the walls, each of which stands by itself."""

    LIMITS = "limits"
    NAMESPACES = "namespaces"
    SECCOMP = "seccomp"
    LANDLOCK = "landlock"


class NoWallError(Exception):
    """A wall cannot be built here; the message says why, for the person who runs the machine."""


class Plan(BaseModel):
    """What a worker is told, once, of how to confine its children."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opener: str
    walls: tuple[Wall, ...]
    readable: tuple[str, ...]
    """Files and folders that Landlock lets a child read."""
    devices: tuple[str, ...] = _DEVICES
    calls: str = ""
    """The filter of system calls: a program of the kernel's packet filter, in base 64."""


def readable_places(search_path: Sequence[Path]) -> tuple[str, ...]:
    """Return what of the disk a worker needs: Python, our package, libraries and fonts.

    Args:
        search_path: Further folders from which it imports.
    """
    package = Path(__file__).resolve().parents[1]
    ours = package.parent
    wanted = [
        *(Path(name) for name in _SYSTEM_FOLDERS),
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sys.base_prefix).resolve(),
        *(Path(name) for name in sys.path if name and Path(name) != ours and "-packages" in name),
        package,
        *search_path,
    ]
    found = dict.fromkeys(str(path) for path in wanted if path.exists())
    return tuple(found)


def bubblewrapped(command: Sequence[str], *, room: Path, readable: Sequence[str]) -> list[str]:
    """Return a command that runs another one behind namespaces of its own.

    Each is asked for by name: `--unshare-all` would go on without some of them. There is no `/proc`
    inside and no `/tmp`; the root itself cannot be written.

    Raises:
        NoWallError: bubblewrap is not installed.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise NoWallError("bubblewrap is not installed (apt-get install bubblewrap)")
    words = [program, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net"]
    words += ["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--cap-drop", "ALL"]
    for place in readable:
        if Path(place).is_symlink() and place in _SYSTEM_FOLDERS:
            words += ["--symlink", str(Path(place).readlink()), place]
        else:
            words += ["--ro-bind", place, place]
    for device in _DEVICES:
        words += ["--dev-bind", device, device]
    words += ["--ro-bind", str(room / "in"), str(ROOM / "in")]
    words += ["--bind", str(room / "out"), str(ROOM / "out")]
    return [*words, "--remount-ro", "/", "--chdir", "/", "--", *command]


@cache
def call_filter(*, deadly: bool) -> str:
    """Return the filter of system calls, in base 64.

    Args:
        deadly: A forbidden call kills the process instead of failing, so that none goes unnoticed.

    Raises:
        NoWallError: libseccomp is not installed.
    """
    try:
        import pyseccomp as seccomp  # noqa: PLC0415  # raises where the library is missing
    except (ImportError, RuntimeError, OSError) as error:
        raise NoWallError(f"seccomp: {error} (apt-get install libseccomp2)") from error
    refuse = seccomp.KILL_PROCESS if deadly else seccomp.ERRNO(_EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in FORBIDDEN_CALLS:
        _forbid(rules, refuse, name)
    for name in _SIGNALS.split():
        _forbid(rules, seccomp.ERRNO(_EPERM), name)
    threads_only = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0)
    rules.add_rule(refuse, "clone", threads_only)
    rules.add_rule(seccomp.ERRNO(_ENOSYS), "clone3")  # its flags cannot be seen; clone's can
    rules.add_rule(refuse, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))  # of other processes
    rules.add_rule(refuse, "prlimit64", seccomp.Arg(2, seccomp.NE, 0))  # and to set its own
    for request in (_TIOCSTI, _TIOCLINUX):
        rules.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.EQ, request))
    return _exported(rules)


def _forbid(rules: Any, action: int, name: str) -> None:
    try:
        rules.add_rule(action, name)
    except OSError:  # libseccomp or the kernel knows no such call
        return


def _exported(rules: Any) -> str:
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return base64.b64encode(file.read()).decode("ascii")


def plan_for(
    walls: frozenset[Wall], *, opener: str, readable: tuple[str, ...], deadly: bool
) -> tuple[Plan, dict[Wall, str]]:
    """Return what a worker is to do, and why walls that were asked for are not among it.

    Whether bubblewrap works is only known when it has been tried.
    """
    missing: dict[Wall, str] = {}
    calls = ""
    if Wall.SECCOMP in walls:
        try:
            calls = call_filter(deadly=deadly)
        except NoWallError as error:
            missing[Wall.SECCOMP] = str(error)
    if Wall.LANDLOCK in walls and landlock_version() == 0:
        missing[Wall.LANDLOCK] = "this kernel has no Landlock"
    standing = tuple(sorted(walls - missing.keys()))
    return Plan(opener=opener, walls=standing, readable=readable, calls=calls), missing
