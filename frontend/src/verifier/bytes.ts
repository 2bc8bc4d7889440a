// Bytes as text and back, and digests by WebCrypto.

export type Bytes = Uint8Array<ArrayBuffer>;

const DIGESTS: Record<string, string> = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512", sha1: "SHA-1" };

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

export const bytesOf = (buffer: ArrayBuffer | ArrayBufferView): Bytes =>
  buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer)
    : (new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice() as Bytes);

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");

/** Strict: lower case only, as everything of ours is written. */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)) as Bytes;
}

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text.replace(/\s+/g, "")), (one) => one.charCodeAt(0)) as Bytes;
}

export function joined(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at]);

export async function digest(name: string, data: Uint8Array): Promise<Bytes> {
  const known = DIGESTS[name];
  if (!known) throw new Error(`unknown digest ${name}`);
  return new Uint8Array(await crypto.subtle.digest(known, data as Bytes));
}

/** One character for each byte, so that positions in the text are positions in the file. */
export function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
