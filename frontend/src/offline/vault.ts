/** What is kept on this machine opens only with the password of whoever wrote it.
 *
 *  A random key encrypts every record (AES-GCM); the key itself is wrapped with one that is derived
 *  from the password (PBKDF2-SHA-256). Who else opens the browser sees no name and no mark. While a
 *  tab is at work the key survives a reload of that tab, never its closing. */

const ROUNDS = 600_000;
const HELD = "khue-ngoai-tuyen";

export interface Lockbox {
  salt: string;
  rounds: number;
  iv: string;
  wrapped: string;
}

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  body: ArrayBuffer;
}

export class WrongPassword extends Error {}

/** Whether this page may encrypt: browsers allow it over HTTPS and on the machine itself only. */
export function canEncrypt(): boolean {
  return typeof crypto !== "undefined" && crypto.subtle !== undefined;
}

/** A new key for this machine, and the box in which it is kept. */
export async function makeLockbox(password: string): Promise<{ box: Lockbox; key: Vault }> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  return { box: await wrap(raw, password), key: await Vault.from(raw) };
}

/** The same key in a box for another password; the old one opens it no more. */
export async function changePassword(box: Lockbox, before: string, after: string): Promise<Lockbox> {
  return wrap(await unwrap(box, before), after);
}

/** Opens the box; raises WrongPassword. */
export async function openLockbox(box: Lockbox, password: string): Promise<Vault> {
  return Vault.from(await unwrap(box, password));
}

async function wrap(raw: Uint8Array<ArrayBuffer>, password: string): Promise<Lockbox> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await derived(password, salt, ROUNDS);
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, raw);
  return { salt: text64(salt), rounds: ROUNDS, iv: text64(iv), wrapped: text64(new Uint8Array(body)) };
}

async function unwrap(box: Lockbox, password: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await derived(password, bytes64(box.salt), box.rounds);
  try {
    const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes64(box.iv) }, key, bytes64(box.wrapped));
    return new Uint8Array(raw);
  } catch {
    throw new WrongPassword();
  }
}

async function derived(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const given = new TextEncoder().encode(password.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", given, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
}

/** An open box: seals and opens records; a record cannot be moved to another place. */
export class Vault {
  private readonly key: CryptoKey;
  private readonly raw: Uint8Array<ArrayBuffer>;

  private constructor(key: CryptoKey, raw: Uint8Array<ArrayBuffer>) {
    this.key = key;
    this.raw = raw;
  }

  static async from(raw: Uint8Array<ArrayBuffer>): Promise<Vault> {
    return new Vault(await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]), raw);
  }

  async seal(place: string, value: unknown): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(place);
    const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.key, new TextEncoder().encode(JSON.stringify(value)));
    return { iv, body };
  }

  async open<T>(place: string, sealed: Sealed): Promise<T> {
    const additionalData = new TextEncoder().encode(place);
    const body = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData }, this.key, sealed.body);
    return JSON.parse(new TextDecoder().decode(body)) as T;
  }

  /** Holds the key for this tab, so that a reload asks for no password. */
  hold(account: number): void {
    try {
      sessionStorage.setItem(HELD, JSON.stringify({ account, raw: text64(this.raw) }));
    } catch {
      // A browser that keeps nothing asks for the password again.
    }
  }
}

/** The key of this tab, if it was at work before the reload. */
export async function heldVault(): Promise<{ account: number; key: Vault } | null> {
  try {
    const held = JSON.parse(sessionStorage.getItem(HELD) ?? "null") as { account: number; raw: string } | null;
    return held && { account: held.account, key: await Vault.from(bytes64(held.raw)) };
  } catch {
    return null;
  }
}

export function letGo(): void {
  try {
    sessionStorage.removeItem(HELD);
  } catch {
    // Nothing was held.
  }
}

/** Under which name the box of a login is kept: whoever looks at the machine reads no login. */
export async function boxName(login: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`khue:${login.trim().toLowerCase()}`));
  return text64(new Uint8Array(digest).slice(0, 16));
}

export function text64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function bytes64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}
