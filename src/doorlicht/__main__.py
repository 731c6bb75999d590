"""``python -m doorlicht``: the command line."""

from doorlicht.cli.main import main

if __name__ == "__main__":
    main()
