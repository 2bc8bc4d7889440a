// PDF signatures: the covered ranges, the CMS in the gap, and what was added after the last one.
import { latin1, type Bytes } from "./bytes.ts";
import { readCms } from "./cms.ts";
import { readCertificate } from "./certificates.ts";
import type { Certificate } from "pkijs";
import { noEvidence, type Evidence, type Found } from "./shapes.ts";

const RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g;
const DATE = /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'?(\d\d)?'?)?\)/;
// Keys that a later signature or its proof may change in a dictionary that stood there before.
const MAY_CHANGE = /\/(?:DSS|AcroForm|Annots|Extensions|Fields|SigFlags|Perms|ModDate|DR|DA)\b/;
const NOT_SEEN =
  "Sau chữ ký cuối, tệp còn có phần được thêm mà trang này không phân tích được. Hãy kiểm tra bằng chương trình khue-verify.pyz.";

interface Placed {
  start: number;
  end: number;
  total: number;
  contents: Bytes;
  dictionary: string;
  fault: string;
}

export interface ReadPdf {
  found: Found[];
  faults: string[];
}

export async function readPdf(content: Bytes): Promise<ReadPdf> {
  const text = latin1(content);
  const placed = [...text.matchAll(RANGE)].map((one) => place(text, one)).sort((a, b) => a.total - b.total);
  const evidence = await storeOf(text, content);
  const found: Found[] = [];
  for (const one of placed) {
    if (/\/ETSI\.RFC3161/.test(one.dictionary)) stampEarlier(found, one, content);
    else found.push(await readOne(one, content, evidence, found.length + 1));
  }
  return { found, faults: laterChanges(text, placed, found) };
}

function place(text: string, match: RegExpMatchArray): Placed {
  const [first, start, end, rest] = match.slice(1).map(Number) as [number, number, number, number];
  const gap = text.slice(start, end);
  const total = end + rest;
  const whole = first === 0 && start < end && total <= text.length && /^<[0-9a-fA-F\s]*>$/.test(gap);
  const contents = whole ? bytesOfHex(gap) : new Uint8Array();
  return { start, end, total, contents, dictionary: around(text, match.index ?? 0, start, end), fault: whole ? "" : "phạm vi ký không đúng quy cách" };
}

function around(text: string, at: number, start: number, end: number): string {
  const from = text.lastIndexOf("obj", Math.min(at, start));
  const to = text.indexOf("endobj", Math.max(at, end));
  return text.slice(from, Math.min(start, to)) + text.slice(Math.min(end, to), to);
}

function bytesOfHex(gap: string): Bytes {
  const digits = gap.replace(/[^0-9a-fA-F]/g, "");
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return trimmed(bytes);
}

/** The reserved room is filled with zeros; DER says where the value ends. */
function trimmed(bytes: Bytes): Bytes {
  const long = (bytes[1] ?? 0) & 0x80 ? (bytes[1] ?? 0) & 0x7f : 0;
  let length = long ? 0 : (bytes[1] ?? 0);
  for (let at = 0; at < long; at += 1) length = length * 256 + (bytes[2 + at] ?? 0);
  return bytes.slice(0, 2 + long + length);
}

async function readOne(one: Placed, content: Bytes, evidence: Evidence, number: number): Promise<Found> {
  const covered = [content.subarray(0, one.start), content.subarray(one.end, one.total)] as Bytes[];
  const base: Found = {
    id: nameOf(one.dictionary) || `ky-${number}`,
    certificate: null,
    chain: [],
    role: "",
    claimedAt: dateOf(one.dictionary),
    covers: ["/"],
    broken: [one.fault || "giá trị chữ ký"],
    fault: "broken",
    reason: "",
    timestamps: [],
    stamped: new Uint8Array(),
    evidence: noEvidence(),
  };
  try {
    const read = (await readCms(one.contents, covered))[0];
    if (!read || one.fault) return base;
    return { ...read, id: base.id, claimedAt: base.claimedAt ?? read.claimedAt, evidence };
  } catch {
    return base;
  }
}

function nameOf(dictionary: string): string {
  return /\/Name\s*\(([^()\\]*)\)/.exec(dictionary)?.[1] ?? "";
}

function dateOf(dictionary: string): Date | null {
  const found = DATE.exec(dictionary);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, sign, hours, minutes] = found;
  const zone = sign ? `${sign}${hours}:${minutes ?? "00"}` : "Z";
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(+at) ? null : at;
}

function stampEarlier(found: Found[], one: Placed, content: Bytes): void {
  const covered = new Uint8Array(one.start + one.total - one.end);
  covered.set(content.subarray(0, one.start));
  covered.set(content.subarray(one.end, one.total), one.start);
  for (const earlier of found) {
    if (earlier.timestamps.length) continue;
    earlier.timestamps = [one.contents];
    earlier.stamped = covered;
  }
}

/** Certificates, OCSP responses and lists of the document security store, where it stands in the open. */
async function storeOf(text: string, content: Bytes): Promise<Evidence> {
  const evidence = noEvidence();
  for (const [, kind, list] of text.matchAll(/\/(OCSP|CRL|Cert)s?\s*\[([^\]]*)\]/g)) {
    for (const [, number] of (list ?? "").matchAll(/(\d+)\s+\d+\s+R/g)) {
      const stream = await streamOf(text, content, number ?? "");
      if (!stream) continue;
      if (kind === "OCSP") evidence.ocsp.push(stream);
      else if (kind === "CRL") evidence.crls.push(stream);
      else keepCertificate(evidence.certificates, stream);
    }
  }
  return evidence;
}

function keepCertificate(kept: Certificate[], der: Bytes): void {
  const read = readCertificate(der);
  if (read) kept.push(read);
}

async function streamOf(text: string, content: Bytes, number: string): Promise<Bytes | null> {
  const at = text.lastIndexOf(`\n${number} 0 obj`);
  const opened = text.indexOf("stream", at);
  const closed = text.indexOf("endstream", opened);
  if (at < 0 || opened < 0 || closed < 0) return null;
  const head = text.slice(at, opened);
  const start = opened + (text[opened + 6] === "\r" ? 8 : 7);
  const told = /\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(head)?.[1];
  const raw = content.slice(start, told ? start + Number(told) : closed) as Bytes;
  return head.includes("/FlateDecode") ? inflated(raw) : raw;
}

async function inflated(raw: Bytes): Promise<Bytes | null> {
  try {
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return null;
  }
}

/** Faults of the file: content changed by an increment after the first signature, or one not understood. */
function laterChanges(text: string, placed: Placed[], found: Found[]): string[] {
  const first = placed[0];
  if (!first || !text.slice(first.total).trim()) return [];
  const later = text.slice(first.total);
  if (/\/ObjStm/.test(later)) return [NOT_SEEN];
  const before = objects(text.slice(0, first.total));
  for (const [number, body] of objects(later)) {
    const old = before.get(number);
    if (old !== undefined && plain(old) !== plain(body)) {
      for (const one of found) Object.assign(one, { fault: one.fault || "broken", broken: [...one.broken, `đối tượng ${number} của tệp`] });
      return ["Tệp đã bị sửa sau khi ký. Nội dung đang hiển thị có thể không còn là nội dung đã được ký."];
    }
  }
  const last = placed.at(-1);
  return last && !/%%EOF\s*$/.test(text) ? [NOT_SEEN] : [];
}

function objects(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(?:^|[\r\n])(\d+) \d+ obj\b([\s\S]*?)endobj/g)].map((one) => [one[1] ?? "", one[2] ?? ""]));
}

/** A dictionary without the keys that a later signature may change, its spaces evened out. */
function plain(body: string): string {
  let rest = body;
  for (let found = MAY_CHANGE.exec(rest); found; found = MAY_CHANGE.exec(rest)) {
    rest = rest.slice(0, found.index) + rest.slice(valueEnd(rest, found.index + found[0].length));
  }
  return rest.replace(/\s+/g, " ").replace(/\s*([[\]<>/()])\s*/g, "$1").trim();
}

/** Where the value that begins here ends: an array, a dictionary, a string, a reference or a word. */
function valueEnd(text: string, at: number): number {
  const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
  const simple = /^(?:\d+\s+\d+\s+R|\/?[^\s[\]<>/()]+)/.exec(text.slice(start));
  if (simple) return start + simple[0].length;
  let depth = 0;
  for (let here = start; here < text.length; here += 1) {
    if ("[<(".includes(text[here] ?? "")) depth += 1;
    if ("]>)".includes(text[here] ?? "")) depth -= 1;
    if (depth <= 0) return here + 1;
  }
  return text.length;
}
