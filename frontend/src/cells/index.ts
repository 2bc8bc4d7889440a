/** Cells that save themselves: a table of selects and texts, each with its visible state. Two people
 *  on one cell: the second sees both values and chooses. */

import "./cells.css";
import { newOperation } from "../markgrid/network";

type Editor = HTMLSelectElement | HTMLInputElement | HTMLTextAreaElement;

interface Outcome {
  key: string;
  status: "saved" | "same" | "conflict" | "refused";
  text: string;
  sentence?: string;
}

interface Answer {
  cells: Outcome[];
  /** What follows from the saved cells, ready to be shown, by the key of its place. */
  follows: Record<string, string>;
}

const EDITOR = "[data-key]";
const PAUSE = 300;
const KEYS: Record<string, string> = { t: "T", k: "K", d: "Đ", đ: "Đ", c: "CĐ" };
const GONE_OFFLINE = "Mất kết nối. Ô này sẽ được lưu khi có mạng trở lại.";

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function editorOf(target: EventTarget | null): Editor | null {
  const found = target instanceof Element ? target.closest<HTMLElement>(EDITOR) : null;
  return found as Editor | null;
}

function boxOf(editor: Editor): HTMLElement {
  return editor.closest<HTMLElement>("td, .cell-box") ?? editor;
}

function say(editor: Editor, state: string, sentence = ""): void {
  const box = boxOf(editor);
  box.dataset["state"] = state;
  box.querySelector(".cell-note")?.remove();
  editor.toggleAttribute("aria-invalid", state === "conflict" || state === "refused");
  if (!sentence) return;
  const note = document.createElement("div");
  note.className = "cell-note";
  note.setAttribute("role", "alert");
  note.append(sentence);
  box.append(note);
}

class Cells {
  private readonly waiting = new Set<Editor>();
  private timer = 0;
  private busy = false;

  constructor(
    private readonly table: HTMLElement,
    private readonly live: HTMLElement | null,
  ) {
    table.addEventListener("change", (event) => this.changed(editorOf(event.target)));
    table.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("online", () => this.schedule(0));
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size || this.busy) event.preventDefault();
    });
  }

  private key(event: KeyboardEvent): void {
    const editor = editorOf(event.target);
    if (!editor || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.move(editor, event)) return;
    if (!(editor instanceof HTMLSelectElement) || !editor.hasAttribute("data-levels")) return;
    const wanted = event.key === "Delete" || event.key === "Backspace" ? "" : KEYS[event.key.toLowerCase()];
    if (wanted === undefined) return;
    event.preventDefault();
    editor.value = wanted;
    this.changed(editor);
  }

  /** Up and down, and Enter, to the same column of the next row. */
  private move(editor: Editor, event: KeyboardEvent): boolean {
    const down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
    const up = event.key === "ArrowUp";
    if (!down && !up) return false;
    if (editor instanceof HTMLTextAreaElement && event.key !== "Enter") return false;
    const column = [...this.table.querySelectorAll<Editor>(`[data-column="${editor.dataset["column"]}"]`)];
    event.preventDefault();
    column[column.indexOf(editor) + (down ? 1 : -1)]?.focus();
    return true;
  }

  private changed(editor: Editor | null): void {
    if (!editor) return;
    if (editor.value.trim() === (editor.dataset["base"] ?? "")) {
      this.waiting.delete(editor);
      say(editor, "");
      return;
    }
    this.waiting.add(editor);
    say(editor, "unsaved");
    this.schedule(PAUSE);
  }

  private schedule(pause: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), pause);
  }

  private async save(): Promise<void> {
    if (this.busy || !this.waiting.size) return;
    const flight = [...this.waiting];
    this.waiting.clear();
    this.busy = true;
    for (const editor of flight) say(editor, "saving");
    this.tell("Đang lưu…");
    await this.send(flight);
    this.busy = false;
    if (this.waiting.size) this.schedule(PAUSE);
  }

  private async send(flight: Editor[]): Promise<void> {
    const changes = flight.map((editor) => ({
      key: editor.dataset["key"],
      base: editor.dataset["base"] ?? "",
      text: editor.value.trim(),
    }));
    const account = Number(this.table.dataset["account"]);
    try {
      const response = await fetch(this.table.dataset["save"] ?? "", {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-CSRFToken": cookie("csrftoken"),
        },
        body: JSON.stringify({ operation: newOperation(), account, changes }),
        credentials: "same-origin",
      });
      if (response.ok) this.answered(flight, (await response.json()) as Answer);
      else await this.refused(flight, response);
    } catch {
      for (const editor of flight) {
        this.waiting.add(editor);
        say(editor, "unsaved", GONE_OFFLINE);
      }
      this.tell("Chưa lưu: mất kết nối.");
    }
  }

  private async refused(flight: Editor[], response: Response): Promise<void> {
    let sentence = "Máy chủ chưa lưu được ô này. Hãy thử lại.";
    try {
      const read = (await response.json()) as { error?: unknown };
      if (typeof read.error === "string") sentence = read.error;
    } catch {
      if (response.status === 401) sentence = "Phiên đăng nhập đã hết. Hãy đăng nhập lại rồi nhập lại ô này.";
    }
    for (const editor of flight) say(editor, "refused", sentence);
    this.tell("Chưa lưu được.");
  }

  private answered(flight: Editor[], answer: Answer): void {
    const byKey = new Map(answer.cells.map((one) => [one.key, one]));
    for (const editor of flight) {
      const outcome = byKey.get(editor.dataset["key"] ?? "");
      if (outcome) this.settle(editor, outcome);
    }
    for (const [key, html] of Object.entries(answer.follows)) this.follow(key, html);
    const wrong = answer.cells.filter((one) => one.status === "conflict" || one.status === "refused").length;
    this.tell(wrong ? `Có ${wrong} ô cần xem lại.` : "Đã lưu.");
  }

  private follow(key: string, text: string): void {
    const place = this.table.querySelector<HTMLElement>(`[data-follows="${key}"]`);
    if (place) place.textContent = text;
  }

  private settle(editor: Editor, outcome: Outcome): void {
    if (outcome.status === "conflict") {
      this.choose(editor, outcome);
      return;
    }
    if (outcome.status === "refused") {
      say(editor, "refused", outcome.sentence);
      return;
    }
    editor.dataset["base"] = outcome.text;
    if (!this.waiting.has(editor)) editor.value = outcome.text;
    say(editor, "saved");
  }

  /** Both values stand side by side; the person keeps one of them. */
  private choose(editor: Editor, outcome: Outcome): void {
    const mine = editor.value.trim();
    say(editor, "conflict", outcome.sentence);
    const note = boxOf(editor).querySelector(".cell-note");
    const keep = this.choice(`Giữ của tôi: ${mine || "để trống"}`, () => {
      editor.dataset["base"] = outcome.text;
      this.changed(editor);
    });
    const take = this.choice(`Lấy giá trị đang lưu: ${outcome.text || "để trống"}`, () => {
      editor.dataset["base"] = outcome.text;
      editor.value = outcome.text;
      say(editor, "saved");
    });
    note?.append(keep, take);
    note?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private choice(text: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-small";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  private tell(text: string): void {
    if (this.live) this.live.textContent = text;
  }
}

for (const table of document.querySelectorAll<HTMLElement>("[data-save]")) {
  new Cells(table, document.querySelector<HTMLElement>("[data-cells-live]"));
}
