/** Comments on the pupils of a book: every box saves by itself, suggestions wait for a yes. */

import "./comments.css";
import { cookie, newOperation } from "../markgrid/network";

const PAUSE = 1200;
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const MOST = 200;

type State = "" | "suggested" | "unsaved" | "saving" | "saved" | "conflict" | "refused";

interface Box {
  area: HTMLTextAreaElement;
  cell: HTMLElement;
  note: HTMLElement;
  student: number;
  part: string;
  level: string;
  base: string;
}

interface Outcome {
  student: number;
  part: string;
  status: "saved" | "same" | "conflict" | "refused";
  text: string;
  sentence: string;
}

const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit" });

class Comments {
  private readonly boxes: Box[] = [];
  private readonly byKey = new Map<string, Box>();
  private readonly waiting = new Set<Box>();
  private running = false;
  private attempts = 0;
  private timer = 0;
  private current: Box | null = null;
  private readonly bank: Record<string, Record<string, string[]>>;

  constructor(private readonly root: HTMLElement) {
    this.bank = JSON.parse(root.dataset.bank ?? "{}") as typeof this.bank;
    for (const area of root.querySelectorAll<HTMLTextAreaElement>(".cm-cell textarea")) this.take(area);
    this.listen();
  }

  private take(area: HTMLTextAreaElement): void {
    const cell = area.closest<HTMLElement>(".cm-cell");
    const row = area.closest<HTMLElement>("tr");
    const note = cell?.querySelector<HTMLElement>(".cm-note");
    if (!cell || !row || !note) return;
    const box: Box = {
      area, cell, note,
      student: Number(row.dataset.student),
      part: cell.dataset.part ?? "",
      level: row.dataset.level ?? "",
      base: area.value,
    };
    this.boxes.push(box);
    this.byKey.set(`${box.student}.${box.part}`, box);
    area.addEventListener("input", () => this.typed(box, PAUSE));
    area.addEventListener("change", () => this.typed(box, 0));
    area.addEventListener("focus", () => { this.current = box; });
    area.addEventListener("keydown", (event) => this.onKey(event, box));
  }

  private listen(): void {
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-act]")) {
      button.hidden = false;
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.act(button.dataset.act ?? ""));
    }
    window.addEventListener("online", () => this.schedule(0));
    window.addEventListener("pagehide", () => void this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size || this.running) event.preventDefault();
    });
  }

  private act(name: string): void {
    if (name === "suggest") void this.suggest();
    else if (name === "pick") this.pick();
    else if (name === "keep") this.settleSuggestions(true);
    else if (name === "drop") this.settleSuggestions(false);
  }

  private onKey(event: KeyboardEvent, box: Box): void {
    if (event.altKey && event.key === "ArrowDown") {
      event.preventDefault();
      this.current = box;
      this.pick();
    } else if (event.key === "Escape" && box.cell.dataset.state === "suggested") {
      box.area.value = box.base;
      this.mark(box, "");
    } else if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      this.boxes[this.boxes.indexOf(box) + 3]?.area.focus();
    }
  }

  private typed(box: Box, pause: number): void {
    if (box.cell.dataset.state === "conflict") return;
    if (clean(box.area.value) === clean(box.base)) {
      this.waiting.delete(box);
      this.mark(box, "");
    } else {
      this.waiting.add(box);
      this.mark(box, "unsaved");
      this.schedule(pause);
    }
    this.say();
  }

  private mark(box: Box, state: State, sentence = ""): void {
    box.cell.dataset.state = state;
    box.note.replaceChildren(sentence);
    box.note.hidden = !sentence;
    box.area.setAttribute("aria-invalid", String(state === "refused" || state === "conflict"));
  }

  private schedule(pause: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), pause);
  }

  private async flush(): Promise<void> {
    if (this.running || !this.waiting.size) return;
    const flight = [...this.waiting].slice(0, MOST).map((box) => ({ box, text: box.area.value }));
    for (const { box } of flight) {
      this.waiting.delete(box);
      this.mark(box, "saving");
    }
    this.running = true;
    this.say();
    const told = await this.send(flight);
    this.running = false;
    if (typeof told === "string") this.failed(flight.map((one) => one.box), told);
    else this.answered(flight, told);
    this.say();
  }

  private async send(flight: { box: Box; text: string }[]): Promise<Outcome[] | string> {
    const changes = flight.map(({ box, text }) => ({
      student: box.student, part: box.part, base: box.base, text,
    }));
    const account = Number(this.root.dataset.account);
    const body = JSON.stringify({ operation: newOperation(), account, changes });
    try {
      const response = await fetch(this.root.dataset.save ?? "", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body,
        keepalive: body.length < 60_000,
      });
      if (response.ok) return ((await response.json()) as { cells: Outcome[] }).cells;
      return await refusal(response);
    } catch {
      return "";
    }
  }

  /** Without an answer everything waits and is sent again; a reason is shown beside the boxes. */
  private failed(boxes: Box[], sentence: string): void {
    for (const box of boxes) {
      if (sentence) this.mark(box, "refused", sentence);
      else {
        this.waiting.add(box);
        this.mark(box, "unsaved");
      }
    }
    if (sentence) return;
    this.schedule(WAITS[Math.min(this.attempts, WAITS.length - 1)] ?? PAUSE);
    this.attempts += 1;
  }

  private answered(flight: { box: Box; text: string }[], outcomes: Outcome[]): void {
    this.attempts = 0;
    this.savedAt = new Date();
    const sent = new Map(flight.map(({ box, text }) => [box, text]));
    for (const outcome of outcomes) {
      const box = this.byKey.get(`${outcome.student}.${outcome.part}`);
      if (box) this.settle(box, outcome, sent.get(box) ?? "");
    }
    if (this.waiting.size) this.schedule(PAUSE);
  }

  private savedAt: Date | null = null;

  private settle(box: Box, outcome: Outcome, sent: string): void {
    if (outcome.status === "refused") this.mark(box, "refused", outcome.sentence);
    else if (outcome.status === "conflict") this.conflict(box, outcome);
    else {
      box.base = outcome.text;
      if (box.area.value === sent) this.mark(box, "saved");
      else this.typed(box, PAUSE);
    }
  }

  /** Both texts stay in sight until the teacher chooses. */
  private conflict(box: Box, outcome: Outcome): void {
    this.waiting.delete(box);
    this.mark(box, "conflict", outcome.sentence);
    const theirs = document.createElement("q");
    theirs.textContent = outcome.text || "(để trống)";
    const row = document.createElement("span");
    row.className = "cm-choice";
    row.append(
      choice("Giữ câu của tôi", () => {
        box.base = outcome.text;
        this.mark(box, "unsaved");
        this.typed(box, 0);
      }),
      choice("Lấy câu kia", () => {
        box.base = outcome.text;
        box.area.value = outcome.text;
        this.mark(box, "saved");
        this.say();
      }),
    );
    box.note.append(theirs, row);
  }

  private async suggest(): Promise<void> {
    let found: Record<string, Record<string, string>>;
    try {
      const response = await fetch(this.root.dataset.suggest ?? "");
      if (!response.ok) throw new Error(response.statusText);
      found = (await response.json()) as typeof found;
    } catch {
      this.offer("Chưa lấy được gợi ý vì mất kết nối. Thầy cô thử lại sau.");
      return;
    }
    let filled = 0;
    for (const box of this.boxes) {
      const text = found[box.part]?.[String(box.student)];
      if (!text || box.area.value.trim()) continue;
      box.area.value = text;
      this.mark(box, "suggested");
      filled += 1;
    }
    this.offer(
      filled
        ? `Đã điền ${filled} câu gợi ý, chưa lưu. Thầy cô đọc và sửa rồi bấm lưu.`
        : "Không còn ô trống nào có kết quả để gợi ý.",
      filled > 0,
    );
  }

  private offer(words: string, asks = false): void {
    const bar = document.getElementById("cm-offer");
    const line = bar?.querySelector<HTMLElement>("[data-words]");
    if (!bar || !line) return;
    line.textContent = words;
    for (const button of bar.querySelectorAll<HTMLElement>("[data-act]")) button.hidden = !asks;
    bar.hidden = false;
  }

  private settleSuggestions(keep: boolean): void {
    for (const box of this.boxes) {
      if (box.cell.dataset.state !== "suggested") continue;
      if (!keep) box.area.value = box.base;
      this.mark(box, "");
      this.typed(box, 0);
    }
    document.getElementById("cm-offer")?.setAttribute("hidden", "");
  }

  private pick(): void {
    const box = this.current ?? this.boxes[0];
    const list = document.getElementById("cm-phrases");
    const dialog = document.getElementById("cm-pick");
    const told = document.getElementById("cm-pick-for");
    if (!box || !list || !told || !(dialog instanceof HTMLDialogElement)) return;
    const phrases = this.bank[box.part]?.[box.level] ?? [];
    told.textContent = box.area.getAttribute("aria-label") ?? "";
    list.replaceChildren(...phrases.map((text) => this.phrase(text, box, dialog)));
    if (!phrases.length) list.textContent = "Chưa có câu mẫu vì học sinh chưa có kết quả ở thời điểm này.";
    dialog.showModal();
  }

  private phrase(text: string, box: Box, dialog: HTMLDialogElement): HTMLLIElement {
    const line = document.createElement("li");
    line.append(choice(text, () => {
      box.area.value = clean(`${box.area.value} ${text}`);
      dialog.close();
      box.area.focus();
      this.typed(box, 0);
    }));
    return line;
  }

  private say(): void {
    const line = document.getElementById("cm-state");
    const words = line?.querySelector<HTMLElement>("[data-words]");
    if (!line || !words) return;
    const [kind, told] = this.told();
    line.dataset.kind = kind;
    words.textContent = told;
    const written = document.getElementById("cm-written");
    if (written) written.textContent = String(this.writtenPupils());
  }

  private told(): [string, string] {
    const wrong = this.boxes.filter((box) =>
      ["conflict", "refused"].includes(box.cell.dataset.state ?? "")).length;
    const left = this.waiting.size;
    if (this.attempts) return ["wait", `Mất kết nối, ${left} ô chưa lưu sẽ tự gửi lại`];
    if (this.running) return ["busy", "Đang lưu…"];
    if (wrong) return ["bad", `${wrong} ô cần thầy cô xem lại`];
    if (left) return ["busy", `${left} ô chưa lưu`];
    return this.savedAt ? ["good", `Đã lưu lúc ${clock.format(this.savedAt)}`] : ["", "Tự động lưu khi rời ô"];
  }

  private writtenPupils(): number {
    const written = this.boxes.filter((box) => box.base.trim()).map((box) => box.student);
    return new Set(written).size;
  }
}

function clean(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

function choice(text: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary btn-small";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

async function refusal(response: Response): Promise<string> {
  if (response.status === 429 || response.status >= 500) return "";
  try {
    const read = (await response.json()) as { error?: unknown };
    if (typeof read.error === "string") return read.error;
  } catch {
    // The page of an error says less than the sentence below.
  }
  return response.status === 401
    ? "Phiên làm việc đã hết hạn. Thầy cô đăng nhập lại ở thẻ khác rồi sửa ô này để lưu tiếp."
    : "Máy chủ từ chối lần lưu này. Thầy cô chép lại nội dung, tải lại trang rồi thử lại.";
}

const root = document.getElementById("comments");
if (root?.dataset.writable !== undefined) new Comments(root);
