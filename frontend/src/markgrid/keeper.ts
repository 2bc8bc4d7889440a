/** Who keeps what the grid writes: over the line at once, or on the machine until there is one. */

import type { Cell, Sheet } from "./cells";
import type { Watcher } from "./saver";

export interface Keeper {
  /** How many cells are written and not yet safe where they belong. */
  readonly unsaved: number;
  /** Whether Escape drops a value that was not taken; otherwise only its writer's own word does. */
  readonly forgetful: boolean;
  add(cell: Cell): void;
  /** The writer lets her own value go. */
  drop(cell: Cell): void;
  retry(): void;
  /** Takes up what an earlier page could not save; returns how many cells. */
  restore(): number;
}

/** What the page says about saving. */
export interface Teller {
  show(wrong: number, clashes: number): void;
}

export interface Desk {
  keeper: Keeper;
  teller: Teller;
}

export type MakeDesk = (sheet: Sheet, watcher: Watcher) => Desk;
