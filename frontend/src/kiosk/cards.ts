/** The list of cards, by the digest of their codes: the name without asking the server. */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Card, CardList } from "./contract.ts";

const DIGEST_BYTES = 16;
const words = new TextEncoder();

/** The first 16 bytes of SHA-256(salt + code) in hexadecimal, as the server writes them. */
export function digest(salt: string, code: string): string {
  const bytes = sha256(words.encode(salt + code)).subarray(0, DIGEST_BYTES);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Found {
  code: string;
  card: Card | undefined;
}

export class Cards {
  readonly list: CardList;
  readonly fetchedAt: number;
  private readonly byDigest: Map<string, Card>;

  constructor(list: CardList, fetchedAt: number) {
    this.list = list;
    this.fetchedAt = fetchedAt;
    this.byDigest = new Map(list.cards.map((card) => [card.h, card]));
  }

  get size(): number {
    return this.byDigest.size;
  }

  /** The first reading that is somebody's card; otherwise the first reading, for the server. */
  find(readings: readonly string[]): Found {
    for (const code of readings) {
      const card = this.byDigest.get(digest(this.list.salt, code));
      if (card) return { code, card };
    }
    return { code: readings[0] ?? "", card: undefined };
  }
}
