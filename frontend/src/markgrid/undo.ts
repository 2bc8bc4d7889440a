/** Undo and redo: each act of the writer with what every cell showed before and after. */

import type { Cell } from "./cells";

export interface Step {
  cell: Cell;
  before: string;
  after: string;
}

const LONGEST = 200;

export class Undo {
  private past: Step[][] = [];
  private future: Step[][] = [];

  push(steps: Step[]): void {
    if (!steps.length) return;
    this.past.push(steps);
    if (this.past.length > LONGEST) this.past.shift();
    this.future = [];
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  undo(): Step[] {
    const steps = this.past.pop();
    if (!steps) return [];
    this.future.push(steps);
    return steps.map(({ cell, before, after }) => ({ cell, before: after, after: before }));
  }

  redo(): Step[] {
    const steps = this.future.pop();
    if (!steps) return [];
    this.past.push(steps);
    return steps;
  }
}
