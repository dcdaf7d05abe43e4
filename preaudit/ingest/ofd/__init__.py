"""OFD, the Chinese format for fixed pages (GB/T 33190-2016), read from its ZIP and XML."""

from preaudit.ingest.ofd.ofd_file import open_ofd

__all__ = ["open_ofd"]
