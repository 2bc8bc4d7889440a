import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Plugin } from "vite";
import { assembled, type Tables } from "./sfnt.ts";

/* Be Vietnam Pro has no tabular figures: its 1 is half as wide as its 0, and columns of marks dance.
   The build takes its ten digits, sets them all on their mean width, and makes a small font of them. */

const DIGITS = [..."0123456789"].map((digit) => digit.charCodeAt(0));

export function figures(source: string, target: string, weights: number[]): Plugin {
  return {
    name: "khue-figures",
    buildStart() {
      mkdirSync(target, { recursive: true });
      for (const weight of weights) {
        const font = readFileSync(join(source, `be-vietnam-pro-latin-${weight}-normal.woff`));
        writeFileSync(join(target, `khue-figures-${weight}.ttf`), tabular(unpacked(font)));
      }
    },
  };
}

/** The tables of a WOFF file, each deflated on its own. */
function unpacked(woff: Buffer): Tables {
  const tables: Tables = new Map();
  for (let index = 0; index < woff.readUInt16BE(12); index += 1) {
    const entry = 44 + index * 20;
    const [offset, packed, size] = [4, 8, 12].map((step) => woff.readUInt32BE(entry + step)) as [number, number, number];
    const bytes = woff.subarray(offset, offset + packed);
    tables.set(woff.toString("latin1", entry, entry + 4), packed < size ? inflateSync(bytes) : bytes);
  }
  return tables;
}

function tabular(tables: Tables): Buffer {
  const source = reader(tables);
  const glyphs = [0, ...DIGITS.map(source.glyphOf)];
  const widths = DIGITS.map((code) => source.advance(source.glyphOf(code)));
  const width = Math.round(widths.reduce((sum, one) => sum + one, 0) / widths.length);
  const moved = glyphs.map((glyph) => (glyph === 0 ? Buffer.alloc(0) : centred(source, glyph, width)));
  const bearings = moved.map((outline) => (outline.length ? outline.readInt16BE(2) : 0));
  return assembled(tables, moved, width, bearings, DIGITS);
}

interface Reader {
  glyphOf(code: number): number;
  advance(glyph: number): number;
  outline(glyph: number): Buffer;
}

function reader(tables: Tables): Reader {
  const take = (tag: string): Buffer => tables.get(tag) ?? fail(tag);
  const [hmtx, loca, glyf, cmap] = [take("hmtx"), take("loca"), take("glyf"), take("cmap")];
  const long = take("head").readInt16BE(50) === 1;
  const metrics = take("hhea").readUInt16BE(34);
  const at = (glyph: number): number => (long ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2);
  return {
    glyphOf: (code) => lookedUp(cmap, code),
    advance: (glyph) => hmtx.readUInt16BE(Math.min(glyph, metrics - 1) * 4),
    outline: (glyph) => glyf.subarray(at(glyph), at(glyph + 1)),
  };
}

function fail(tag: string): never {
  throw new Error(`The font has no usable ${tag} table.`);
}

/** The glyph of a character in the first cmap subtable of format 4. */
function lookedUp(cmap: Buffer, code: number): number {
  const count = cmap.readUInt16BE(2);
  const starts = Array.from({ length: count }, (_, index) => cmap.readUInt32BE(4 + index * 8 + 4));
  const start = starts.find((offset) => cmap.readUInt16BE(offset) === 4) ?? fail("cmap");
  const table = cmap.subarray(start);
  const doubled = table.readUInt16BE(6);
  for (let step = 0; step < doubled; step += 2) {
    const [last, first] = [table.readUInt16BE(14 + step), table.readUInt16BE(16 + doubled + step)];
    if (code < first || code > last) continue;
    const shift = table.readUInt16BE(16 + doubled * 2 + step);
    const place = 16 + doubled * 3 + step;
    const range = table.readUInt16BE(place);
    return range ? table.readUInt16BE(place + range + (code - first) * 2) : (code + shift) & 0xffff;
  }
  return fail("cmap");
}

interface Points {
  flags: number[];
  xs: number[];
  ys: number[];
}

/** The outline without its hints, moved so that it stands in the middle of the common width. */
function centred(source: Reader, glyph: number, width: number): Buffer {
  const outline = source.outline(glyph);
  const contours = outline.readInt16BE(0);
  if (contours < 1) return fail("glyf");
  const head = outline.subarray(0, 10 + contours * 2);
  const { flags, xs, ys } = points(outline, head.length, outline.readUInt16BE(head.length - 2) + 1);
  const shift = Math.round((width - source.advance(glyph)) / 2);
  const box = Buffer.from(head);
  for (const place of [2, 6]) box.writeInt16BE(outline.readInt16BE(place) + shift, place);
  xs[0] = (xs[0] ?? 0) + shift;
  const body = [Buffer.alloc(2), Buffer.from(flags.map((flag) => flag & 0x41)), words(xs), words(ys)];
  return padded(Buffer.concat([box, ...body]));
}

function points(outline: Buffer, after: number, count: number): Points {
  let place = after + 2 + outline.readUInt16BE(after);
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = outline.readUInt8(place++);
    const times = flag & 8 ? outline.readUInt8(place++) + 1 : 1;
    flags.push(...Array<number>(times).fill(flag));
  }
  const deltas = (short: number, same: number): number[] =>
    flags.map((flag) => {
      if (flag & short) return (flag & same ? 1 : -1) * outline.readUInt8(place++);
      if (flag & same) return 0;
      place += 2;
      return outline.readInt16BE(place - 2);
    });
  return { flags, xs: deltas(2, 16), ys: deltas(4, 32) };
}

function words(values: number[]): Buffer {
  const made = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => made.writeInt16BE(value, index * 2));
  return made;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
