// XML signatures (XML-DSig, XAdES): every ds:Signature of a document, ours or another program's.
import { canonical, type Method } from "./c14n.ts";
import { digest, fromBase64, same, utf8, type Bytes } from "./bytes.ts";
import { derOf, keyOf, readCertificate, valueHolds } from "./certificates.ts";
import type { Certificate } from "pkijs";
import { noEvidence, type Evidence, type Found, type Status } from "./shapes.ts";
import { describe, isTranscript, misplaced } from "./transcript.ts";

const DS = "http://www.w3.org/2000/09/xmldsig#";
const XADES = "http://uri.etsi.org/01903/v1.3.2#";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11";
const ENVELOPED = `${DS}enveloped-signature`;
const SCHEMA = "http://www.w3.org/2001/XMLSchema-instance";
const XML = "http://www.w3.org/XML/1998/namespace";
const ID_NAMES = ["Id", "ID", "id", "xml:id"];
const DIGESTS: Record<string, string> = {
  "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
};
const METHOD = /^http:\/\/www\.w3\.org\/(?:2001\/04|2007\/05)\/xmldsig-more#(?:(rsa|ecdsa)-(sha256|sha384|sha512)|(sha256|sha384|sha512)-rsa-MGF1)$/;
const GRAVEST: Status[] = ["misplaced", "broken", "weak"];
const MOST_SIGNATURES = 2000;

export class Unreadable extends Error {}

class Fault extends Error {
  readonly status: Status;
  constructor(status: Status, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export interface ReadXml {
  found: Found[];
  faults: string[];
  words: Map<string, string>;
  root: Element;
}

interface Reference {
  id: string;
  element: Element | null;
  fault: Fault | null;
}

export async function readXml(content: Bytes): Promise<ReadXml> {
  const document = parse(content);
  const ids = elementsById(document);
  const signatures = [...document.getElementsByTagNameNS(DS, "Signature")];
  if (signatures.length > MOST_SIGNATURES) throw new Unreadable("Tệp có quá nhiều chữ ký nên không kiểm tra được.");
  const found: Found[] = [];
  for (const [at, one] of signatures.entries()) {
    found.push(await new Reader(document, ids, one, one.getAttribute("Id") ?? `signature-${at + 1}`).read());
  }
  const root = document.documentElement;
  return { found, faults: outside(root, ids, found), words: wordsOf(ids, found), root };
}

function parse(content: Bytes): Document {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new Unreadable("Tệp XML phải dùng bảng mã UTF-8.");
  }
  if (text.includes("<!DOCTYPE") || text.includes("<!ENTITY")) {
    throw new Unreadable("Tệp XML có phần khai báo kiểu tài liệu (DOCTYPE) nên không được đọc.");
  }
  const document = new DOMParser().parseFromString(text, "application/xml");
  if (document.getElementsByTagName("parsererror").length) throw new Unreadable("Tệp không phải XML đúng quy cách.");
  return document;
}

function elementsById(document: Document): Map<string, Element[]> {
  const found = new Map<string, Element[]>();
  for (const one of document.getElementsByTagName("*")) {
    const values = new Set(ID_NAMES.map((name) => one.getAttribute(name)));
    for (const value of values) if (value !== null) found.set(value, [...(found.get(value) ?? []), one]);
  }
  return found;
}

const isA = (one: Element, namespace: string, name: string): boolean =>
  one.namespaceURI === namespace && one.localName === name;
const child = (one: Element | null, namespace: string, name: string): Element | null =>
  [...(one?.children ?? [])].find((each) => isA(each, namespace, name)) ?? null;
const only = (one: Element, name: string): Element | null => {
  const found = [...one.children].filter((each) => isA(each, DS, name));
  return found.length === 1 ? (found[0] ?? null) : null;
};
const all = (one: Element | null, namespace: string, name: string): Element[] =>
  [...(one?.getElementsByTagNameNS(namespace, name) ?? [])];
const address = (one: Element | null): string => one?.getAttribute("Algorithm") ?? "";

function decoded(one: Element | null): Bytes {
  try {
    return fromBase64(one?.textContent ?? "");
  } catch {
    return new Uint8Array();
  }
}

function methodOf(node: Element | null): Method {
  const named = node ? address(node) : INCLUSIVE;
  if (named === EXCLUSIVE || named === `${EXCLUSIVE}WithComments`) {
    const list = node ? child(node, EXCLUSIVE, "InclusiveNamespaces")?.getAttribute("PrefixList") : "";
    return { exclusive: true, prefixes: (list ?? "").split(/\s+/).filter(Boolean) };
  }
  if ([INCLUSIVE, INCLUSIVE_11, `${INCLUSIVE}#WithComments`, `${INCLUSIVE_11}#WithComments`].includes(named)) {
    return { exclusive: false, prefixes: [] };
  }
  throw new Fault("broken", `Chữ ký dùng phép biến đổi không được hỗ trợ (${named}).`);
}

function digestName(one: Element | null): string {
  const named = address(child(one, DS, "DigestMethod"));
  const known = DIGESTS[named];
  if (known) return known;
  const weak = /(?:sha1|md5|sha224)$/i.test(named);
  throw new Fault(weak ? "weak" : "broken", "Chữ ký dùng thuật toán băm không còn an toàn hoặc không rõ.");
}

class Reader {
  private readonly document: Document;
  private readonly ids: Map<string, Element[]>;
  private readonly signature: Element;
  private readonly id: string;

  constructor(document: Document, ids: Map<string, Element[]>, signature: Element, id: string) {
    this.document = document;
    this.ids = ids;
    this.signature = signature;
    this.id = id;
  }

  async read(): Promise<Found> {
    const references = await this.references();
    const properties = this.properties(references);
    const told = all(only(this.signature, "KeyInfo"), DS, "X509Certificate").map((one) => readCertificate(decoded(one)));
    const certificates = told.filter((one): one is Certificate => one !== null);
    const { certificate, fault } = await this.signer(properties, certificates);
    const covered = references.filter((one) => !one.element || one.element !== properties);
    const faults = [...references.map((one) => one.fault), fault].filter((one): one is Fault => one !== null);
    if (!covered.length) faults.push(new Fault("broken", "Chữ ký không bảo vệ nội dung nào."));
    faults.sort((a, b) => GRAVEST.indexOf(a.status) - GRAVEST.indexOf(b.status));
    const own = fault && fault.status !== "weak" ? [this.id] : [];
    return {
      id: this.id,
      certificate,
      chain: certificates.filter((one) => one !== certificate),
      role: this.told(properties, "ClaimedRole"),
      claimedAt: moment(this.told(properties, "SigningTime")),
      covers: covered.map((one) => one.id),
      broken: [...references.filter((one) => one.fault && one.fault.status !== "weak").map((one) => one.id), ...own],
      fault: faults[0]?.status ?? "",
      reason: faults[0]?.message ?? "",
      ...this.unsigned(),
    };
  }

  private async references(): Promise<Reference[]> {
    const nodes = [...(only(this.signature, "SignedInfo")?.children ?? [])].filter((one) => isA(one, DS, "Reference"));
    return Promise.all(nodes.map((node) => this.reference(node)));
  }

  private async reference(node: Element): Promise<Reference> {
    const uri = node.getAttribute("URI") ?? "";
    const pointed = /^#xpointer\(id\((['"])([^'"]+)\1\)\)$/.exec(uri);
    const id = uri === "" || uri === "#xpointer(/)" ? "/" : (pointed?.[2] ?? uri.replace(/^#/, ""));
    let element: Element | null = null;
    try {
      element = this.target(uri, id);
      const content = utf8(this.content(node, element, id === "/"));
      const holds = same(await digest(digestName(node), content), decoded(child(node, DS, "DigestValue")));
      if (!holds) throw new Fault("broken", "");
      this.requirePlace(element, id);
      return { id, element, fault: null };
    } catch (fault) {
      return { id, element, fault: fault instanceof Fault ? fault : new Fault("broken", "Phần được ký không đọc được.") };
    }
  }

  private target(uri: string, id: string): Element {
    if (id === "/") return this.document.documentElement;
    if (!uri.startsWith("#")) throw new Fault("broken", "Chữ ký bảo vệ một tệp ở ngoài nên không kiểm tra được.");
    const found = this.ids.get(id) ?? [];
    if (!found[0]) throw new Fault("broken", `Phần “${id}” đã được ký nhưng không còn trong tệp.`);
    if (found.length > 1) throw new Fault("misplaced", `Mã “${id}” có ${found.length} lần trong tệp.`);
    return found[0];
  }

  private content(node: Element, element: Element, whole: boolean): string {
    let method = methodOf(null);
    let without: Element | null = null;
    const transforms = [...(child(node, DS, "Transforms")?.children ?? [])];
    for (const [at, one] of transforms.entries()) {
      if (address(one) === ENVELOPED && at === 0) without = this.signature;
      else if (at < transforms.length - 1) throw new Fault("broken", "Chữ ký dùng phép biến đổi không được hỗ trợ.");
      else method = methodOf(one);
    }
    return canonical(whole ? this.document : element, method, without);
  }

  private requirePlace(element: Element, id: string): void {
    if (element.namespaceURI === DS || element.namespaceURI === XADES) {
      const stray = isA(element, XADES, "SignedProperties") && !this.signature.contains(element);
      if (stray) throw new Fault("misplaced", "Thông tin đã ký nằm ở một chữ ký khác.");
      return;
    }
    const hidden = element !== this.document.documentElement && element.closest("*|Signature") !== null;
    if (hidden || (id !== "/" && isTranscript(this.document.documentElement) && misplaced(element))) {
      throw new Fault("misplaced", `Phần “${id}” không nằm đúng chỗ trong tệp.`);
    }
  }

  private properties(references: Reference[]): Element | null {
    const mine = (one: Element) => isA(one, XADES, "SignedProperties") && this.signature.contains(one);
    return references.find((one) => one.element && mine(one.element))?.element ?? null;
  }

  private told(properties: Element | null, name: string): string {
    return all(properties, XADES, name)[0]?.textContent?.trim() ?? "";
  }

  private async signer(properties: Element | null, told: Certificate[]): Promise<{ certificate: Certificate | null; fault: Fault | null }> {
    if (!told[0]) return { certificate: null, fault: new Fault("broken", "Chữ ký không kèm chứng thư nào đọc được.") };
    try {
      const meant = await this.meant(properties, told);
      if (!meant) throw new Fault("broken", "Chứng thư kèm theo không phải chứng thư đã được khai khi ký.");
      return { certificate: meant, fault: await this.faultOfValue(meant) };
    } catch (fault) {
      return { certificate: told[0], fault: fault instanceof Fault ? fault : new Fault("broken", "Chữ ký không đọc được.") };
    }
  }

  /** The certificate whose digest was signed; the first one when none was named. */
  private async meant(properties: Element | null, told: Certificate[]): Promise<Certificate | null> {
    const named = all(properties, XADES, "CertDigest")[0];
    if (!named) return told[0] ?? null;
    const wanted = decoded(child(named, DS, "DigestValue"));
    for (const one of told) if (same(await digest(digestName(named), derOf(one)), wanted)) return one;
    return null;
  }

  private async faultOfValue(certificate: Certificate): Promise<Fault | null> {
    const info = only(this.signature, "SignedInfo");
    const key = keyOf(certificate);
    if (!info || !key) return new Fault("broken", "Chữ ký thiếu phần bắt buộc hoặc khóa không đọc được.");
    const named = address(child(info, DS, "SignatureMethod"));
    const method = METHOD.exec(named);
    if (!method) return new Fault(/sha1|md5|dsa-sha224/.test(named) ? "weak" : "broken", "Chữ ký dùng thuật toán không còn an toàn hoặc không rõ.");
    const hash = method[2] ?? method[3] ?? "";
    const signed = utf8(canonical(info, methodOf(child(info, DS, "CanonicalizationMethod"))));
    const value = decoded(only(this.signature, "SignatureValue"));
    const fits = (method[1] === "ecdsa") === (key.family === "ecdsa");
    if (!fits || !(await valueHolds(key, hash, value, signed, !!method[3]))) {
      return new Fault("broken", "Nội dung chữ ký hoặc giá trị chữ ký đã bị thay đổi.");
    }
    return key.weakness ? new Fault("weak", key.weakness) : null;
  }

  private unsigned(): { timestamps: Bytes[]; stamped: Bytes; evidence: Evidence } {
    const properties = all(this.signature, XADES, "UnsignedSignatureProperties")[0] ?? null;
    const stamps = all(properties, XADES, "SignatureTimeStamp");
    const value = only(this.signature, "SignatureValue");
    if (!properties) return { timestamps: [], stamped: new Uint8Array(), evidence: noEvidence() };
    const method = methodOf(child(stamps[0] ?? null, DS, "CanonicalizationMethod"));
    return {
      timestamps: stamps.flatMap((one) => all(one, XADES, "EncapsulatedTimeStamp").map(decoded)),
      stamped: value ? utf8(canonical(value, method)) : new Uint8Array(),
      evidence: {
        certificates: all(properties, XADES, "EncapsulatedX509Certificate")
          .map((one) => readCertificate(decoded(one)))
          .filter((one): one is Certificate => one !== null),
        ocsp: all(properties, XADES, "EncapsulatedOCSPValue").map(decoded),
        crls: all(properties, XADES, "EncapsulatedCRLValue").map(decoded),
      },
    };
  }
}

function moment(text: string): Date | null {
  const at = new Date(text);
  return Number.isNaN(+at) ? null : at;
}

function wordsOf(ids: Map<string, Element[]>, found: Found[]): Map<string, string> {
  const words = new Map<string, string>();
  for (const [id, elements] of ids) if (elements[0]) words.set(id, describe(elements[0]));
  for (const one of found) words.set(`${one.id}-value`, `chữ ký “${one.role || one.id}”`);
  return words.set("/", "toàn bộ tệp");
}

/** What stands in the document outside every whole signature. */
function outside(root: Element, ids: Map<string, Element[]>, found: Found[]): string[] {
  if (!found.length) return [];
  const covers = new Set(found.flatMap((one) => one.covers));
  if (covers.has("/")) return [];
  const covered = new Set([...covers].flatMap((part) => ids.get(part) ?? []));
  const names = new Set<string>();
  const waiting = [root];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (covered.has(one) || isA(one, DS, "Signature")) continue;
    if (hasContent(one, [...covered].some((inner) => one?.contains(inner)))) names.add(one.getAttribute("Id") ?? one.localName);
    waiting.push(...one.children);
  }
  return [...names].map((name) => `Phần “${name}” không được chữ ký nào bảo vệ.`);
}

function hasContent(one: Element, around: boolean): boolean {
  const texts = [...one.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE || each.nodeType === Node.CDATA_SECTION_NODE);
  if (texts.some((each) => each.textContent?.trim())) return true;
  const plain = (attribute: Attr) =>
    !ID_NAMES.includes(attribute.name) && !attribute.name.startsWith("xmlns") && ![XML, SCHEMA].includes(attribute.namespaceURI ?? "");
  return !around && [...one.attributes].some(plain);
}
