// Whom to trust: the same text file as the platform gives out, or plain PEM certificates.
import { fromBase64, same } from "./bytes.ts";
import { readCertificate } from "./certificates.ts";
import type { Trust } from "./shapes.ts";

const BLOCK = /(?:^#\s*([^\n:]*)[^\n]*\n)?-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/gm;
const SEAL_KEY = /^#\s*khóa niêm phong:\s*([0-9a-f]{64})\s*$/gm;
const BETWEEN = "chứng thư trung gian";
const TIME = "gốc của dịch vụ cấp dấu thời gian";
const ROOT = "gốc tin cậy";

export function readTrust(text: string): Trust {
  const trust: Trust = { roots: [], others: [], timeRoots: [], sealKeys: [] };
  const plain = text.replace(/\r\n/g, "\n");
  for (const [, kind, body] of plain.matchAll(BLOCK)) {
    const one = readCertificate(fromBase64(body ?? ""));
    if (!one) throw new Error("Có chứng thư hỏng trong phần tin cậy.");
    const told = (kind ?? "").trim();
    const selfSigned = same(new Uint8Array(one.subject.toSchema().toBER()), new Uint8Array(one.issuer.toSchema().toBER()));
    if (told === ROOT || (told !== TIME && told !== BETWEEN && selfSigned)) trust.roots.push(one);
    if (told === TIME || (told !== ROOT && told !== BETWEEN && selfSigned)) trust.timeRoots.push(one);
    if (told === BETWEEN || (![ROOT, TIME].includes(told) && !selfSigned)) trust.others.push(one);
  }
  trust.sealKeys = [...plain.matchAll(SEAL_KEY)].map((one) => one[1] ?? "");
  return trust;
}

