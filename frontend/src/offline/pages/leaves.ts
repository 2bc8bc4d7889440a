/** What a grid shows with no line: a term of a mark book, or a sheet of a primary class. */

import type { Book, BookPupil, LevelSheet, Operation, Pack } from "../contract.ts";

type Place = Operation["place"];

export interface Leaf {
  kind: "mark" | "level" | "quality";
  /** Its address on this page. */
  href: string;
  title: string;
  /** What a cell takes, where the cell itself does not say. */
  form: string;
  refusal: string;
  pupils: readonly BookPupil[];
  place(student: number, slot: string): Place;
  /** The part that the places of its cells share. */
  owns(place: Place): boolean;
  nameOf(slot: string): string;
}

export function leafOfBook(book: Book): Leaf {
  const own = { book: book.id, term: book.term, strand: book.strand };
  return {
    kind: "mark", href: `#/so/${book.id}/${book.term}/${book.strand}`, form: book.form, refusal: book.refusal, pupils: book.pupils,
    title: book.strand_name ? `${book.title}, ${book.strand_name}` : book.title,
    place: (student, slot) => ({ ...own, student, slot }),
    owns: (place) => covers(own, place),
    nameOf: (slot) => book.slots.find(([one]) => one === slot)?.[1] ?? slot,
  };
}

export function leafOfSheet(sheet: LevelSheet): Leaf {
  const own: Place = { [sheet.kind === "level" ? "book" : "class"]: sheet.of, point: sheet.point };
  return {
    kind: sheet.kind, href: `#/danh-gia/${sheet.kind}/${sheet.of}/${sheet.point}`, form: "level", refusal: sheet.refusal, pupils: sheet.pupils,
    title: sheet.title,
    place: (student, slot) => ({ ...own, student, slot }),
    owns: (place) => covers(own, place),
    nameOf: (slot) => sheet.columns.find((one) => one.slot === slot)?.label ?? slot,
  };
}

function covers(own: Place, place: Place): boolean {
  return Object.entries(own).every(([name, value]) => place[name] === value);
}

export function leavesOf(pack: Pack): Leaf[] {
  return [...pack.books.map(leafOfBook), ...(pack.sheets ?? []).map(leafOfSheet)];
}

/** The leaf on which an operation stands. */
export function leafOf(pack: Pack | null, { kind, place }: Pick<Operation, "kind" | "place">): Leaf | undefined {
  return pack ? leavesOf(pack).find((one) => one.kind === kind && one.owns(place)) : undefined;
}
