/** An operation in words: where it belongs, what was written, what stands at school. */

import type { DiaryLine, Pack } from "../contract.ts";
import type { Entry } from "../store.ts";
import { leafOf } from "./leaves.ts";
import { dateOf } from "./words.ts";

export interface TellsOf {
  where: string;
  whom: string;
  mine: string;
  theirs: string;
  /** The page on which it was written. */
  href: string;
}

export function tellEntry(pack: Pack | null, entry: Entry): TellsOf {
  const { kind } = entry.operation;
  if (kind === "mark" || kind === "level" || kind === "quality") return tellCell(pack, entry);
  if (kind === "attendance") return tellAttendance(pack, entry);
  if (kind === "lesson") return tellLesson(pack, entry);
  return { where: "Quyết định", whom: "Lấy giá trị đang có ở trường", mine: "", theirs: "", href: "#/cho-quyet" };
}

function tellCell(pack: Pack | null, { operation, answer }: Entry): TellsOf {
  const { place, value } = operation;
  const leaf = leafOf(pack, operation);
  const pupil = leaf?.pupils.find((one) => one.id === place["student"]);
  const slot = leaf?.nameOf(String(place["slot"])) ?? String(place["slot"]);
  return {
    where: `${leaf?.title ?? "Sổ không còn trên máy"} · ${timeOf(pack, operation)} · ${slot}`,
    whom: pupil?.name ?? `Học sinh số ${place["student"]}`,
    mine: String(value || "trống"), theirs: answer?.text || "trống",
    href: leaf?.href ?? "#/",
  };
}

function timeOf(pack: Pack | null, { kind, place }: Entry["operation"]): string {
  if (kind === "mark") return `học kì ${place["term"] === 1 ? "I" : "II"}`;
  return pack?.sheets?.find((one) => one.point === place["point"])?.point_name ?? `thời điểm ${place["point"]}`;
}

function tellAttendance(pack: Pack | null, { operation, answer }: Entry): TellsOf {
  const { place, value } = operation;
  const whole = pack?.classes.find((one) => one.id === place["class"]);
  const pupil = whole?.pupils.find((one) => one.id === place["student"]);
  const session = pack?.session_names[String(place["session"])] ?? "";
  return {
    where: `Điểm danh lớp ${whole?.name ?? ""} · ${session}${place["period"] ? `, tiết ${place["period"]}` : ""} ${dateOf(String(place["day"]))}`,
    whom: place["student"] === 0 ? "Danh sách của buổi đã xong" : pupil?.name ?? `Học sinh số ${place["student"]}`,
    mine: place["student"] === 0 ? "" : absence(pack, value), theirs: answer?.text || absence(pack, answer?.value),
    href: `#/diem-danh/${place["class"]}/${place["day"]}/${place["session"]}/${place["period"]}`,
  };
}

function absence(pack: Pack | null, value: unknown): string {
  const { kind = "", minutes = null } = (value ?? {}) as { kind?: string; minutes?: number | null };
  if (!kind) return "Có mặt";
  return `${pack?.kinds[kind] ?? kind}${minutes ? ` ${minutes} phút` : ""}`;
}

function tellLesson(pack: Pack | null, { operation, answer }: Entry): TellsOf {
  const { place, value } = operation;
  const subject = pack?.diary.subjects.find((one) => one.id === place["subject"]);
  const session = pack?.session_names[String(place["session"])] ?? "";
  return {
    where: `Sổ đầu bài lớp ${subject?.class_name ?? ""} · ${session} ${dateOf(String(place["day"]))} · tiết ${place["period"]}`,
    whom: subject?.name ?? "", mine: lesson(value), theirs: answer?.text || lesson(answer?.value),
    href: `#/so-dau-bai/${place["class"]}`,
  };
}

function lesson(value: unknown): string {
  const given = (value ?? {}) as Partial<DiaryLine>;
  return [given.plan_number ? `Tiết ${given.plan_number}` : "", given.title ?? "", given.remark ?? "", given.homework ? `Dặn dò: ${given.homework}` : ""].filter(Boolean).join(" · ") || "trống";
}
