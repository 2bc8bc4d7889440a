/** What goes over the line; see khue/offline/forms.py and khue/offline/queries/packs.py. */

export const SCHEMA = 1;

export type Kind = "mark" | "attendance" | "lesson" | "keep";
export type Status = "applied" | "already" | "conflict" | "refused" | "later";

/** What a writer saw: a stored value, or her own unsent act on the same thing. */
export type Base = unknown | { after: string };

export interface Operation {
  id: string;
  seq: number;
  kind: Kind;
  place: Readonly<Record<string, string | number>>;
  base: Base;
  value: unknown;
  /** By the clock of this machine, with its zone. */
  at: string;
  decides?: readonly string[];
}

export interface Answer {
  id: string;
  status: Status;
  value: unknown;
  sentence?: string;
  text?: string;
  author?: string;
  at?: string;
  again?: boolean;
}

export interface Answers {
  schema: number;
  now: string;
  answers: Answer[];
  /** Conflicts of `open` that were decided on another machine or page. */
  decided?: string[];
}

export interface Book {
  id: number;
  term: number;
  strand: number;
  title: string;
  class: number;
  form: "score" | "comment";
  running: boolean;
  /** Why it takes no marks; empty while it does. */
  refusal: string;
  slots: [string, string][];
  pupils: BookPupil[];
}

export interface BookPupil {
  id: number;
  name: string;
  left: boolean;
  closed: string;
  marks: Record<string, number | null>;
  texts: Record<string, string>;
}

export interface Absence {
  student: number;
  kind: string;
  minutes: number | null;
  note: string;
}

export interface ClassSession {
  taken: { by: string; at: string } | null;
  absent: Absence[];
  excused: number[];
}

export interface ClassPack {
  id: number;
  name: string;
  pupils: { id: number; name: string; from: string; to: string | null }[];
  days: { day: string; sessions: Record<string, ClassSession> }[];
}

export interface DiaryLine {
  class: number;
  day: string;
  session: string;
  period: number;
  subject: number;
  subject_name: string;
  teacher: string;
  version: number;
  title: string;
  plan_number: number | null;
  remark: string;
  homework: string;
  rating: Record<string, string>;
}

export interface DiarySubject {
  id: number;
  class: number;
  class_name: string;
  name: string;
  school: number;
  next: number | null;
  plan: [number, string][];
}

export interface Pack {
  schema: number;
  account: number;
  name: string;
  made_at: string;
  today: string;
  idle_minutes: number;
  keep_days: number;
  kinds: Record<string, string>;
  session_names: Record<string, string>;
  books: Book[];
  classes: ClassPack[];
  diary: {
    subjects: DiarySubject[];
    lines: DiaryLine[];
    schemes: Record<string, { name: string; values: string[]; most: number }[]>;
  };
  gone: string[];
}

const PLACE_NAMES: Record<Exclude<Kind, "keep">, readonly string[]> = {
  mark: ["book", "term", "strand", "student", "slot"],
  attendance: ["class", "period", "student", "day", "session"],
  lesson: ["class", "period", "day", "session"],
};

/** The one thing that an operation writes; the server calls it the same. */
export function targetOf(kind: Kind, place: Operation["place"], id = ""): string {
  if (kind === "keep") return `keep:${id}`;
  return [kind, ...PLACE_NAMES[kind].map((name) => place[name])].join(":");
}
