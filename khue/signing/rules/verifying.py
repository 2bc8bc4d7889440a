"""Kiểm tra một tệp bất kì: what it is, who signed what, when, and what was changed.

Pure: whom to trust and what time it is are given. The same functions answer on the public page, at
the import of a package and in the verifier that stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath

from lxml import etree

from khue.signing.rules.certificates import facts_of, holder_of
from khue.signing.rules.cms.reading import UnfitCms, read_cms
from khue.signing.rules.containers import Container, namespace_of, plain_description
from khue.signing.rules.judging import judge_file
from khue.signing.rules.pades.reading import read_pades_and_faults
from khue.signing.rules.pades.syntax import UnfitPdf
from khue.signing.rules.shapes import Evidence, FileReport, FoundSignature, Status, Trust
from khue.signing.rules.verdicts import who
from khue.signing.rules.xades.coverage import xml_faults
from khue.signing.rules.xades.reading import read_xades
from khue.signing.rules.xml_safe import UnsafeXml, parse_xml
from kit.archives import Limits, UnsafeArchive, read_archive

UNPACKED = Limits(files=500)

XML, PDF, CMS, PACKAGE, LEDGER, UNKNOWN = "xml", "pdf", "cms", "package", "ledger", "unknown"
KINDS = {
    XML: "Tệp XML có chữ ký số",
    PDF: "Tệp PDF có chữ ký số",
    CMS: "Tệp kèm chữ ký CMS (.p7s)",
    PACKAGE: "Gói hồ sơ",
    LEDGER: "Minh chứng sổ cái",
    UNKNOWN: "Tệp không nhận ra",
}
NOT_KNOWN = (
    "Không nhận ra loại tệp này. Trang kiểm tra được tệp XML hoặc PDF có chữ ký số, tệp bất kì kèm "
    "chữ ký .p7s, gói hồ sơ .zip và minh chứng sổ cái .json do Khuê xuất ra."
)
NEEDS_CONTENT = (
    "Đây là tệp chữ ký rời (.p7s). Hãy chọn thêm tệp gốc đã được ký để kiểm tra hai tệp cùng nhau."
)
EMPTY = "Tệp rỗng, không có gì để kiểm tra. Hãy chọn lại tệp."
Described = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file with everything that can be told of it. `words`: ids of elements in plain words."""

    name: str
    report: FileReport
    title: str = ""
    words: Described = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: tuple[Examined, ...] = ()
    proved: bool = False
    """A proof of the ledger that holds; it has no signatures of people."""
    code: str = ""
    """The code of the record that the file says it is."""
    warning: str = ""
    """What the publisher says of that record now: replaced, cancelled."""

    @property
    def kind_title(self) -> str:
        return KINDS[self.report.kind]

    @property
    def is_good(self) -> bool:
        """Whether everything in it was signed, and every signature is good."""
        if self.files:
            return not self.report.faults and all(one.is_good for one in self.files)
        return self.proved or self.report.is_good


@dataclass(frozen=True, slots=True)
class Judging:
    """Whom to trust, what time it is, and what is known of containers and of ledgers."""

    trust: Trust
    now: datetime
    evidence: Evidence = field(default_factory=Evidence)
    containers: Sequence[Container] = ()
    ledger: Callable[[str, bytes], Examined | None] | None = None
    ask: Callable[[Sequence[FoundSignature]], Evidence] | None = None
    """Fetches proof about signatures whose status is unknown; None where there is no network."""


def verify_file(
    content: bytes,
    *,
    name: str,
    detached: bytes | None = None,
    trust: Trust,
    now: datetime,
    evidence: Evidence | None = None,
    containers: Sequence[Container] = (),
) -> FileReport:
    """Kết luận về một tệp. `detached`: the CMS signature beside it. Nothing is raised."""
    judging = Judging(trust, now, evidence or Evidence(), containers)
    return examine(content, name=name, detached=detached, judging=judging).report


def examine(
    content: bytes, *, name: str, judging: Judging, detached: bytes | None = None
) -> Examined:
    """Everything that can be told of a file, whatever it is. Nothing is raised."""
    try:
        return _examined(content, name, detached, judging)
    except (UnsafeXml, UnfitPdf, UnfitCms, UnsafeArchive) as unfit:
        return unreadable(name, unfit.sentence, kind_of(content, name))


def unreadable(name: str, sentence: str, kind: str = UNKNOWN) -> Examined:
    return Examined(name, FileReport(kind, faults=(sentence,), sentence=sentence))


def kind_of(content: bytes, name: str) -> str:
    """What a file is, by its first bytes; the name only helps where they do not tell."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return PACKAGE
    if head.startswith(b"<"):
        return XML
    if head.startswith(b"{"):
        return LEDGER
    if name.lower().endswith((".p7s", ".p7m", ".cms")) or head.startswith(b"-----BEGIN"):
        return CMS
    return UNKNOWN


def _examined(content: bytes, name: str, detached: bytes | None, judging: Judging) -> Examined:
    if not content:
        return unreadable(name, EMPTY)
    if detached is not None:
        return _beside(content, name, detached, judging)
    kind = kind_of(content, name)
    if kind == CMS:
        return unreadable(name, NEEDS_CONTENT, CMS)
    reader = _READERS.get(kind)
    found = reader(content, name, judging) if reader else None
    return found or unreadable(name, NOT_KNOWN)


def _beside(content: bytes, name: str, detached: bytes, judging: Judging) -> Examined:
    found = read_cms(detached, content)
    return Examined(name, _judged(CMS, found, judging))


def _pdf(content: bytes, name: str, judging: Judging) -> Examined:
    found, faults = read_pades_and_faults(content)
    return Examined(name, _judged(PDF, found, judging, faults=faults))


def _ledger(content: bytes, name: str, judging: Judging) -> Examined | None:
    return judging.ledger(name, content) if judging.ledger else None


def _xml(content: bytes, name: str, judging: Judging) -> Examined:
    root = parse_xml(content)
    known = {one.namespace: one for one in judging.containers}
    container = known.get(namespace_of(root))
    found = read_xades(content, positions=container.position if container else None)
    words = _words(root, found, container)
    faults = xml_faults(content, found)
    report = _judged(XML, found, judging, words=words, faults=faults)
    if container is None:
        return Examined(name, report, words=words)
    code = container.code(root) if container.code else ""
    return Examined(name, report, container.title(root), words, code=code)


def _words(
    root: etree._Element, found: Sequence[FoundSignature], container: Container | None
) -> dict[str, str]:
    """What the covered ids are called; a covered signature by the name of its signer."""
    wanted = {one for signature in found for one in (*signature.covers, *signature.broken)}
    describe = container.describe if container else plain_description
    words: dict[str, str] = {}
    for element in root.iter(etree.Element):
        identity = element.get("Id")
        if identity in wanted:
            words.setdefault(identity, describe(element))
    return words | {f"{one.id}-value": _signature_words(one) for one in found}


def _signature_words(one: FoundSignature) -> str:
    signer = who(facts_of(one.certificate), holder_of(one.certificate))
    return f"chữ ký của {signer}" + (f" – {one.role}" if one.role else "")


def _judged(
    kind: str,
    found: Sequence[FoundSignature],
    judging: Judging,
    *,
    words: Described | None = None,
    faults: Sequence[str] = (),
) -> FileReport:
    """The verdict, whose sentences speak in words and whose ids stay ids."""
    spoken = [
        replace(one, broken=tuple((words or {}).get(part, part) for part in one.broken))
        for one in found
    ]
    report = _report(kind, spoken, judging, judging.evidence, faults)
    if judging.ask and (unknown := _unknown(spoken, report)):
        report = _report(kind, spoken, judging, judging.evidence + judging.ask(unknown), faults)
    judged = zip(report.signatures, found, strict=True)
    return replace(
        report, signatures=tuple(replace(told, broken=one.broken) for told, one in judged)
    )


def _report(
    kind: str,
    found: Sequence[FoundSignature],
    judging: Judging,
    evidence: Evidence,
    faults: Sequence[str],
) -> FileReport:
    return judge_file(kind, found, judging.trust, now=judging.now, evidence=evidence, faults=faults)


def _unknown(found: Sequence[FoundSignature], report: FileReport) -> list[FoundSignature]:
    judged = zip(report.signatures, found, strict=True)
    return [one for told, one in judged if told.status is Status.STATUS_UNKNOWN]


def _package(content: bytes, name: str, judging: Judging) -> Examined:
    """Every signed file in it; a `.p7s` belongs to the file of the same name before it."""
    members = read_archive(content, UNPACKED)
    files = []
    for path in members:
        if path.endswith(".p7s") and path[: -len(".p7s")] in members:
            continue
        detached = members.get(f"{path}.p7s")
        if detached is not None or _can_be_signed(members[path], path):
            files.append(_examined_member(members[path], path, detached, judging))
    report = _package_report(files)
    return Examined(name, report, files=tuple(files))


def _can_be_signed(content: bytes, path: str) -> bool:
    return kind_of(content, path) in {XML, PDF} and PurePosixPath(path).suffix in {".xml", ".pdf"}


def _examined_member(
    content: bytes, path: str, detached: bytes | None, judging: Judging
) -> Examined:
    return examine(content, name=path, detached=detached, judging=judging)


def _package_report(files: Sequence[Examined]) -> FileReport:
    signatures = tuple(
        replace(told, id=f"{one.name}#{told.id}") for one in files for told in one.report.signatures
    )
    bad = [one.name for one in files if not one.is_good]
    if not files:
        sentence = "Gói không có tệp nào ký số."
        return FileReport(PACKAGE, faults=(sentence,), sentence=sentence)
    if not bad:
        count = len(signatures)
        return FileReport(
            PACKAGE, signatures, (), f"Cả {len(files)} tệp trong gói hợp lệ, {count} chữ ký số."
        )
    faults = tuple(f"{one.name}: {fault}" for one in files for fault in one.report.faults)
    return FileReport(PACKAGE, signatures, faults, f"Tệp chưa đạt trong gói: {', '.join(bad)}.")


_READERS: dict[str, Callable[[bytes, str, Judging], Examined | None]] = {
    XML: _xml,
    PDF: _pdf,
    PACKAGE: _package,
    LEDGER: _ledger,
}
