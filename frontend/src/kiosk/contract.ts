/** What the gate page and the server say to each other; see docs/reference/gate.md. */

export type Direction = "in" | "out" | "auto";

/** What became of a passing. "bad": the server could not read it; "kept": written here, with nothing
 *  to judge it by before the server does. */
export type Verdict =
  | "good" | "late" | "twice" | "borrowed" | "lost" | "unknown" | "closed" | "left" | "retired" | "stale" | "bad" | "kept";

export interface Device {
  id: number;
  name: string;
  direction: string;
}

/** A session that is held today; times as "HH:MM". */
export interface Hours {
  session: string;
  opens_at: string;
  begins_at: string;
  ends_at: string;
  late_after_minutes: number;
}

export interface Pairing {
  secret: string;
  device: Device;
  school: { name: string };
  hours: Hours[];
  asks_health: boolean;
}

/** A card by the digest of its code: the code itself is never here. */
export interface Card {
  h: string;
  id: number;
  name: string;
  class: string;
  photo: string | null;
  kind: string;
  lost: boolean;
  /** Those of the pupil's class; only in them can she be late. */
  sessions: string[];
}

export interface CardList {
  now: string;
  version: string;
  salt: string;
  cards: Card[];
  hours: Hours[];
  asks_health: boolean;
  device: Device;
}

export interface Passing {
  id: string;
  code: string;
  at: string;
  direction: Direction;
  temperature?: number;
  health?: string;
}

export interface Answer {
  id: string;
  verdict: Verdict;
  said: string;
  name: string;
  class: string;
  photo: string | null;
  direction: Direction | "";
  again: boolean;
  fever: boolean;
}

export interface Answers {
  now: string;
  answers: Answer[];
}
