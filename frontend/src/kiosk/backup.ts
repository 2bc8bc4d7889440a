/** What could not be sent, as a file: the last way out of a machine that has to go. */

import { hourMinute, longDay } from "./clock.ts";
import type { Waiting } from "./store.ts";

export const FORMAT = "khue-luot-cong/1";

export function backupOf(waiting: readonly Waiting[], device: string, school: string, now: number): string {
  const passings = waiting.map(({ held: _held, ...passing }) => passing);
  return JSON.stringify({ format: FORMAT, school, device, made_at: new Date(now).toISOString(), passings }, null, 1);
}

export function backupName(now: number): string {
  const stamp = `${longDay(now).split(", ")[1] ?? ""} ${hourMinute(now)}`.replace(/[^0-9]+/g, "-");
  return `luot-cong-chua-gui-${stamp}.json`;
}

export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
