/** Times and dates as the house writes them, by the clock of Viet Nam: UTC+7 all year, whatever zone
 *  a cheap machine was sold with. */

const HOUR = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
const VIETNAM = 7 * 3_600_000;
const DAYS = ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
const A_DAY = 86_400_000;

export function hour(moment: string | number | Date): string {
  return HOUR.format(new Date(moment));
}

export function dateOf(day: string): string {
  const [year = "", month = "", date = ""] = day.slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

export function weekday(day: string): string {
  return `${DAYS[new Date(`${day}T00:00:00`).getDay()] ?? ""}, ${dateOf(day)}`;
}

/** The day of a moment, as the server writes days. */
export function localDay(moment: Date): string {
  return new Date(moment.getTime() + VIETNAM).toISOString().slice(0, 10);
}

/** "08:15" today, "08:15 ngày 20/11/2026" before. */
export function moment(at: string | number | Date): string {
  const day = localDay(new Date(at));
  return day === localDay(new Date()) ? hour(at) : `${hour(at)} ngày ${dateOf(day)}`;
}

export function daysAgo(at: string): number {
  return Math.max(0, Math.floor((Date.now() - new Date(at).getTime()) / A_DAY));
}

export function age(at: string): string {
  const days = daysAgo(at);
  if (days === 0) return `lúc ${moment(at)}`;
  return `${days} ngày trước (${moment(at)})`;
}
