/** Taking attendance with no line: one tap on each pupil who is not there. */

import "../../attendance/attendance.css";
import type { Absence, ClassPack, ClassSession, RollList } from "../contract.ts";
import { targetOf } from "../contract.ts";
import type { Desk } from "./desk.ts";
import { badge, button, empty, h, link, title } from "./parts.ts";
import { listOf, sessionOf } from "./settling.ts";
import { localDay, moment, weekday } from "./words.ts";

const ORDER = ["", "k", "p", "m", "s"];
const SHORT: Record<string, string> = { "": "Có", k: "K", p: "P", m: "M", s: "S" };
const KEYS: Record<string, string> = { k: "k", v: "k", p: "p", m: "m", s: "s", c: "", "0": "" };
const TIMED = ["m", "s"];
const PAUSE = 600;
const MOST_PERIODS = 7;

type Told = Omit<Absence, "student">;
const PRESENT: Told = { kind: "", minutes: null, note: "" };

export function showAttendance(desk: Desk, view: HTMLElement, [id = "", wanted = "", session = "", period = ""]: string[]): () => void {
  const whole = desk.classes.find((one) => String(one.id) === id);
  const today = localDay(new Date());
  const days = whole?.days.filter((one) => one.day <= today) ?? [];
  const day = days.find((one) => one.day === wanted) ?? days.at(-1);
  if (!whole || !day) {
    view.replaceChildren(title("Điểm danh"), empty("Chưa có buổi học nào để điểm danh", "Dữ liệu trên máy chưa có buổi học của hôm nay. Khi có mạng, hãy tải lại các lớp.", "check", link("Các lớp trên máy này", "#/")));
    return () => undefined;
  }
  const names = Object.keys(day.sessions);
  const chosen = names.includes(session) ? session : names[0] ?? "";
  const roll = new Roll(desk, whole, day.day, chosen, Number(period) || 0);
  view.replaceChildren(...roll.head(days.map((one) => one.day), names), roll.list, roll.bar);
  const stop = desk.watch(() => roll.see());
  return () => {
    roll.flush();
    stop();
  };
}

interface Row {
  pupil: number;
  name: string;
  item: HTMLElement;
  who: HTMLElement;
  signs: HTMLElement;
  minutes: HTMLInputElement;
  shown: Told;
  timer: number;
}

class Roll {
  readonly list = h("ol", { class: "at-list at-live" });
  readonly bar: HTMLElement;
  private readonly sum = h("p", { class: "at-sum", role: "status" });
  private readonly rows: Row[];
  private readonly desk: Desk;
  private readonly whole: ClassPack;
  private readonly day: string;
  private readonly session: string;
  /** 0 is the whole session. */
  private readonly period: number;

  constructor(desk: Desk, whole: ClassPack, day: string, session: string, period: number) {
    this.desk = desk;
    this.whole = whole;
    this.day = day;
    this.session = session;
    this.period = period;
    const there = whole.pupils.filter((one) => one.from <= day && (!one.to || one.to >= day));
    this.rows = there.map((one, index) => this.row(one.id, one.name, index));
    this.list.append(...this.rows.map((one) => one.item));
    const done = button("Đã điểm danh xong", () => void this.complete(), { kind: "primary", size: "large", "data-offline-complete": true }, "check");
    this.bar = h("div", { class: "at-bar" }, this.sum, done);
    this.see();
  }

  head(days: string[], sessions: string[]): Node[] {
    const go = (day: string, session: string): string => `#/diem-danh/${this.whole.id}/${day}/${session}`;
    const pick = h("select", { class: "input", "aria-label": "Ngày", "data-offline-day": this.day, change: () => { location.hash = go(pick.value, this.session); } }, ...days.map((one) => h("option", { value: one, selected: one === this.day }, weekday(one))));
    const names = this.desk.pack?.session_names ?? {};
    const tabs = sessions.map((one) => h("a", { class: "tab", href: go(this.day, one), "data-offline-session": one, ...(one === this.session ? { "aria-current": "page" } : {}) }, names[one] ?? one));
    const { taken } = this.roll ?? {};
    const periods = h("select", { class: "input", "aria-label": "Cả buổi hay một tiết", "data-offline-period": this.period, change: () => { location.hash = `${go(this.day, this.session)}/${periods.value}`; } }, ...Array.from({ length: MOST_PERIODS + 1 }, (_one, at) => h("option", { value: at, selected: at === this.period }, at ? `Tiết ${at}` : "Cả buổi")));
    return [
      title(`Điểm danh lớp ${this.whole.name}`, `${this.rows.length} học sinh · ${taken ? `${taken.by} đã lưu ở trường lúc ${moment(taken.at)}` : `ở trường chưa có danh sách ${this.period ? "tiết" : "buổi"} này`}`, pick, periods, link("Các lớp", "#/", { kind: "quiet" }, "arrow-left")),
      h("nav", { class: "tabs", "aria-label": "Buổi học" }, ...tabs),
      h("p", { class: "muted at-help" }, "Mặc định là có mặt. Chạm vào tên để đổi lần lượt: không phép, có phép, muộn, sớm. Mỗi lần chạm được ghi ngay trên máy này."),
    ];
  }

  private get stored(): ClassSession | undefined {
    return this.desk.pack ? sessionOf(this.desk.pack, { class: this.whole.id, day: this.day, session: this.session }) : undefined;
  }

  private get roll(): RollList | undefined {
    return listOf(this.stored, this.period);
  }

  private place(student: number): Record<string, string | number> {
    return { class: this.whole.id, period: this.period, student, day: this.day, session: this.session };
  }

  private row(pupil: number, name: string, index: number): Row {
    const signs = h("span", { class: "off-signs" });
    const state = h("span", { class: "at-state", "aria-hidden": "true" });
    const who = h("div", { class: "at-who", role: "button", tabindex: 0 }, h("span", { class: "at-number" }, index + 1), h("span", { class: "at-name" }, name), signs, state);
    const minutes = h("input", { class: "input", inputmode: "numeric", maxlength: 3, autocomplete: "off" });
    const choices = h("div", { class: "at-choices", role: "group", "aria-label": name }, ...ORDER.map((kind) => this.choice(pupil, kind)));
    const item = h("li", { class: "at-row", "data-offline-pupil": pupil }, who, choices, h("div", { class: "at-more" }, h("label", { class: "at-minutes" }, "Số phút ", minutes)));
    const row: Row = { pupil, name, item, who, signs, minutes, shown: PRESENT, timer: 0 };
    who.addEventListener("click", () => this.choose(row, ORDER[(ORDER.indexOf(row.shown.kind) + 1) % ORDER.length] ?? ""));
    who.addEventListener("keydown", (event) => this.onKey(event, row));
    minutes.addEventListener("input", () => this.set(row, { ...row.shown, minutes: Number.parseInt(minutes.value, 10) || null }));
    return row;
  }

  private choice(pupil: number, kind: string): HTMLElement {
    const radio = h("input", { type: "radio", name: `k${pupil}`, value: kind });
    radio.addEventListener("change", () => {
      const row = this.rows.find((one) => one.pupil === pupil);
      if (row) this.choose(row, kind);
    });
    return h("label", { class: "at-choice", title: this.nameOf(kind) }, radio, h("span", {}, SHORT[kind] ?? kind));
  }

  private nameOf(kind: string): string {
    return kind ? this.desk.pack?.kinds[kind] ?? kind : "Có mặt";
  }

  private onKey(event: KeyboardEvent, row: Row): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const kind = KEYS[event.key.toLowerCase()];
    if (step) this.rows[this.rows.indexOf(row) + step]?.who.focus();
    else if (event.key === " " || event.key === "Enter") row.who.click();
    else if (kind !== undefined) this.choose(row, kind);
    else return;
    event.preventDefault();
  }

  private choose(row: Row, kind: string): void {
    this.set(row, { kind, minutes: TIMED.includes(kind) ? row.shown.minutes : null, note: kind ? row.shown.note : "" });
  }

  /** Taps that follow one another at once are one act. */
  private set(row: Row, told: Told): void {
    row.shown = told;
    this.paint(row);
    window.clearTimeout(row.timer);
    row.timer = window.setTimeout(() => void this.write(row), PAUSE);
  }

  flush(): void {
    for (const row of this.rows) {
      if (row.timer) void this.write(row);
    }
  }

  private async write(row: Row): Promise<void> {
    window.clearTimeout(row.timer);
    row.timer = 0;
    const value = row.shown;
    if (same(value, this.standingOf(row.pupil))) return;
    await this.desk.log.write({ kind: "attendance", place: this.place(row.pupil), base: this.schoolOf(row.pupil), value });
    this.desk.wrote();
  }

  private async complete(): Promise<void> {
    await Promise.all(this.rows.filter((row) => row.timer).map((row) => this.write(row)));
    await this.desk.log.write({ kind: "attendance", place: this.place(0), base: null, value: PRESENT });
    this.desk.wrote();
  }

  private schoolOf(pupil: number): Told | null {
    const found = this.roll?.absent.find((one) => one.student === pupil);
    return found ? { kind: found.kind, minutes: found.minutes, note: found.note } : null;
  }

  private standingOf(pupil: number): Told {
    const { newest } = this.desk.log.of(targetOf("attendance", this.place(pupil)));
    const excused = !this.roll?.taken && this.stored?.excused.includes(pupil) ? { ...PRESENT, kind: "p" } : PRESENT;
    return newest ? { ...PRESENT, ...(newest.operation.value as Told | null) } : this.schoolOf(pupil) ?? excused;
  }

  /** What the log and the pack say; what is being tapped stays. */
  see(): void {
    for (const row of this.rows) {
      if (!row.timer) row.shown = this.standingOf(row.pupil);
      this.paint(row);
    }
    this.total();
  }

  private paint(row: Row): void {
    const { item, shown } = row;
    item.dataset["kind"] = shown.kind;
    for (const radio of item.querySelectorAll<HTMLInputElement>("input[type=radio]")) radio.checked = radio.value === shown.kind;
    if (document.activeElement !== row.minutes) row.minutes.value = shown.minutes ? String(shown.minutes) : "";
    const name = this.nameOf(shown.kind);
    const state = item.querySelector(".at-state");
    if (state) state.textContent = shown.kind ? name : "";
    row.who.setAttribute("aria-description", name);
    row.signs.replaceChildren(...this.signsOf(row));
    this.total();
  }

  private signsOf({ pupil }: Row): Node[] {
    const { state, newest } = this.desk.log.of(targetOf("attendance", this.place(pupil)));
    const excused = this.stored?.excused.includes(pupil) ? [badge("Có đơn", "success")] : [];
    if (state === "here") return [...excused, badge("Trên máy", "warning")];
    if (state === "conflict") return [...excused, h("a", { href: "#/cho-quyet" }, badge("Chờ quyết định", "danger"))];
    if (state === "refused") return [...excused, badge("Không ghi được", "danger", { title: newest?.answer?.sentence ?? "" })];
    return excused;
  }

  private total(): void {
    const many = (kind: string): number => this.rows.filter((row) => row.shown.kind === kind).length;
    const away = many("k") + many("p");
    const done = this.desk.log.of(targetOf("attendance", this.place(0))).state === "here";
    const told = away ? `Vắng ${away} (P ${many("p")}, K ${many("k")})` : "Có mặt đủ";
    this.sum.textContent = `${told} · ${this.rows.length - away}/${this.rows.length} có mặt${done ? " · đã xong, chờ gửi" : this.roll?.taken ? " · đã có ở trường" : ""}`;
  }
}

function same(one: Told, other: Told): boolean {
  return one.kind === other.kind && one.minutes === other.minutes && one.note === other.note;
}

