"""`python -m preaudit` is the `preaudit` command."""

from preaudit.cli import main

if __name__ == "__main__":
    main()
