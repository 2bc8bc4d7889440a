/** What goes over the line; see khue/offline/forms.py and khue/offline/queries/packs.py. */

export const SCHEMA = 1;

export type Kind = "mark" | "attendance" | "lesson" | "level" | "quality" | "keep";
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
  /** Phân môn; empty for the whole subject. */
  strand_name: string;
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
  /** Cells that take nothing, and why. */
  shut?: Record<string, string>;
}

/** A sheet of a primary class at a point of the year: of a subject (`level`), of the qualities. */
export interface LevelSheet {
  kind: "level" | "quality";
  /** The subject of the class; of qualities the class. */
  of: number;
  class: number;
  point: number;
  point_name: string;
  title: string;
  running: boolean;
  refusal: string;
  columns: { slot: string; title: string; label: string; form: string; group: string }[];
  pupils: BookPupil[];
}

export interface Absence {
  student: number;
  kind: string;
  minutes: number | null;
  note: string;
}

export interface RollList {
  taken: { by: string; at: string } | null;
  absent: Absence[];
}

export interface ClassSession extends RollList {
  excused: number[];
  /** Lists of single periods, where there are any. */
  periods?: Record<string, RollList>;
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
  /** Absent in a pack that was taken along before there were any. */
  sheets?: LevelSheet[];
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
  level: ["book", "point", "student", "slot"],
  quality: ["class", "point", "student", "slot"],
};

/** The one thing that an operation writes; the server calls it the same. */
export function targetOf(kind: Kind, place: Operation["place"], id = ""): string {
  if (kind === "keep") return `keep:${id}`;
  return [kind, ...PLACE_NAMES[kind].map((name) => place[name])].join(":");
}
