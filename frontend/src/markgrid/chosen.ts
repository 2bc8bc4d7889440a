/** The cell under the pen, and the block of cells that is chosen with it. */

import type { Cell, Place, Sheet } from "./cells";

export class Chosen {
  private anchor: Place = { row: 0, col: 0 };
  private head: Place = { row: 0, col: 0 };
  private painted: Cell[] = [];

  constructor(private readonly sheet: Sheet) {}

  /** Where the pen stands: the corner from which the block was drawn. */
  get cell(): Cell | undefined {
    return this.sheet.at(this.anchor.row, this.anchor.col);
  }

  get isBlock(): boolean {
    return this.anchor.row !== this.head.row || this.anchor.col !== this.head.col;
  }

  set(place: Place): void {
    this.anchor = this.inside(place);
    this.head = this.anchor;
    this.paint();
  }

  extend(place: Place): void {
    this.head = this.inside(place);
    this.paint();
  }

  extendBy(rows: number, cols: number): Place {
    this.extend({ row: this.head.row + rows, col: this.head.col + cols });
    return this.head;
  }

  everything(): void {
    this.anchor = { row: 0, col: 0 };
    this.extend({ row: this.sheet.height - 1, col: this.sheet.width - 1 });
  }

  collapse(): void {
    this.head = this.anchor;
    this.paint();
  }

  private inside({ row, col }: Place): Place {
    return {
      row: Math.max(0, Math.min(this.sheet.height - 1, row)),
      col: Math.max(0, Math.min(this.sheet.width - 1, col)),
    };
  }

  /** The chosen cells, line by line. */
  get block(): Cell[][] {
    const [top, bottom] = ordered(this.anchor.row, this.head.row);
    const [left, right] = ordered(this.anchor.col, this.head.col);
    return this.sheet.rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
  }

  get cells(): Cell[] {
    return this.block.flat();
  }

  private paint(): void {
    for (const cell of this.painted) {
      cell.td.classList.remove("on");
      cell.td.removeAttribute("aria-selected");
    }
    this.painted = this.isBlock ? this.cells : [];
    for (const cell of this.painted) {
      cell.td.classList.add("on");
      cell.td.setAttribute("aria-selected", "true");
    }
  }
}

function ordered(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}
