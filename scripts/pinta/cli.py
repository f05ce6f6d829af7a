"""The command line: finds the modules in `pinta.commands`, lets argparse do the rest."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from . import __version__, commands
from .diagnostics import FindingsError, PintaError


def command_modules() -> dict[str, ModuleType]:
    """Command names and their modules, sorted."""
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__) if not module.name.startswith("_"))
    return {name.replace("_", "-"): importlib.import_module(f"{commands.__name__}.{name}") for name in names}


class _Completion(argparse.Action):
    """Prints a completion script; `shtab`, which writes it, is loaded only then."""

    def __call__(self, parser: argparse.ArgumentParser, _: argparse.Namespace, values: object, __: str | None = None) -> None:
        import shtab

        print(shtab.complete(parser, str(values)))
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """The parser with all subcommands."""
    about = "Articles and annotations in; checked, versioned Parquet out. Start with `pinta check` or `pinta build`."
    parser = argparse.ArgumentParser(prog="pinta", description=about)
    parser.add_argument("--version", action="version", version=f"pinta {__version__}")
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="the folder that holds corpus/ and schema/ (default: the nearest one upwards, or $PINTA_ROOT)",
    )
    parser.add_argument("--completion", action=_Completion, choices=["bash", "zsh", "tcsh"], help="print a completion script for a shell")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in command_modules().items():
        text = module.__doc__ or ""
        sub = below.add_parser(name, help=text.partition("\n")[0], description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
        module.register(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 fine, 1 something to mend, 2 wrong usage, 130 interrupted."""
    args = make_parser().parse_args(arguments)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except FindingsError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.findings)} findings; nothing was written.", file=sys.stderr)
        return 1
    except PintaError as error:
        print(f"pinta: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as error:
        print(f"pinta: this needs {error.name}: pip install 'pinta-corpus[all]'", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"pinta: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status
