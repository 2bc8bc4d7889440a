/** Taking attendance: one tap on a pupil goes round the kinds; a laptop does it by keys. */

import "./attendance.css";

const KEYS: Record<string, string> = { k: "k", v: "k", p: "p", m: "m", s: "s", c: "", "0": "", Backspace: "", Delete: "" };

interface Row {
  item: HTMLElement;
  who: HTMLElement;
  state: HTMLElement | null;
  choices: HTMLInputElement[];
}

class Attendance {
  private readonly rows: Row[] = [];
  private readonly sum: HTMLElement | null;

  constructor(form: HTMLFormElement) {
    this.sum = form.querySelector<HTMLElement>("[data-sum]");
    for (const item of form.querySelectorAll<HTMLElement>(".at-row")) this.take(item);
    form.querySelector(".at-list")?.classList.add("at-live");
    const help = form.querySelector("[data-help]");
    if (help) help.textContent = "Mặc định là có mặt. Chạm vào tên để đổi lần lượt: không phép, có phép, muộn, sớm. Bàn phím: mũi tên lên xuống để sang em khác, gõ K, P, M, S, hoặc C (có mặt).";
    form.addEventListener("change", (event) => this.changed(event));
    for (const row of this.rows) this.paint(row);
    this.total();
  }

  private take(item: HTMLElement): void {
    const who = item.querySelector<HTMLElement>("[data-cycle]");
    const choices = [...item.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    if (!who || !choices.length) return;
    const row: Row = { item, who, state: item.querySelector<HTMLElement>(".at-state"), choices };
    this.rows.push(row);
    who.setAttribute("role", "button");
    who.tabIndex = 0;
    who.addEventListener("click", () => this.cycle(row));
    who.addEventListener("keydown", (event) => this.onKey(event, row));
  }

  private changed(event: Event): void {
    const item = (event.target as HTMLElement).closest(".at-row");
    const row = this.rows.find((one) => one.item === item);
    if (row) this.paint(row);
    this.total();
  }

  private cycle(row: Row): void {
    const at = row.choices.findIndex((one) => one.checked);
    const next = row.choices[(at + 1) % row.choices.length];
    if (next) this.choose(row, next.value);
  }

  private choose(row: Row, value: string): void {
    const wanted = row.choices.find((one) => one.value === value);
    if (!wanted || wanted.checked) return;
    wanted.checked = true;
    wanted.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private onKey(event: KeyboardEvent, row: Row): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const value = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (step) this.rows[this.rows.indexOf(row) + step]?.who.focus();
    else if (event.key === " " || event.key === "Enter") this.cycle(row);
    else if (value !== undefined) this.choose(row, value);
    else return;
    event.preventDefault();
  }

  private paint(row: Row): void {
    const chosen = row.choices.find((one) => one.checked) ?? row.choices[0];
    const kind = chosen?.value ?? "";
    const name = chosen?.dataset.name ?? "";
    row.item.dataset.kind = kind;
    if (row.state) row.state.textContent = kind ? name : "";
    row.who.setAttribute("aria-description", name);
  }

  private total(): void {
    if (!this.sum) return;
    const many = (kind: string): number => this.rows.filter((row) => row.item.dataset.kind === kind).length;
    const away = many("k") + many("p");
    const late = many("m") + many("s");
    const told = away ? `Vắng ${away} (P ${many("p")}, K ${many("k")})` : "Có mặt đủ";
    this.sum.textContent = `${told}${late ? `, muộn hoặc sớm ${late}` : ""} · ${this.rows.length - away}/${this.rows.length} có mặt`;
  }
}

const form = document.querySelector<HTMLFormElement>("#attendance");
if (form) new Attendance(form);
