/** Telling a reader that types like a keyboard from a person who types. */

const MACHINE_GAP = 45;
const SHORTEST = 6;
const QUIET = 140;
const FORGET = 12_000;

/** The strokes of one code: a machine types evenly and fast, and needs no Enter to be done. */
export class Burst {
  private first = 0;
  private last = 0;
  private strokes = 0;

  /** One more stroke has changed the text. */
  struck(at: number): void {
    if (!this.strokes || at - this.last > FORGET) {
      this.first = at;
      this.strokes = 0;
    }
    this.last = at;
    this.strokes += 1;
  }

  clear(): void {
    this.strokes = 0;
  }

  /** True when no person types like this. */
  get isMachine(): boolean {
    return this.strokes >= SHORTEST && (this.last - this.first) / (this.strokes - 1) < MACHINE_GAP;
  }

  /** Milliseconds of quiet after which the text is whole (a machine) or forgotten (a person). */
  get patience(): number {
    return this.isMachine ? QUIET : FORGET;
  }
}

/** Two answers of one reader to one card (a bounce), not two passings. */
export class Bounces {
  private readonly gap: number;
  private code = "";
  private at = -Infinity;

  constructor(gap: number) {
    this.gap = gap;
  }

  /** True when the code came again before the gap had passed since it was last seen. */
  again(code: string, at: number): boolean {
    const same = code === this.code && at - this.at < this.gap;
    this.code = code;
    this.at = at;
    return same;
  }
}
