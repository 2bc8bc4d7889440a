"""Transcripts composed, written, rendered, signed and published: each step, and a class of 45.

Part of `make bench`. Steps of one transcript count what one core does in a second; a class is
composed in the database, and rendered and signed by as many processes as there are cores: the
XML with the signatures of every teacher, the homeroom teacher, the leader and the school, the PDF
with the last two.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import cache, partial
from multiprocessing import get_context
from statistics import median
from typing import TYPE_CHECKING, Any

import django

from benchmarks.measures import run_module
from benchmarks.rates import Rate, Work, rates_of
from benchmarks.signers import SIGNED_AT, BenchSigner, bench_signers
from benchmarks.timing import Cost, cost_of

if TYPE_CHECKING:
    from khue.transcripts.rules.facts import YearFacts

CLASS = "8A"
TWO = 2


def measure_transcripts(
    environment: Mapping[str, str], database: int, rounds: int
) -> tuple[dict[str, Cost], dict[str, Rate]]:
    """What classes cost, and how many transcripts a core makes in a second."""
    told = run_module("benchmarks.transcripts", str(rounds), str(database), environment=environment)
    costs = {name: Cost(**cost) for name, cost in told["costs"].items()}
    return costs, {name: Rate(**rate) for name, rate in told["rates"].items()}


def inside(rounds: int, database: int) -> dict[str, Any]:
    """What needs the product itself; its imports wait until Django stands."""
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        facts, costs = of_database(rounds, database)
    rates = rates_of(steps_of(facts[0]), rounds=rounds)
    costs |= of_class(facts, rounds)
    return {
        "costs": {name: asdict(one) for name, one in costs.items()},
        "rates": {name: asdict(one) for name, one in rates.items()},
    }


def of_database(rounds: int, database: int) -> tuple[list[YearFacts], dict[str, Cost]]:
    """A class of 45 composed from nothing, and again where nothing changed."""
    from django.utils import timezone

    from demo.tables import table
    from khue.access.api import Actor, Granted, Role
    from khue.transcripts.queries.composition import fresh_class
    from khue.transcripts.services.composing import compose_class
    from kit.dates import vietnam_day

    rooms = table("organisations.SchoolClass").objects.filter(name=CLASS)
    room = rooms.select_related("school__organisation").order_by("pk")[0]
    path, now = room.school.organisation.path, timezone.now()
    office = Actor(0, "Đo tốc độ", grants=(Granted(Role.OFFICE, path),))

    def empty() -> None:
        for name in ("Version", "TranscriptYear", "Transcript"):
            table(f"transcripts.{name}").objects.all().delete()

    compose = partial(compose_class, actor=office, now=now, class_id=room.pk)
    cost = partial(cost_of, rounds=rounds, database=database)
    found = {
        "transcripts of a class of 45, composed": cost(compose, prepare=empty),
        "transcripts of a class, nothing changed": cost(compose),
    }
    return list(fresh_class(room.pk, vietnam_day(now)).facts.values()), found


def steps_of(facts: YearFacts) -> dict[str, Work]:
    """Each step of one transcript alone."""
    from khue.transcripts.rules.xml import parts_of, read_body, write_body

    signer, body = signers()[0], write_body(whole(facts))
    file, _ = made(facts)
    raw = f"raw {signer.name} signature"
    return {
        raw: Work(partial(signer.sign, b"bang diem" * 100)),
        "transcript written as XML": Work(partial(write_body, whole(facts))),
        "transcript read from XML": Work(partial(read_body, body)),
        "parts of a transcript cut out": Work(partial(parts_of, body)),
        "transcript rendered as PDF": Work(partial(rendered, facts, body)),
        f"transcript signed in XML, {len(facts.subjects) + 3} signatures": Work(
            partial(signed_xml, facts, body)
        ),
        "signed transcript verified": Work(partial(verified, file)),
    }


@cache
def signers() -> list[BenchSigner]:
    return bench_signers()


def whole(facts: YearFacts) -> YearFacts:
    """With what a composition adds."""
    head = replace(facts.head, code="HBDOTOCDO", version=1, verify_code="DOTOCDO234567DO2")
    return replace(facts, head=head)


def signed_xml(facts: YearFacts, body: bytes) -> bytes:
    """Every part signed by its signer, the leader and the school over those before."""
    from khue.signing.rules.shapes import XmlPlace
    from khue.signing.rules.xades import finish_xades, prepare_xades_parts
    from khue.transcripts.rules.signing import covered, earlier, parts_to_sign
    from khue.transcripts.rules.xml import (
        part_of,
        signature_id,
        signature_value,
        with_signatures,
    )

    signer = signers()[0]
    plans = parts_to_sign(facts, ("subject", "homeroom", "principal"))
    order = [(plan.role, plan.element) for plan in plans]
    held: dict[str, bytes] = {}
    for plan in plans:
        names = covered(plan.role, plan.element, facts.element)
        parts = [(name, part_of(body, name)) for name in names]
        parts += [signature_value(held[one], one) for one in earlier(plan.role, order)]
        place = XmlPlace(
            tuple(name for name, _ in parts), plan.role.container, signature_id(plan.element)
        )
        prepared = prepare_xades_parts(parts, place, signer.signer, at=SIGNED_AT)
        held[plan.element] = finish_xades(prepared, signer.sign(prepared.to_be_signed))
    return with_signatures(body, [(plan.role.container, held[plan.element]) for plan in plans])


def rendered(facts: YearFacts, body: bytes) -> bytes:
    """The PDF of a year, without photo."""
    from khue.transcripts.queries.sealed import digest
    from khue.transcripts.services.printing import PaperYear, render_year_pdf

    paper = PaperYear(facts=whole(facts), body_digest=digest(body))
    return render_year_pdf(paper, photo=None, at=SIGNED_AT)


def signed_pdf(content: bytes) -> bytes:
    """The leader and the school on the PDF."""
    from khue.signing.rules.pades import finish_pades, prepare_pades
    from khue.signing.rules.shapes import PdfLook

    signer = signers()[0]
    for field in ("KyHieuTruong", "KyDonVi"):
        prepared = prepare_pades(content, signer.signer, PdfLook(field_name=field), at=SIGNED_AT)
        content = finish_pades(prepared, signer.sign(prepared.to_be_signed))
    return content


def verified(content: bytes) -> None:
    from khue.signing.rules.xades import read_xades
    from khue.transcripts.rules.container import misplaced

    if any(one.fault or not one.intact for one in read_xades(content, positions=misplaced)):
        raise SystemExit("what was signed does not verify")


def made(facts: YearFacts) -> tuple[bytes, bytes]:
    """One transcript as it is published: the signed XML and the signed PDF."""
    from khue.transcripts.rules.xml import write_body

    body = write_body(whole(facts))
    return signed_xml(whole(facts), body), signed_pdf(rendered(facts, body))


def of_class(facts: Sequence[YearFacts], rounds: int) -> dict[str, Cost]:
    """Everybody's XML and PDF made and signed, by one process and by two."""
    return {
        f"class of {len(facts)} written, rendered, signed; {many} at once": _class(
            facts, rounds, many
        )
        for many in (1, TWO)
    }


def _class(facts: Sequence[YearFacts], rounds: int, processes: int) -> Cost:
    """By the clock; the processes are started and warm before it runs."""
    taken = []
    fresh = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh, initializer=_begin) as pool:
        list(pool.map(made, facts[: 2 * processes]))
        for _ in range(rounds):
            begun = time.perf_counter()
            list(pool.map(made, facts, chunksize=3))
            taken.append((time.perf_counter() - begun) * 1000)
    return Cost(median(taken), 0, 0)


def _begin() -> None:
    django.setup()
    signers()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump(inside(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
