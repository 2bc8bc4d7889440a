export type Tables = Map<string, Buffer>;

/** A TrueType file of a few glyphs: empty .notdef first, then one glyph for each character code. */
export function assembled(
  source: Tables,
  glyphs: Buffer[],
  width: number,
  bearings: number[],
  codes: number[],
): Buffer {
  const kept = (tag: string): Buffer => Buffer.from(source.get(tag) ?? Buffer.alloc(0));
  const tables: Tables = new Map([
    ["OS/2", kept("OS/2")],
    ["cmap", cmap(codes)],
    ["glyf", Buffer.concat(glyphs)],
    ["head", changed(kept("head"), [[50, 1]])],
    ["hhea", changed(kept("hhea"), [[34, glyphs.length]])],
    ["hmtx", hmtx(width, bearings)],
    ["loca", loca(glyphs)],
    ["maxp", changed(kept("maxp"), [[4, glyphs.length], [26, 0]])],
    ["name", kept("name")],
    ["post", post()],
  ]);
  return file(tables);
}

function changed(table: Buffer, changes: [place: number, value: number][]): Buffer {
  for (const [place, value] of changes) table.writeUInt16BE(value, place);
  return table;
}

/** One segment for the digits, one to end the list, as format 4 wants it. */
function cmap(codes: number[]): Buffer {
  const [first, last] = [codes[0] ?? 0, codes.at(-1) ?? 0];
  const header = [0, 1, 3, 1, 0, 12];
  const subtable = [4, 32, 0, 4, 4, 1, 0, last, 0xffff, 0, first, 0xffff, (1 - first) & 0xffff, 1, 0, 0];
  return sixteens([...header, ...subtable]);
}

function hmtx(width: number, bearings: number[]): Buffer {
  return sixteens(bearings.flatMap((bearing) => [width, bearing & 0xffff]));
}

function loca(glyphs: Buffer[]): Buffer {
  const made = Buffer.alloc((glyphs.length + 1) * 4);
  let place = 0;
  glyphs.forEach((glyph, index) => {
    place += glyph.length;
    made.writeUInt32BE(place, (index + 1) * 4);
  });
  return made;
}

function post(): Buffer {
  const made = Buffer.alloc(32);
  made.writeUInt32BE(0x00030000, 0);
  return made;
}

function sixteens(values: number[]): Buffer {
  const made = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => made.writeUInt16BE(value, index * 2));
  return made;
}

function sum(table: Buffer): number {
  let total = 0;
  for (let place = 0; place < table.length; place += 4) total = (total + table.readUInt32BE(place)) >>> 0;
  return total;
}

function file(tables: Tables): Buffer {
  const header = Buffer.alloc(12 + tables.size * 16);
  header.writeUInt32BE(0x00010000, 0);
  [tables.size, 128, 3, tables.size * 16 - 128].forEach((value, index) => header.writeUInt16BE(value, 4 + index * 2));
  const parts: Buffer[] = [header];
  let [entry, offset] = [12, header.length];
  for (const [tag, bytes] of tables) {
    const whole = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    header.write(tag, entry, "latin1");
    [sum(whole), offset, bytes.length].forEach((value, index) => header.writeUInt32BE(value, entry + 4 + index * 4));
    parts.push(whole);
    [entry, offset] = [entry + 16, offset + whole.length];
  }
  return Buffer.concat(parts);
}
