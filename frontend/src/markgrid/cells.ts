/** The cells of the table as the script knows them: what the server holds, what was typed. */

export type Stored = number | null;
export type State = "" | "unsaved" | "saving" | "saved" | "here" | "conflict" | "refused";

/** What somebody else wrote into a cell meanwhile. */
export interface Rival {
  value: Stored;
  text: string;
  author: string;
  at: string;
}

export interface Cell {
  readonly td: HTMLTableCellElement;
  readonly student: number;
  readonly pupil: string;
  readonly slot: string;
  readonly title: string;
  /** What may be written here: score, comment, level, quality, whole, text … */
  readonly form: string;
  readonly row: number;
  readonly col: number;
  readonly locked: boolean;
  /** The value on the server, as far as we know, and how it is printed. */
  base: Stored;
  baseText: string;
  /** What the cell shows: the base, or what was typed and is not saved yet. */
  text: string;
  state: State;
  note: string;
  struck: string;
  rival: Rival | null;
}

export interface Place {
  row: number;
  col: number;
}

export class Sheet {
  readonly rows: Cell[][] = [];
  readonly byKey = new Map<string, Cell>();
  private readonly byElement = new Map<Element, Cell>();

  constructor(
    readonly table: HTMLTableElement, writable: boolean, private readonly form: string,
  ) {
    const titles = columnTitles(table);
    for (const line of table.querySelectorAll<HTMLTableRowElement>("tbody tr[data-student]")) {
      this.add(line, titles, writable);
    }
  }

  private add(line: HTMLTableRowElement, titles: Map<string, string>, writable: boolean): void {
    const student = Number(line.dataset.student);
    const pupil = line.querySelector("th")?.title ?? "";
    const locked = !writable || line.classList.contains("mg-left");
    const made = [...line.querySelectorAll<HTMLTableCellElement>("td.mk")].map((td, col) => {
      const slot = td.dataset.slot ?? "";
      const text = printed(td);
      const cell: Cell = {
        td, student, pupil, slot, text,
        locked: locked || td.dataset.locked !== undefined,
        form: td.dataset.form ?? this.form,
        title: titles.get(slot) ?? slot,
        row: this.rows.length,
        col,
        base: td.dataset.v === undefined ? null : Number(td.dataset.v),
        baseText: text,
        state: "",
        note: "",
        struck: td.querySelector("del")?.lastChild?.textContent ?? "",
        rival: null,
      };
      this.byKey.set(`${student}.${slot}`, cell);
      this.byElement.set(td, cell);
      return cell;
    });
    this.rows.push(made);
  }

  get height(): number {
    return this.rows.length;
  }

  get width(): number {
    return this.rows[0]?.length ?? 0;
  }

  at(row: number, col: number): Cell | undefined {
    return this.rows[row]?.[col];
  }

  of(element: EventTarget | null): Cell | undefined {
    const td = element instanceof Element ? element.closest("td.mk") : null;
    return td ? this.byElement.get(td) : undefined;
  }

  find(student: number, slot: string): Cell | undefined {
    return this.byKey.get(`${student}.${slot}`);
  }

  *all(): Generator<Cell> {
    for (const row of this.rows) yield* row;
  }
}

function printed(td: HTMLTableCellElement): string {
  return (td.querySelector("ins") ?? td).textContent?.trim() ?? "";
}

function columnTitles(table: HTMLTableElement): Map<string, string> {
  const titles = new Map([["gk", "Giữa kì"], ["ck", "Cuối kì"]]);
  table.querySelectorAll("thead tr:nth-child(2) th").forEach((head, index) => {
    titles.set(`tx${index + 1}`, head.getAttribute("aria-label") ?? `Thường xuyên ${index + 1}`);
  });
  for (const head of table.querySelectorAll<HTMLElement>("thead [data-title-of]")) {
    titles.set(head.dataset.titleOf ?? "", head.getAttribute("aria-label") ?? "");
  }
  return titles;
}

/** Draws a cell as the server would, and its state beside it. */
export function draw(cell: Cell): void {
  const { td } = cell;
  for (const node of [...td.childNodes]) {
    if (!(node instanceof HTMLInputElement)) node.remove();
  }
  td.prepend(...contents(cell));
  if (cell.state) td.dataset.state = cell.state;
  else delete td.dataset.state;
  td.title = cell.note;
}

function contents(cell: Cell): Node[] {
  if (!cell.struck || cell.text !== cell.baseText) return [document.createTextNode(cell.text)];
  const now = document.createElement("ins");
  now.textContent = cell.text;
  const before = document.createElement("del");
  const spoken = document.createElement("span");
  spoken.className = "sr-only";
  spoken.textContent = ", trước là ";
  before.append(spoken, cell.struck);
  return [now, before];
}

/** Whether a stored value no longer waits for anything. */
export function settled(value: Stored): boolean {
  return value !== null && value !== -1;
}
