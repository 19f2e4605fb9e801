"""Whether advisories are known against what is locked, by pip-audit; and whether that was answered at all.

python -m tests.support.audit PATH/TO/pip-audit requirements.txt …      (`make audit` brings the tool)

pip-audit ends well when whoever it asks knows none of the packages: a mirror that serves files and no advisories would
pass for a clean bill. So its report is read, and what was not answered is said to be so. Exits with 0 when everything
was looked up and nothing is known, 1 when something is known, 3 when something could not be looked up.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

NOTHING_KNOWN: Final = 0
KNOWN: Final = 1
NOT_ANSWERED: Final = 3


@dataclass
class Findings:
    """What came of looking packages up."""

    answered: int = 0
    known: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Return the exit status: what is known weighs more than what is not."""
        if self.known:
            return KNOWN
        return NOT_ANSWERED if self.unanswered or not self.answered else NOTHING_KNOWN

    def add(self, report: Mapping[str, Any] | None) -> None:
        """Take in a report of pip-audit's; None when it had none to give."""
        if report is None:
            self.unanswered.append("any package")
            return
        for package in report["dependencies"]:
            if "skip_reason" in package:
                self.unanswered.append(package["name"])
                continue
            self.answered += 1
            for advisory in package["vulns"]:
                fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
                self.known.append(
                    f"{package['name']} {package['version']}: {advisory['id']}, put right in {fixed}"
                )


def audited(tool: str, service: str, locks: Sequence[Path]) -> Findings:
    """Look up what the locks pin; a first package alone, since a registry that does not answer for one answers for none."""
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first.txt"
        first.write_text(_first_pin(locks[0].read_text()))
        tried = Findings()
        tried.add(_report(tool, service, first))
    if not tried.answered:
        return tried
    found = Findings()
    for lock in locks:
        found.add(_report(tool, service, lock))
    return found


def _first_pin(lock: str) -> str:
    entry = re.split(r"^(?=\w)", lock, flags=re.MULTILINE)[1]
    return "\n".join(line for line in entry.splitlines() if not line.lstrip().startswith("#"))


def _report(tool: str, service: str, lock: Path) -> Mapping[str, Any] | None:
    """Run the tool on a lock; return its report, or None when it has none, since nobody answered."""
    asked = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(
        [tool, *asked, "--vulnerability-service", service, "--requirement", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
    return report


def told(found: Findings) -> Iterator[str]:
    """Yield what is to be said."""
    yield from sorted(set(found.known))
    if found.unanswered:
        yield (
            f"NOT AUDITED: no advisories were to be had for {', '.join(sorted(set(found.unanswered))[:5])}"
            f"{' and others' if len(set(found.unanswered)) > 5 else ''}. Whoever was asked does not serve them here: "
            "nothing is known, neither good nor bad. Run this where the advisories can be reached."
        )
    if found.status == NOTHING_KNOWN:
        yield f"no advisory is known against what is locked ({found.answered} pins looked up)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Look up, tell, and return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.support.audit", description="Are advisories known?")
    parser.add_argument("tool", help="where pip-audit is")
    parser.add_argument("locks", nargs="+", type=Path, help="requirements files")
    parser.add_argument("--service", default="pypi", help="whom pip-audit asks")
    asked = parser.parse_args(arguments)
    found = audited(asked.tool, asked.service, asked.locks)
    sys.stdout.write("".join(f"{line}\n" for line in told(found)))
    return found.status


if __name__ == "__main__":
    sys.exit(main())
