// A file of any kind: what it is, and the verdict on everything in it.
import { latin1, type Bytes } from "./bytes.ts";
import { readCms } from "./cms.ts";
import { instant, judge } from "./judging.ts";
import { BadProof, checkProof, isProof, type Proved, type ProvedEntry } from "./ledger.ts";
import { readPdf } from "./pdf.ts";
import { isGood, type Found, type Report, type Trust } from "./shapes.ts";
import { titleOf } from "./transcript.ts";
import { readXml } from "./xml.ts";
import { membersOf } from "./zip.ts";

const NOT_KNOWN =
  "Không nhận ra loại tệp này. Kiểm tra được tệp XML hoặc PDF có chữ ký số, tệp bất kì kèm chữ ký .p7s, gói .zip và minh chứng sổ cái .json.";
const SHOWN = 12;

export interface Given {
  name: string;
  content: Bytes;
}

/** Every file that was chosen; a `.p7s` is checked with the file whose name stands before it. */
export async function examineAll(given: Given[], trust: Trust, now: Date): Promise<Report[]> {
  const byName = new Map(given.map((one) => [one.name, one]));
  const reports: Report[] = [];
  for (const one of given) {
    const beside = one.name.endsWith(".p7s") ? byName.get(one.name.slice(0, -4)) : undefined;
    if (beside) continue;
    reports.push(...(await examine(one, byName.get(`${one.name}.p7s`)?.content ?? null, trust, now)));
  }
  return reports;
}

async function examine(one: Given, detached: Bytes | null, trust: Trust, now: Date): Promise<Report[]> {
  try {
    if (detached) return [await judged(one.name, "Tệp kèm chữ ký CMS (.p7s)", "", await readCms(detached, [one.content]), [], trust, now)];
    return await byKind(one, trust, now);
  } catch (error) {
    return [refused(one.name, error instanceof Error && error.message ? error.message : "Tệp không đọc được.")];
  }
}

async function byKind(one: Given, trust: Trust, now: Date): Promise<Report[]> {
  const head = latin1(one.content.subarray(0, 1024)).replace(/^[\xef\xbb\xbf\s]+/, "");
  if (head.includes("%PDF-")) {
    const { found, faults } = await readPdf(one.content);
    return [await judged(one.name, "Tệp PDF có chữ ký số", "", found, faults, trust, now)];
  }
  if (head.startsWith("PK\x03\x04")) return inPackage(one, trust, now);
  if (isProof(one.content)) return [await proved(one, trust)];
  if (head.startsWith("<")) {
    const { found, faults, words, root } = await readXml(one.content);
    return [await judged(one.name, "Tệp XML có chữ ký số", titleOf(root), found, faults, trust, now, words)];
  }
  return [refused(one.name, NOT_KNOWN)];
}

async function inPackage(one: Given, trust: Trust, now: Date): Promise<Report[]> {
  const members = await membersOf(one.content);
  const signed = [...members].filter(([path]) => /\.(?:xml|pdf|p7s)$/.test(path) || members.has(`${path}.p7s`));
  const reports = await examineAll(signed.map(([name, content]) => ({ name, content })), trust, now);
  return reports.length ? reports : [refused(one.name, "Gói không có tệp nào ký số.")];
}

async function judged(
  name: string,
  kind: string,
  title: string,
  found: Found[],
  faults: string[],
  trust: Trust,
  now: Date,
  words: Map<string, string> = new Map([["/", "toàn bộ tệp"]]),
): Promise<Report> {
  const signatures = [];
  for (const one of found) signatures.push(await judge(one, trust, now, words));
  const bad = signatures.filter((one) => !isGood(one.status));
  const good = signatures.length > 0 && !bad.length && !faults.length;
  const doubtful = !faults.length && bad.every((one) => ["untrusted", "status_unknown"].includes(one.status));
  return { name, kind, title, good, doubtful, sentence: whole(signatures.length, bad, faults), faults, notes: [], signatures };
}

const UNPROVEN = "còn nguyên vẹn và do nơi cấp tin cậy, nhưng chưa có bằng chứng chứng thư không bị thu hồi";

function whole(count: number, bad: { name: string; status: string }[], faults: string[]): string {
  if (!count) return "Tệp không có chữ ký số nào.";
  const wrong = bad.filter((one) => one.status !== "status_unknown").map((one) => one.name);
  const unproven = bad.length - wrong.length;
  if (wrong.length) {
    const rest = unproven ? ` ${unproven} chữ ký khác ${UNPROVEN}.` : "";
    return `${wrong.length} trong ${count} chữ ký số không hợp lệ hoặc chưa đủ tin cậy: ${[...new Set(wrong)].join("; ")}.${rest}`;
  }
  if (!unproven) {
    if (faults.length) return "Các chữ ký số hợp lệ, nhưng tệp có phần không được chữ ký nào bảo vệ.";
    return count === 1 ? "Chữ ký số hợp lệ." : `Cả ${count} chữ ký số đều hợp lệ.`;
  }
  const rest = faults.length ? " Tệp có phần không được chữ ký nào bảo vệ." : "";
  if (count === 1) return `Chữ ký số ${UNPROVEN}.${rest}`;
  return `${unproven === count ? `Cả ${count} chữ ký số` : `${count - unproven} chữ ký số hợp lệ, ${unproven} chữ ký`} ${UNPROVEN}.${rest}`;
}

const refused = (name: string, sentence: string): Report => ({
  name,
  kind: "",
  title: "",
  good: false,
  doubtful: false,
  sentence,
  faults: [],
  notes: [],
  signatures: [],
});

async function proved(one: Given, trust: Trust): Promise<Report> {
  const base = { ...refused(one.name, ""), kind: "Minh chứng sổ cái" };
  try {
    const found = await checkProof(one.content, trust.sealKeys);
    const asked = found.entries.find((each) => each.id === found.proof.asked);
    const sentence = `Minh chứng hợp lệ: dòng số ${asked?.id} do ${asked?.name} ghi lúc ${when(asked?.at ?? "")} có trong sổ cái và không bị sửa từ khi niêm phong.`;
    return { ...base, good: true, sentence, notes: notes(found, trust.sealKeys.length > 0) };
  } catch (error) {
    if (!(error instanceof BadProof)) throw error;
    return { ...base, sentence: `Minh chứng không hợp lệ. ${error.message}` };
  }
}

const when = (text: string): string => instant(new Date(text));
const shown = (value: unknown): string =>
  value === null || value === "" ? "(trống)" : typeof value === "object" ? JSON.stringify(value) : `“${String(value)}”`;

function told(one: ProvedEntry): string {
  const reason = one.reason ? `, lý do: ${one.reason}` : "";
  const root = one.day ? `, gốc ngày ${one.day.split("-").reverse().join("/")}` : ", gốc ngày chưa công bố";
  return `Dòng ${one.id}: ${one.label || one.action}, ${shown(one.old)} → ${shown(one.new)}; ${one.name}, ${when(one.at)}${reason}; niêm phong ${when(one.sealedAt)}${root}.`;
}

function notes({ proof, entries }: Proved, known: boolean): string[] {
  const at = when(proof.made_at);
  const keys = Object.keys(proof.keys).join(", ");
  return [
    ...entries.slice(-SHOWN).map(told),
    proof.complete
      ? `Đơn vị vận hành ký xác nhận: tính đến ${at}, đây là tất cả các dòng đã niêm phong của mục này.`
      : `Tệp lập lúc ${at} không kèm đủ các dòng của mục này.`,
    known ? `Khóa niêm phong ${keys} nằm trong danh sách tin cậy.` : `Hãy đối chiếu khóa niêm phong ${keys} với khóa mà đơn vị vận hành công bố.`,
  ];
}
