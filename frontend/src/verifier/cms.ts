// CMS signatures and RFC 3161 tokens, taken apart and checked one by one.
import { ContentInfo, SignedData, TSTInfo } from "pkijs";
import type { Attribute, Certificate, SignerInfo } from "pkijs";
import { fromBER, type OctetString } from "asn1js";
import { bytesOf, digest, joined, same, type Bytes } from "./bytes.ts";
import { derOf, FOR_TIME, isFor, keyOf, pathTo, plainEcdsa, validAt, valueHolds } from "./certificates.ts";
import { HASHES, standingOf } from "./revocation.ts";
import { noEvidence, type Evidence, type Found, type Trust } from "./shapes.ts";

const DIGESTS: Record<string, string> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.3.14.3.2.26": "sha1",
};
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const TOKEN = "1.2.840.113549.1.9.16.2.14";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const PSS = "1.2.840.113549.1.1.10";

const OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2";

export interface Opened {
  data: SignedData;
  certificates: Certificate[];
  evidence: Evidence;
}

export function openCms(content: Bytes): Opened {
  const info = ContentInfo.fromBER(content);
  const data = new SignedData({ schema: info.content });
  const certificates = (data.certificates ?? []).filter((one): one is Certificate => "subject" in one);
  return { data, certificates, evidence: evidenceIn(content) };
}

interface Block {
  idBlock: { tagClass: number; tagNumber: number };
  valueBlock: { value?: Block[]; toString(): string };
  valueBeforeDecodeView: Uint8Array;
}

const inside = (one: Block | undefined): Block[] => one?.valueBlock.value ?? [];
const isTagged = (one: Block, number: number): boolean => one.idBlock.tagClass === 3 && one.idBlock.tagNumber === number;

/** Lists and OCSP responses that stand beside the certificates, in the very bytes that were signed. */
function evidenceIn(content: Bytes): Evidence {
  const evidence = noEvidence();
  const data = inside(inside(fromBER(content).result as unknown as Block)[1])[0];
  const held = inside(data).find((one) => isTagged(one, 1));
  for (const one of inside(held)) {
    if (!isTagged(one, 1)) evidence.crls.push(one.valueBeforeDecodeView.slice() as Bytes);
    else keepResponse(evidence, inside(one));
  }
  return evidence;
}

function keepResponse(evidence: Evidence, [kind, value]: Block[]): void {
  if (kind?.valueBlock.toString() === OCSP_RESPONSE && value) evidence.ocsp.push(value.valueBeforeDecodeView.slice() as Bytes);
}

/** Every signature in a CMS over `content`, which is given in pieces. */
export async function readCms(cms: Bytes, content: Bytes[]): Promise<Found[]> {
  const opened = openCms(cms);
  return Promise.all(opened.data.signerInfos.map((one, at) => readSigner(one, opened, joined(...content), `ky-${at + 1}`)));
}

async function readSigner(one: SignerInfo, opened: Opened, content: Bytes, id: string): Promise<Found> {
  const certificate = opened.certificates.find((each) => isMeant(one, each)) ?? null;
  const checked = await check(one, certificate, content);
  return {
    id,
    certificate,
    chain: opened.certificates.filter((each) => each !== certificate),
    role: "",
    claimedAt: signingTime(one),
    covers: ["/"],
    broken: checked.content ? [] : ["nội dung"],
    fault: !certificate ? "broken" : checked.weak ? "weak" : checked.content && checked.value ? "" : "broken",
    reason: "",
    timestamps: (attribute(one.unsignedAttrs?.attributes, TOKEN)?.values ?? []).map((each) => bytesOf(each.toBER(false))),
    stamped: bytesOf(one.signature.valueBlock.valueHexView),
    evidence: opened.evidence,
  };
}

function isMeant(one: SignerInfo, certificate: Certificate): boolean {
  const sid = one.sid as { issuer?: Certificate["issuer"]; serialNumber?: Certificate["serialNumber"] };
  if (sid.issuer && sid.serialNumber) {
    return sid.issuer.isEqual(certificate.issuer) && sid.serialNumber.isEqual(certificate.serialNumber);
  }
  const told = certificate.extensions?.find((each) => each.extnID === "2.5.29.14")?.parsedValue as OctetString | undefined;
  const wanted = (one.sid as { valueBlock?: { valueHexView: Uint8Array } }).valueBlock?.valueHexView;
  return !!told && !!wanted && same(told.valueBlock.valueHexView, wanted);
}

const attribute = (all: Attribute[] | undefined, type: string): Attribute | undefined => {
  const found = (all ?? []).filter((one) => one.type === type);
  return found.length === 1 ? found[0] : undefined;
};

function signingTime(one: SignerInfo): Date | null {
  const value = attribute(one.signedAttrs?.attributes, SIGNING_TIME)?.values[0] as { toDate?(): Date } | undefined;
  return value?.toDate?.() ?? null;
}

interface Checked {
  content: boolean;
  value: boolean;
  weak: boolean;
}

/** Whether the content and the value hold; both are still computed for a weak digest. */
async function check(one: SignerInfo, certificate: Certificate | null, content: Bytes): Promise<Checked> {
  const named = DIGESTS[one.digestAlgorithm.algorithmId] ?? "";
  const key = certificate ? keyOf(certificate) : null;
  if (!key || !certificate || !named) return { content: false, value: false, weak: false };
  const attributes = one.signedAttrs;
  const told = attribute(attributes?.attributes, MESSAGE_DIGEST)?.values[0] as OctetString | undefined;
  const covered = attributes ? !!told && same(told.valueBlock.valueHexView, await digest(named, content)) : true;
  const signed = attributes ? bytesOf(attributes.encodedValue) : content;
  const hash = HASHES[one.signatureAlgorithm.algorithmId] ?? named;
  const raw = bytesOf(one.signature.valueBlock.valueHexView);
  const value = key.family === "ecdsa" ? plainEcdsa(raw, key.size) : raw;
  const pss = one.signatureAlgorithm.algorithmId === PSS;
  const holds = value !== null && (await valueHolds(key, hash, value, asSet(signed, !!attributes), pss));
  const weak = named === "sha1" || hash === "sha1" || key.weakness !== "";
  return { content: covered, value: holds && (await isNamed(one, certificate)), weak };
}

/** Signed attributes are signed with the tag of a SET. */
function asSet(signed: Bytes, attributes: boolean): Bytes {
  if (!attributes || signed[0] === 0x31) return signed;
  const copy = signed.slice();
  copy[0] = 0x31;
  return copy;
}

/** ESS signing-certificate-v2: when the signer named her certificate, it must be this one. */
async function isNamed(one: SignerInfo, certificate: Certificate): Promise<boolean> {
  const told = attribute(one.signedAttrs?.attributes, CERTIFICATE_V2)?.values[0];
  if (!told) return true;
  const all = bytesOf(told.toBER(false));
  for (const name of ["sha256", "sha384", "sha512"]) {
    if (contains(all, await digest(name, derOf(certificate)))) return true;
  }
  return false;
}

function contains(all: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= all.length; at += 1) if (same(all.subarray(at, at + part.length), part)) return true;
  return false;
}

/** The time of a token that covers `stamped` and whose maker is trusted; null otherwise. */
export async function trustedTime(token: Bytes, stamped: Bytes, trust: Trust, evidence: Evidence, now: Date): Promise<Date | null> {
  try {
    return await readToken(token, stamped, trust, evidence, now);
  } catch {
    return null;
  }
}

async function readToken(token: Bytes, stamped: Bytes, trust: Trust, evidence: Evidence, now: Date): Promise<Date | null> {
  const opened = openCms(token);
  const inside = opened.data.encapContentInfo;
  const signer = opened.data.signerInfos[0];
  if (inside.eContentType !== TST_INFO || opened.data.signerInfos.length !== 1 || !signer || !inside.eContent) return null;
  const content = bytesOf(inside.eContent.getValue());
  const info = TSTInfo.fromBER(content);
  const certificate = opened.certificates.find((one) => isMeant(signer, one));
  if (!certificate || !isFor(certificate, FOR_TIME)) return null;
  const checked = await check(signer, certificate, content);
  if (!checked.content || !checked.value || checked.weak) return null;
  const hash = DIGESTS[info.messageImprint.hashAlgorithm.algorithmId] ?? "";
  if (hash === "sha1" || !hash) return null;
  const imprint = info.messageImprint.hashedMessage.valueBlock.valueHexView;
  if (!same(imprint, await digest(hash, stamped)) || +info.genTime > +now + 300_000) return null;
  return (await isTrustedMaker(certificate, opened, trust, evidence, info.genTime, now)) ? info.genTime : null;
}

async function isTrustedMaker(maker: Certificate, opened: Opened, trust: Trust, evidence: Evidence, at: Date, now: Date): Promise<boolean> {
  const others = [...opened.certificates, ...trust.others, ...evidence.certificates];
  const path = await pathTo(maker, [...trust.timeRoots, ...trust.roots], others, at);
  if (!path || !validAt(maker, at)) return false;
  for (let below = 0; below + 1 < path.length; below += 1) {
    const [one, issuer] = [path[below], path[below + 1]];
    if (one && issuer && (await standingOf(one, issuer, evidence, at, now)).known === "revoked") return false;
  }
  return true;
}
