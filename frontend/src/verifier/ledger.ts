// Proofs of the ledger: the same checks as khue/ledger/rules/proofs.py, with WebCrypto.
import { digest, fromHex, hex, joined, utf8, type Bytes } from "./bytes.ts";

const FORMAT = "khue-minh-chung/1";
const DAY_FORMAT = "khue-goc-ngay/1";
const FIELDS = "asked complete entries format key_id keys made_at roots seals signature subject waiting";
const SEAL_FIELDS = "day digest entries key_id path position previous root sealed_at signature";
const NOT_WHOLE = "Tệp minh chứng không nguyên vẹn: nội dung hoặc chữ ký của tệp đã bị thay đổi.";
const NOT_A_PROOF = "Tệp này không phải minh chứng sổ cái của Khuê hoặc đã hỏng.";

export class BadProof extends Error {}

interface Seal {
  previous: string;
  root: string;
  entries: number;
  sealed_at: string;
  key_id: string;
  digest: string;
  signature: string;
  day: number;
  position: number;
  path: string[];
}

interface DayRoot {
  day: string;
  root: string;
  seals: number;
  key_id: string;
  public_key: string;
  digest: string;
  signature: string;
}

interface Proof {
  asked: number;
  subject: string;
  made_at: string;
  complete: boolean;
  waiting: number;
  entries: { content: string; seal: number; position: number; path: string[] }[];
  seals: Seal[];
  roots: DayRoot[];
  keys: Record<string, string>;
  key_id: string;
  signature: string;
}

export interface ProvedEntry {
  id: number;
  at: string;
  name: string;
  label: string;
  action: string;
  old: unknown;
  new: unknown;
  reason: string;
  sealedAt: string;
  day: string;
}

export interface Proved {
  proof: Proof;
  entries: ProvedEntry[];
}

export const isProof = (content: Bytes): boolean =>
  content[0] === 0x7b && new TextDecoder().decode(content).includes(`"format":"${FORMAT}"`);

/** Sorted keys, no spaces: the one way in which everything of the ledger is written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Record<string, unknown>)[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

const digestOf = (value: unknown): Promise<Bytes> => digest("sha256", utf8(canonical(value)));
const leafOf = (content: Bytes): Promise<Bytes> => digest("sha256", joined(new Uint8Array([0]), content));
const node = (left: Bytes, right: Bytes): Promise<Bytes> => digest("sha256", joined(new Uint8Array([1]), left, right));

async function signatureHolds(publicHex: string, signed: Bytes, signature: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", fromHex(publicHex), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, fromHex(signature), signed);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      throw new BadProof("Trình duyệt này chưa kiểm tra được chữ ký Ed25519. Hãy dùng bản mới hơn.");
    }
    return false;
  }
}

async function rootByPath(leaf: Bytes, position: number, count: number, path: string[]): Promise<string> {
  if (!(position >= 0 && position < count)) return "";
  const left = [...path];
  let [at, many, now] = [position, count, leaf];
  for (; many > 1; at = Math.floor(at / 2), many = Math.floor((many + 1) / 2)) {
    if ((at ^ 1) >= many) continue;
    const beside = left.shift();
    if (beside === undefined) return "";
    now = at % 2 ? await node(fromHex(beside), now) : await node(now, fromHex(beside));
  }
  return left.length ? "" : hex(now);
}

export async function checkProof(content: Bytes, trusted: string[]): Promise<Proved> {
  try {
    return await read(content, trusted);
  } catch (error) {
    throw error instanceof BadProof ? error : new BadProof(NOT_A_PROOF);
  }
}

async function read(content: Bytes, trusted: string[]): Promise<Proved> {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  const proof = JSON.parse(text) as Proof & { format: string };
  if (proof.format !== FORMAT || Object.keys(proof).sort().join(" ") !== FIELDS) throw new BadProof(NOT_A_PROOF);
  const { signature, ...signed } = proof;
  const whole = canonical(proof) === text && (await signatureHolds(proof.keys[proof.key_id] ?? "", await digestOf(signed), signature));
  if (!whole) throw new BadProof(NOT_WHOLE);
  await checkKeys(proof.keys, trusted);
  for (const root of proof.roots) await checkRoot(root);
  for (const seal of proof.seals) await checkSeal(seal, proof);
  const entries: ProvedEntry[] = [];
  for (const one of proof.entries) entries.push(await entryOf(one, proof));
  if (!entries.some((one) => one.id === proof.asked)) throw new BadProof(NOT_A_PROOF);
  return { proof, entries };
}

async function checkKeys(keys: Record<string, string>, trusted: string[]): Promise<void> {
  for (const [id, publicHex] of Object.entries(keys)) {
    if (hex(await digest("sha256", fromHex(publicHex))).slice(0, 16) !== id) throw new BadProof(NOT_WHOLE);
    if (trusted.length && !trusted.includes(publicHex)) {
      throw new BadProof(`Minh chứng được ký bằng khóa niêm phong ${id} không nằm trong danh sách tin cậy.`);
    }
  }
}

async function checkRoot(root: DayRoot): Promise<void> {
  const { digest: told, signature, ...signed } = { ...root, format: DAY_FORMAT };
  const found = await digestOf(signed);
  const id = hex(await digest("sha256", fromHex(root.public_key))).slice(0, 16);
  if (hex(found) !== told || id !== root.key_id || !(await signatureHolds(root.public_key, found, signature))) {
    throw new BadProof(`Gốc ngày ${root.day} đã bị sửa.`);
  }
}

async function checkSeal(seal: Seal, proof: Proof): Promise<void> {
  if (Object.keys(seal).sort().join(" ") !== SEAL_FIELDS) throw new BadProof(NOT_A_PROOF);
  const { previous, root, entries, sealed_at, key_id } = seal;
  const found = await digestOf({ previous, root, entries, sealed_at, key_id });
  const signed = await signatureHolds(proof.keys[key_id] ?? "", found, seal.signature);
  if (hex(found) !== seal.digest || !signed) throw new BadProof("Chữ ký của một niêm phong trong minh chứng không đúng.");
  if (seal.day < 0) return;
  const day = proof.roots[seal.day];
  if (!day || (await rootByPath(await leafOf(found), seal.position, day.seals, seal.path)) !== day.root) {
    throw new BadProof("Một niêm phong trong minh chứng không thuộc gốc ngày của nó.");
  }
}

async function entryOf(one: Proof["entries"][number], proof: Proof): Promise<ProvedEntry> {
  const seal = proof.seals[one.seal];
  const leaf = await leafOf(utf8(one.content));
  if (!seal || (await rootByPath(leaf, one.position, seal.entries, one.path)) !== seal.root) {
    throw new BadProof("Một dòng trong minh chứng không thuộc niêm phong của nó: dòng đã bị sửa.");
  }
  const told = JSON.parse(one.content) as Omit<ProvedEntry, "sealedAt" | "day"> & { subject: string };
  if (told.subject !== proof.subject) throw new BadProof(NOT_A_PROOF);
  const { id, at, name, label, action, old, new: fresh, reason } = told;
  return { id, at, name, label, action, old, new: fresh, reason, sealedAt: seal.sealed_at, day: proof.roots[seal.day]?.day ?? "" };
}
