// The verdict on one signature, in the order of the rules on the server: whole, strong, of a trusted chain, in time.
import { derOf, holderOf, isForSigning, keyOf, pathTo, validAt, type Holder } from "./certificates.ts";
import type { Certificate } from "pkijs";
import { same } from "./bytes.ts";
import { trustedTime } from "./cms.ts";
import { standingOf } from "./revocation.ts";
import type { Evidence, Found, Judged, Status, Trust } from "./shapes.ts";

interface Verdict {
  status: Status;
  since?: Date | null;
  detail?: string;
}

const IN_VIETNAM = { timeZone: "Asia/Ho_Chi_Minh" } as const;
const dayOf = (at: Date): string => at.toLocaleDateString("vi-VN", { ...IN_VIETNAM, day: "2-digit", month: "2-digit", year: "numeric" });
export const instant = (at: Date): string =>
  `${at.toLocaleTimeString("vi-VN", { ...IN_VIETNAM, hour12: false })} ngày ${dayOf(at)}`;

export async function judge(found: Found, trust: Trust, now: Date, words: Map<string, string>): Promise<Judged> {
  const times = await Promise.all(found.timestamps.map((token) => trustedTime(token, found.stamped, trust, found.evidence, now)));
  const known = times.filter((one): one is Date => one !== null).map(Number);
  const stampedAt = known.length ? new Date(Math.min(...known)) : null;
  const verdict = await decide(found, trust, stampedAt ?? now, stampedAt !== null, now);
  const holder = found.certificate ? holderOf(found.certificate) : { name: "", title: "", organisation: "", issuer: "", serial: "" };
  return {
    id: found.id,
    status: verdict.status,
    name: holder.name || "Người ký không rõ",
    sentence: sentence(found, verdict, holder, stampedAt, words),
    facts: facts(found, holder, stampedAt, words),
  };
}

async function decide(found: Found, trust: Trust, at: Date, stamped: boolean, now: Date): Promise<Verdict> {
  const one = found.certificate;
  if (!one) return { status: "broken", detail: "chữ ký không kèm chứng thư số đọc được" };
  if (found.fault) return { status: found.fault, detail: found.reason };
  const key = keyOf(one);
  if (!key || key.weakness) return { status: "weak", detail: key?.weakness ?? "Loại khóa không được chấp nhận." };
  if (!isForSigning(one)) return { status: "wrong_usage" };
  const others = [...found.chain, ...found.evidence.certificates, ...trust.others];
  if (!(await pathTo(one, trust.roots, others, null))) return { status: "untrusted" };
  if (at < one.notBefore.value) return { status: "not_yet_valid", since: one.notBefore.value };
  if (!validAt(one, at)) return { status: "expired", since: one.notAfter.value };
  const path = await pathTo(one, trust.roots, others, at);
  if (!path) return { status: "untrusted", detail: "chứng thư của nơi cấp không còn hiệu lực khi ký" };
  return ofRevocation(path, found.evidence, at, now, stamped);
}

async function ofRevocation(path: Certificate[], evidence: Evidence, at: Date, now: Date, stamped: boolean): Promise<Verdict> {
  for (const [below, one] of path.slice(0, -1).entries()) {
    const issuer = path[below + 1];
    if (!issuer || same(derOf(issuer), derOf(one))) continue;
    const standing = await standingOf(one, issuer, evidence, at, now);
    if (standing.known === "revoked") return below ? { status: "untrusted", detail: "chứng thư của nơi cấp đã bị thu hồi" } : { status: "revoked", since: standing.at };
    if (standing.known === "unknown" && (below === 0 || saysWhereToAsk(one))) return { status: "status_unknown" };
    if (below === 0 && standing.known === "revoked_since") return { status: "valid_then", since: standing.at, detail: "đã bị thu hồi" };
  }
  const end = path[0]?.notAfter.value;
  return stamped && end && now > end ? { status: "valid_then", since: end, detail: "đã hết hạn" } : { status: "valid" };
}

const saysWhereToAsk = (one: Certificate): boolean =>
  !!one.extensions?.some((each) => each.extnID === "2.5.29.31" || each.extnID === "1.3.6.1.5.5.7.1.1");

function sentence(found: Found, verdict: Verdict, holder: Holder, stampedAt: Date | null, words: Map<string, string>): string {
  const office = [holder.title, holder.organisation].filter(Boolean).join(", ");
  const signer = `${holder.name || "người ký không rõ"}${office ? ` (${office})` : ""}`;
  const at = stampedAt ?? found.claimedAt;
  const when = at ? `ký lúc ${instant(at)} (${stampedAt ? "giờ của dịch vụ cấp dấu thời gian" : "giờ người ký tự khai"})` : "không rõ thời điểm ký";
  const issued = `chứng thư số do ${holder.issuer} cấp`;
  const since = verdict.since ? ` từ ${instant(verdict.since)}` : "";
  const changed = found.broken.map((part) => words.get(part) ?? part).slice(0, 5).join(", ");
  const seal = holder.name !== "" && holder.name === holder.organisation;
  const opening = seal ? `Con dấu số của ${holder.name}` : `Chữ ký số của ${signer}`;
  const detail = verdict.detail ?? "";
  switch (verdict.status) {
    case "valid":
      return `Hợp lệ: ${seal ? `con dấu số của ${holder.name}` : signer} ${when}; ${issued}, còn hiệu lực.`;
    case "valid_then":
      return `Hợp lệ tại thời điểm ký: ${seal ? `con dấu số của ${holder.name}` : signer} ${when}; ${issued}, nay ${detail}${since}.`;
    case "broken":
      return `${opening} không hợp lệ: nội dung đã bị thay đổi sau khi ký${changed ? ` (${changed})` : ""}. ${detail}`.trim();
    case "misplaced":
      return detail ? `${opening} không hợp lệ: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}` : `${opening} không hợp lệ: phần được ký không nằm đúng chỗ trong tệp, có thể tệp đã bị ghép từ tệp khác.`;
    case "weak":
      return `${opening} không được chấp nhận. ${detail}`;
    case "untrusted":
      return `${opening} chưa đủ tin cậy: ${issued}; ${detail || "nơi cấp không nằm trong danh sách tin cậy"}.`;
    case "expired":
      return `${opening} không hợp lệ: ${issued} đã hết hạn${since}${stampedAt ? ", trước khi ký" : ", và không có dấu thời gian chứng tỏ đã ký trước đó"}.`;
    case "not_yet_valid":
      return `${opening} không hợp lệ: ${issued} chưa có hiệu lực khi ký.`;
    case "revoked":
      return `${opening} không hợp lệ: ${issued} đã bị thu hồi${since}.`;
    case "wrong_usage":
      return `${opening} không hợp lệ: ${issued} không được cấp để ký tài liệu.`;
    default:
      return `${opening} còn nguyên vẹn và do nơi cấp tin cậy, nhưng chưa có bằng chứng chứng thư không bị thu hồi: ${issued}, ${when}.`;
  }
}

function facts(found: Found, holder: Holder, stampedAt: Date | null, words: Map<string, string>): [string, string][] {
  const at = stampedAt ?? found.claimedAt;
  const named = (parts: string[]) => parts.map((part) => words.get(part) ?? part).join("; ");
  const one = found.certificate;
  const all: [string, string][] = [
    ["Ký với tư cách", found.role],
    ["Ghi trên chứng thư", [holder.title, holder.organisation].filter(Boolean).join(", ")],
    ["Thời điểm ký", at ? `${instant(at)} (${stampedAt ? "theo dấu thời gian" : "người ký tự khai"})` : ""],
    ["Phần đã ký", named(found.covers)],
    ["Phần đã bị thay đổi", named(found.broken)],
    ["Nơi cấp chứng thư", holder.issuer],
    ["Số chứng thư", holder.serial],
    ["Hiệu lực chứng thư", one ? `${dayOf(one.notBefore.value)} – ${dayOf(one.notAfter.value)}` : ""],
    ["Khóa", one ? (keyOf(one)?.shown ?? "") : ""],
  ];
  return all.filter(([, value]) => value !== "");
}
