/** What the school has taken stands in the pack from then on, so that it is what one sees next. */

import type { Absence, Answer, ClassSession, DiaryLine, Operation, Pack, RollList } from "../contract.ts";
import type { Settled } from "../log.ts";
import { leafOf } from "./leaves.ts";

const CELLS = ["mark", "level", "quality"];

export function settleInPack(pack: Pack, settled: readonly Settled[]): Pack {
  const copy = structuredClone(pack);
  for (const { entry, answer } of settled) {
    const { operation } = entry;
    if (CELLS.includes(operation.kind)) settleCell(copy, operation, answer);
    else if (answer.status === "applied" || answer.status === "already") settleOther(copy, operation, answer);
  }
  return copy;
}

function settleCell(pack: Pack, operation: Operation, { status, value, text }: Answer): void {
  const { place } = operation;
  const pupil = leafOf(pack, operation)?.pupils.find((one) => one.id === place["student"]);
  if (!pupil || status === "refused") return;
  pupil.marks[String(place["slot"])] = typeof value === "number" ? value : null;
  pupil.texts[String(place["slot"])] = text ?? "";
}

function settleOther(pack: Pack, operation: Operation, answer: Answer): void {
  if (operation.kind === "attendance") settleAbsence(pack, operation, answer);
  else if (operation.kind === "lesson") settleLesson(pack, operation, answer);
}

export function sessionOf(pack: Pack, place: Operation["place"]): ClassSession | undefined {
  const days = pack.classes.find((one) => one.id === place["class"])?.days;
  return days?.find((one) => one.day === place["day"])?.sessions[String(place["session"])];
}

/** The list of a session, or of one of its periods; nobody may have made it yet. */
export function listOf(session: ClassSession | undefined, period: number): RollList | undefined {
  return period ? session?.periods?.[String(period)] : session;
}

function madeList(session: ClassSession, period: number): RollList {
  const known = listOf(session, period);
  if (known) return known;
  const made: RollList = { taken: null, absent: [] };
  session.periods = { ...session.periods, [String(period)]: made };
  return made;
}

function settleAbsence(pack: Pack, { place, at }: Operation, { value }: Answer): void {
  const session = sessionOf(pack, place);
  if (!session) return;
  const list = madeList(session, Number(place["period"]));
  list.taken ??= { by: pack.name, at };
  const stands = value as Omit<Absence, "student"> | null;
  const student = Number(place["student"]);
  list.absent = list.absent.filter((one) => one.student !== student);
  if (student && stands?.kind) list.absent.push({ ...stands, student });
}

function settleLesson(pack: Pack, { place, value }: Operation, answer: Answer): void {
  const given = value as Partial<DiaryLine>;
  const version = (answer.value as { version?: number } | null)?.version ?? 1;
  const subject = pack.diary.subjects.find((one) => one.id === place["subject"]);
  const same = (one: DiaryLine): boolean => one.class === place["class"] && one.day === place["day"] && one.session === place["session"] && one.period === place["period"];
  const line: DiaryLine = {
    class: Number(place["class"]), day: String(place["day"]), session: String(place["session"]), period: Number(place["period"]),
    subject: Number(place["subject"]), subject_name: subject?.name ?? "", teacher: pack.name, version,
    title: given.title ?? "", plan_number: given.plan_number ?? null, remark: given.remark ?? "", homework: given.homework ?? "", rating: given.rating ?? {},
  };
  pack.diary.lines = [...pack.diary.lines.filter((one) => !same(one)), line];
}
