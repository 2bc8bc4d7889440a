// Certificates: reading them, their holder and purpose, and the way up to a trusted root.
import { Certificate, CryptoEngine, setEngine } from "pkijs";
import type { BasicConstraints, ExtKeyUsage } from "pkijs";
import type { BitString } from "asn1js";
import { bytesOf, digest, hex, same, type Bytes } from "./bytes.ts";

const LONGEST = 8;
const COMMON_NAME = "2.5.4.3";
const TITLE = "2.5.4.12";
const ORGANISATION = "2.5.4.10";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_USAGE = "2.5.29.37";
export const FOR_TIME = "1.3.6.1.5.5.7.3.8";
export const FOR_OCSP = "1.3.6.1.5.5.7.3.9";
const OTHER_PURPOSES = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", FOR_TIME, FOR_OCSP];
const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const CURVES: Record<string, { name: string; size: number }> = {
  "1.2.840.10045.3.1.7": { name: "P-256", size: 32 },
  "1.3.132.0.34": { name: "P-384", size: 48 },
  "1.3.132.0.35": { name: "P-521", size: 66 },
};

setEngine("khue", new CryptoEngine({ name: "khue", crypto: globalThis.crypto }));

export function readCertificate(der: Uint8Array): Certificate | null {
  try {
    return Certificate.fromBER(der as Bytes);
  } catch {
    return null;
  }
}

export const derOf = (one: Certificate): Bytes => bytesOf(one.toSchema().toBER(false));

function nameOf(name: Certificate["subject"], type: string): string {
  const found = name.typesAndValues.find((one) => one.type === type);
  return found ? String(found.value.valueBlock.value) : "";
}

export interface Holder {
  name: string;
  title: string;
  organisation: string;
  issuer: string;
  serial: string;
}

export function holderOf(one: Certificate): Holder {
  return {
    name: nameOf(one.subject, COMMON_NAME),
    title: nameOf(one.subject, TITLE),
    organisation: nameOf(one.subject, ORGANISATION),
    issuer: nameOf(one.issuer, COMMON_NAME),
    serial: hex(new Uint8Array(one.serialNumber.valueBlock.valueHexView)).replace(/^(?:0(?=.))+/, ""),
  };
}

export interface Key {
  family: "rsa" | "ecdsa";
  curve: string;
  size: number;
  spki: Bytes;
  /** As shown; "" when it is strong enough to count. */
  weakness: string;
  shown: string;
}

export function keyOf(one: Certificate): Key | null {
  const info = one.subjectPublicKeyInfo;
  const spki = bytesOf(info.toSchema().toBER(false));
  if (info.algorithm.algorithmId === RSA) {
    const modulus = (info.parsedKey as unknown as { modulus: { valueBlock: { valueHexView: Uint8Array } } }).modulus;
    const bits = hex(modulus.valueBlock.valueHexView).replace(/^0+/, "").length * 4;
    const size = Math.ceil(bits / 8) * 8;
    const weakness = size < 2048 ? `Khóa RSA ${size} bit quá ngắn, dễ bị giả mạo.` : "";
    return { family: "rsa", curve: "", size: size / 8, spki, weakness, shown: `RSA ${size}` };
  }
  if (info.algorithm.algorithmId !== EC) return null;
  const named = (info.algorithm.algorithmParams as { valueBlock: { toString(): string } }).valueBlock.toString();
  const curve = CURVES[named];
  if (!curve) return null;
  return { family: "ecdsa", curve: curve.name, size: curve.size, spki, weakness: "", shown: `ECDSA ${curve.name}` };
}

/** RSA PKCS#1 v1.5 or PSS, ECDSA as the two numbers side by side. */
export async function valueHolds(key: Key, name: string, signature: Bytes, data: Bytes, pss = false): Promise<boolean> {
  const hash = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" }[name];
  if (!hash) return false;
  const rsa = pss ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
  const algorithm = key.family === "rsa" ? { name: rsa, hash } : { name: "ECDSA", namedCurve: key.curve };
  const how = key.family === "rsa" ? { name: rsa, saltLength: Number(hash.slice(4)) / 8 } : { name: "ECDSA", hash };
  try {
    const imported = await crypto.subtle.importKey("spki", key.spki, algorithm, false, ["verify"]);
    return await crypto.subtle.verify(how, imported, signature, data);
  } catch {
    return false;
  }
}

/** The two numbers of an ECDSA value in DER, side by side; null when it is none. */
export function plainEcdsa(der: Uint8Array, size: number): Bytes | null {
  const long = der[1] === 0x81 ? 3 : 2;
  if (der[0] !== 0x30) return null;
  const out = new Uint8Array(2 * size);
  let at = long;
  for (const end of [size, 2 * size]) {
    const length = der[at + 1] ?? 0;
    let number = der.subarray(at + 2, at + 2 + length);
    while (number.length > size && number[0] === 0) number = number.subarray(1);
    if (der[at] !== 0x02 || number.length > size) return null;
    out.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? out : null;
}

export const extension = (one: Certificate, id: string) => one.extensions?.find((found) => found.extnID === id);

function purposes(one: Certificate): string[] {
  return (extension(one, EXTENDED_USAGE)?.parsedValue as ExtKeyUsage | undefined)?.keyPurposes ?? [];
}

export const isFor = (one: Certificate, purpose: string): boolean => purposes(one).includes(purpose);

export function isForSigning(one: Certificate): boolean {
  const usage = extension(one, KEY_USAGE)?.parsedValue as BitString | undefined;
  const bits = usage ? (usage.valueBlock.valueHexView[0] ?? 0) : 0xff;
  const told = purposes(one);
  const strange = told.length > 0 && told.every((each) => OTHER_PURPOSES.includes(each));
  return (bits & 0xc0) !== 0 && !strange;
}

function isAuthority(one: Certificate): boolean {
  const basic = extension(one, BASIC_CONSTRAINTS)?.parsedValue as BasicConstraints | undefined;
  const usage = extension(one, KEY_USAGE)?.parsedValue as BitString | undefined;
  const mayIssue = !usage || ((usage.valueBlock.valueHexView[0] ?? 0) & 0x04) !== 0;
  return basic?.cA === true && mayIssue;
}

function depthAllows(one: Certificate, below: number): boolean {
  const basic = extension(one, BASIC_CONSTRAINTS)?.parsedValue as BasicConstraints | undefined;
  const most = basic?.pathLenConstraint;
  return typeof most !== "number" || below <= most;
}

export const validAt = (one: Certificate, at: Date): boolean =>
  one.notBefore.value <= at && at <= one.notAfter.value;

export async function issuedBy(one: Certificate, issuer: Certificate): Promise<boolean> {
  if (!one.issuer.isEqual(issuer.subject)) return false;
  try {
    return await one.verify(issuer);
  } catch {
    return false;
  }
}

/** From a certificate up to a root that is trusted, at a moment; null when there is no way. */
export async function pathTo(
  one: Certificate,
  roots: Certificate[],
  others: Certificate[],
  at: Date | null,
  below = 0,
): Promise<Certificate[] | null> {
  if (roots.some((root) => same(derOf(root), derOf(one)))) return [one];
  if (below > LONGEST) return null;
  for (const above of [...roots, ...others]) {
    const fits = isAuthority(above) && depthAllows(above, below) && (!at || validAt(above, at));
    if (!fits || keyOf(above)?.weakness || same(derOf(above), derOf(one)) || !(await issuedBy(one, above))) continue;
    const rest = await pathTo(above, roots, others, at, below + 1);
    if (rest) return [one, ...rest];
  }
  return null;
}

export const fingerprint = async (one: Certificate): Promise<string> => hex(await digest("sha256", derOf(one)));
