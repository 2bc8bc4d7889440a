// The files of a .zip, opened in memory with limits, so that no bomb unpacks.
import type { Bytes } from "./bytes.ts";

const MOST_MEMBERS = 500;
const MOST_BYTES = 100 * 1024 * 1024;
const BROKEN = "Gói .zip bị hỏng nên không mở được.";
const TOO_BIG = "Gói .zip bung ra quá lớn, không phải gói hồ sơ bình thường.";

export async function membersOf(content: Bytes): Promise<Map<string, Bytes>> {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  if (count > MOST_MEMBERS) throw new Error(TOO_BIG);
  const found = new Map<string, Bytes>();
  let at = view.getUint32(end + 16, true);
  let left = MOST_BYTES;
  for (let number = 0; number < count; number += 1) {
    const sizes = [28, 30, 32].map((shift) => view.getUint16(at + shift, true));
    const [name = 0, extra = 0, comment = 0] = sizes;
    const path = new TextDecoder().decode(content.subarray(at + 46, at + 46 + name));
    if (found.has(path)) throw new Error(BROKEN);
    if (!path.endsWith("/")) {
      const member = await memberAt(content, view, at, left);
      left -= member.length;
      found.set(path, member);
    }
    at += 46 + name + extra + comment;
  }
  return found;
}

function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0; at -= 1) if (view.getUint32(at, true) === 0x06054b50) return at;
  throw new Error(BROKEN);
}

async function memberAt(content: Bytes, view: DataView, at: number, left: number): Promise<Bytes> {
  const method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const raw = content.slice(start, start + packed) as Bytes;
  if (method === 0) return raw;
  if (method !== 8) throw new Error(BROKEN);
  const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > left) throw new Error(TOO_BIG);
    parts.push(read.value);
  }
  const all = new Uint8Array(size);
  parts.reduce((shift, part) => (all.set(part, shift), shift + part.length), 0);
  return all;
}
