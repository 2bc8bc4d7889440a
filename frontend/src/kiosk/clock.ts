/** The machine's clock against the server's, and times in words. */

const BOTHERSOME = 120_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How far the machine is ahead of the server: the server spoke in the middle of the round trip. */
export function aheadBy(server: string, sent: number, received: number): number | null {
  const there = Date.parse(server);
  return Number.isNaN(there) ? null : Math.round((sent + received) / 2 - there);
}

export const isWrong = (ahead: number): boolean => Math.abs(ahead) > BOTHERSOME;

export function clockTrouble(ahead: number): string {
  const way = ahead > 0 ? "nhanh" : "chậm";
  return (
    `Đồng hồ của máy này chạy ${way} ${span(Math.abs(ahead))}. Giờ quẹt vẫn được máy chủ sửa cho đúng; ` +
    "xin vào Cài đặt → Ngày giờ của máy, bật “Tự động đặt giờ”."
  );
}

/** "1 giờ 3 phút", "2 ngày": the two largest parts. */
export function span(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 1) return "chưa đầy một phút";
  if (minutes < 60) return `${minutes} phút`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} ngày${hours % 24 ? ` ${hours % 24} giờ` : ""}`;
  return `${hours} giờ${minutes % 60 ? ` ${minutes % 60} phút` : ""}`;
}

const WEEKDAYS = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
const two = (value: number): string => String(value).padStart(2, "0");
const there = (moment: number): Date => new Date(moment + 7 * HOUR);

/** Times are shown as in Viet Nam, whatever zone a cheap tablet was sold with. */
export const hourMinute = (moment: number): string => `${two(there(moment).getUTCHours())}:${two(there(moment).getUTCMinutes())}`;
export const withSeconds = (moment: number): string => `${hourMinute(moment)}:${two(there(moment).getUTCSeconds())}`;
export function longDay(moment: number): string {
  const day = there(moment);
  return `${WEEKDAYS[day.getUTCDay()]}, ${day.getUTCDate()}/${day.getUTCMonth() + 1}/${day.getUTCFullYear()}`;
}
