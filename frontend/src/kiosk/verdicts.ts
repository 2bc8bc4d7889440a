/** The verdict on the spot, from what this machine knows; the server's own corrects it. */

import { hourMinute } from "./clock.ts";
import type { Card, Direction, Hours, Verdict } from "./contract.ts";

export type Tone = "good" | "warn" | "bad";

const TONES: Record<Verdict, Tone> = {
  good: "good",
  kept: "good",
  late: "warn",
  twice: "warn",
  closed: "warn",
  stale: "warn",
  borrowed: "bad",
  lost: "bad",
  unknown: "bad",
  left: "bad",
  retired: "bad",
  bad: "bad",
};
const TITLES: Record<Verdict, string> = {
  good: "Hợp lệ",
  kept: "Đã ghi",
  late: "Đi muộn",
  twice: "Quẹt lại",
  closed: "Ngoài giờ",
  stale: "Lượt của ngày khác",
  borrowed: "Nghi dùng thẻ của nhau",
  lost: "Thẻ đã báo mất",
  unknown: "Thẻ lạ",
  left: "Đã rời trường",
  retired: "Thẻ đã thay",
  bad: "Chưa ghi được",
};
const TWICE = 10_000;
const BORROWED = 60_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Viet Nam keeps UTC+7 all year, whatever zone a cheap tablet was sold with. */
const VIETNAM = 7 * 60 * MINUTE;

export const toneOf = (verdict: Verdict): Tone => TONES[verdict] ?? "warn";
export const titleOf = (verdict: Verdict): string => TITLES[verdict] ?? "Đã ghi";

/** The last counted passing of a card on this machine. */
export interface Before {
  direction: Direction;
  at: number;
}

/** What one knows when a card is held to the reader. */
export interface Sight {
  card: Card | undefined;
  hasList: boolean;
  before: Before | undefined;
  asked: Direction;
  hours: readonly Hours[];
  /** The corrected time. */
  now: number;
}

export interface Judged {
  verdict: Verdict;
  said: string;
  direction: Direction;
}

export function judge(sight: Sight): Judged {
  const direction = directionOf(sight);
  const verdict = verdictOf(sight, direction);
  return { verdict, said: sentence(verdict, sight, direction), direction };
}

const sinceOf = ({ before, now }: Sight): number => (before ? now - before.at : Infinity);

/** Who is inside goes out; but a card read again at once, or before the bell, still means coming in. */
function directionOf(sight: Sight): Direction {
  const { asked, before, hours, now } = sight;
  if (asked !== "auto") return asked;
  if (!before || dayOf(before.at) !== dayOf(now)) return allOver(hours, now) ? "out" : "in";
  if (sinceOf(sight) <= BORROWED) return before.direction;
  return before.direction === "in" && !stillArriving(hours, before.at, now) ? "out" : "in";
}

function verdictOf(sight: Sight, direction: Direction): Verdict {
  const { card, hasList, hours, now } = sight;
  if (!card) return hasList ? "unknown" : "kept";
  if (card.lost) return "lost";
  if (sinceOf(sight) <= TWICE) return "twice";
  if (sinceOf(sight) <= BORROWED && direction === sight.before?.direction) return "borrowed";
  return direction === "in" && minutesLate(own(hours, card), now) ? "late" : "good";
}

const own = (hours: readonly Hours[], card: Card | undefined): Hours[] => hours.filter((one) => card?.sessions.includes(one.session));

function sentence(verdict: Verdict, { card, hours, now }: Sight, direction: Direction): string {
  if (verdict !== "good" && verdict !== "late") return SAID[verdict];
  const late = verdict === "late" ? `, muộn ${minutesLate(own(hours, card), now)} phút` : "";
  return `${direction === "out" ? "Ra" : "Vào"} lúc ${hourMinute(now)}${late}.`;
}

const SAID: Record<Exclude<Verdict, "good" | "late">, string> = {
  kept: "Máy chưa có danh sách thẻ; lượt này sẽ được đối chiếu khi có mạng.",
  twice: "Thẻ vừa quẹt xong, không cần quẹt lại.",
  borrowed: "Thẻ này vừa dùng chưa đầy một phút. Hãy đối chiếu ảnh.",
  lost: "Thẻ này đã báo mất. Mời gọi bảo vệ.",
  unknown: "Thẻ này không có trong danh sách của trường. Mời gặp bảo vệ.",
  closed: "Lúc này ngoài giờ vào cổng. Lượt này không tính.",
  left: "Người cầm thẻ không còn ở trường. Mời gặp bảo vệ.",
  retired: "Thẻ này đã được thay. Hãy dùng thẻ mới.",
  stale: "Lượt của ngày khác, chỉ lưu lại.",
  bad: "Lượt này không gửi được. Hãy quẹt lại thẻ.",
};

/** Milliseconds since midnight of a time of the day, and of a moment in Viet Nam. */
function timeOf(clock: string): number {
  const [hour = "0", minute = "0"] = clock.split(":");
  return (Number(hour) * 60 + Number(minute)) * MINUTE;
}
const timeAt = (moment: number): number => (moment + VIETNAM) % DAY;
const dayOf = (moment: number): number => Math.floor((moment + VIETNAM) / DAY);

function allOver(hours: readonly Hours[], now: number): boolean {
  return hours.length > 0 && hours.every((one) => timeAt(now) >= timeOf(one.ends_at));
}

/** Both came before the bell of one session, while its gate is open. */
function stillArriving(hours: readonly Hours[], came: number, now: number): boolean {
  return hours.some((one) => timeOf(one.opens_at) <= timeAt(came) && timeAt(now) < timeOf(one.begins_at));
}

/** Whole minutes after the bell; 0 in time, or within what the school lets pass. */
export function minutesLate(hours: readonly Hours[], now: number): number {
  const held = hours.find((one) => timeAt(now) >= timeOf(one.begins_at) && timeAt(now) < timeOf(one.ends_at));
  if (!held) return 0;
  const late = timeAt(now) - timeOf(held.begins_at);
  return late > held.late_after_minutes * MINUTE ? Math.max(1, Math.floor(late / MINUTE)) : 0;
}
