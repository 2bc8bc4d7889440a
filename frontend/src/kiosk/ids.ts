let lastMoment = 0;
let counter = 0;

/** A UUID of version 7: later passings sort later, also two of one millisecond. */
export function newId(moment: number, random: Uint8Array = crypto.getRandomValues(new Uint8Array(16))): string {
  counter = moment > lastMoment ? 0 : counter + 1;
  lastMoment = Math.max(moment, lastMoment);
  const bytes = random.slice(0, 16);
  new DataView(bytes.buffer).setUint16(0, Math.floor(lastMoment / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, lastMoment % 2 ** 32);
  new DataView(bytes.buffer).setUint16(6, 0x7000 | (counter & 0x0fff));
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
