"""Landlock: a process tells the kernel which files it will ever need, and cannot take it back.

The C library has no functions for it, so its three system calls are made by number; they are the
same on every architecture. See landlock(7); rights are named as there.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE = 1 << 14
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights over files, by the version that first knew them."""
_NET_RIGHTS_FROM, _NET_RIGHTS = 4, 0b11
_SCOPES_FROM, _SCOPES = 6, 0b11
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_OF_A_FILE = _READ_FILE | _WRITE_FILE | _TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _call(*arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = int(libc.syscall(*(_word(one) for one in arguments)))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result


def _word(argument: object) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def landlock_version() -> int:
    """Return the version that this kernel has; 0 where it has none or it is switched off."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def allow_only(*, readable: Sequence[str], writable: Sequence[str]) -> None:
    """Give up all files of the disk but these, all TCP, and signals to other processes.

    The process must have given up new privileges before.

    Args:
        readable: Files and folders, with all that is in them; what does not exist is passed over.
        writable: Likewise; inside folders, files and folders may be made, but no links or devices.

    Raises:
        OSError: The kernel refuses; nothing is confined then.
    """
    version = landlock_version()
    known = _FILE_RIGHTS[max(one for one in _FILE_RIGHTS if one <= version)]
    ruleset = _Ruleset(
        files=known,
        network=_NET_RIGHTS if version >= _NET_RIGHTS_FROM else 0,
        scopes=_SCOPES if version >= _SCOPES_FROM else 0,
    )
    rules = _call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    try:
        for places, rights in ((readable, _READ), (writable, _WRITE)):
            for place in places:
                _allow(rules, place, rights & known)
        _call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    try:
        folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fitting = rights if Path(place).is_dir() else rights & _OF_A_FILE
        rule = _PathRule(rights=fitting, folder=folder)
        _call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)
