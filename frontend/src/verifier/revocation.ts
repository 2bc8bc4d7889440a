// Whether a certificate was revoked, by OCSP responses and lists that came with the file.
import { BasicOCSPResponse, CertID, CertificateRevocationList, OCSPResponse } from "pkijs";
import type { Certificate } from "pkijs";
import { bytesOf, type Bytes } from "./bytes.ts";
import { FOR_OCSP, issuedBy, isFor, keyOf, plainEcdsa, validAt, valueHolds } from "./certificates.ts";
import type { Evidence } from "./shapes.ts";

const MINUTES = 60_000;
const CLOCKS_DIFFER = 5 * MINUTES;
const A_DAY = 24 * 60 * MINUTES;
export const HASHES: Record<string, string> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";

interface Answer {
  saidAt: Date;
  nextAt: Date | null;
  revokedAt: Date | null;
}

export interface Standing {
  known: "good" | "revoked" | "revoked_since" | "unknown";
  at: Date | null;
}

export async function standingOf(one: Certificate, issuer: Certificate, evidence: Evidence, at: Date, now: Date): Promise<Standing> {
  const answers = await allAnswers(one, issuer, evidence);
  const revoked = answers.flatMap((answer) => (answer.revokedAt ? [answer.revokedAt] : []));
  if (revoked.length) {
    const first = new Date(Math.min(...revoked.map(Number)));
    return { known: first <= at ? "revoked" : "revoked_since", at: first };
  }
  const good = answers.some((answer) => provesGood(answer, at, one.notAfter.value, now));
  return { known: good ? "good" : "unknown", at: null };
}

function provesGood(answer: Answer, at: Date, until: Date, now: Date): boolean {
  if (+answer.saidAt > +now + CLOCKS_DIFFER) return false;
  const last = answer.nextAt ? +answer.nextAt : +answer.saidAt + A_DAY;
  const fresh = +answer.saidAt <= +at + CLOCKS_DIFFER && +at <= last;
  return fresh || (at <= answer.saidAt && answer.saidAt <= until);
}

async function allAnswers(one: Certificate, issuer: Certificate, evidence: Evidence): Promise<Answer[]> {
  const asked = [
    ...evidence.ocsp.map((content) => ocspAnswer(content, one, issuer)),
    ...evidence.crls.map((content) => listAnswer(content, one, issuer)),
  ];
  const found = await Promise.all(asked.map((each) => each.catch(() => null)));
  return found.filter((each): each is Answer => each !== null);
}

async function ocspAnswer(content: Bytes, one: Certificate, issuer: Certificate): Promise<Answer | null> {
  const basic = openOcsp(content);
  if (!basic || !(await rightlySigned(basic, issuer))) return null;
  for (const single of basic.tbsResponseData.responses) {
    const wanted = new CertID();
    const hash = { "1.3.14.3.2.26": "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256" }[single.certID.hashAlgorithm.algorithmId];
    if (!hash) continue;
    await wanted.createForCertificate(one, { hashAlgorithm: hash, issuerCertificate: issuer });
    if (!wanted.isEqual(single.certID)) continue;
    const tag = (single.certStatus as { idBlock: { tagNumber: number } }).idBlock.tagNumber;
    if (tag === 2) return null;
    return { saidAt: single.thisUpdate, nextAt: single.nextUpdate ?? null, revokedAt: tag === 1 ? revokedTime(single.certStatus) : null };
  }
  return null;
}

function openOcsp(content: Bytes): BasicOCSPResponse | null {
  const response = OCSPResponse.fromBER(content);
  if (response.responseBytes?.responseType !== OCSP_BASIC) return null;
  return BasicOCSPResponse.fromBER(response.responseBytes.response.valueBlock.valueHexView as Bytes);
}

function revokedTime(status: unknown): Date {
  const held = (status as { valueBlock: { value: { toDate?(): Date }[] } }).valueBlock.value[0];
  return held?.toDate?.() ?? new Date(0);
}

async function rightlySigned(basic: BasicOCSPResponse, issuer: Certificate): Promise<boolean> {
  const delegates = (basic.certs ?? []).slice(0, 8);
  const signers = [issuer];
  for (const one of delegates) {
    const produced = basic.tbsResponseData.producedAt;
    if (isFor(one, FOR_OCSP) && validAt(one, produced) && (await issuedBy(one, issuer))) signers.push(one);
  }
  for (const signer of signers) if (await signedBy(basic, signer)) return true;
  return false;
}

async function signedBy(basic: BasicOCSPResponse, signer: Certificate): Promise<boolean> {
  const hash = HASHES[basic.signatureAlgorithm.algorithmId];
  const key = keyOf(signer);
  if (!hash || !key) return false;
  const value = bytesOf(basic.signature.valueBlock.valueHexView);
  const plain = key.family === "ecdsa" ? plainEcdsa(value, key.size) : value;
  return plain !== null && (await valueHolds(key, hash, plain, bytesOf(basic.tbsResponseData.tbsView)));
}

async function listAnswer(content: Bytes, one: Certificate, issuer: Certificate): Promise<Answer | null> {
  const list = CertificateRevocationList.fromBER(content);
  if (!list.issuer.isEqual(issuer.subject) || !(await list.verify({ issuerCertificate: issuer }))) return null;
  const entry = list.revokedCertificates?.find((each) => each.userCertificate.isEqual(one.serialNumber));
  return { saidAt: list.thisUpdate.value, nextAt: list.nextUpdate?.value ?? null, revokedAt: entry ? entry.revocationDate.value : null };
}
