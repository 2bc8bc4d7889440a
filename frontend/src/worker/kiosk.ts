import type { Part } from "./part";

/** The page of the gate opens with no line: the worker keeps it, with all that it loads. */

const CACHE = "khue-cong";
const PAGE = "/cong/";
const KEEP = "khue-cong-keep";
const PATIENCE = 4000;
const OURS = /\/static\/[\w./-]+\.(?:js|css|woff2|ttf|svg)/g;

interface Wish {
  kind: string;
  /** What the page loads by itself later on. */
  extras: string[];
}

export const kiosk: Part = (worker) => {
  /** Addresses in the cache; known without waiting, so that other pages lose no time here. */
  const kept = new Set<string>();
  const ready = known().then((paths) => paths.forEach((path) => kept.add(path)));

  worker.addEventListener("message", (event) => {
    const wish = event.data as Wish | null;
    if (wish?.kind !== KEEP) return;
    const done = keep(wish.extras).catch(() => null);
    event.waitUntil(done.then((paths) => {
      if (paths) replace(kept, paths);
      event.ports[0]?.postMessage(paths !== null);
    }));
  });

  worker.addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== worker.location.origin) return;
    if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(ready.then(() => page(event.request)));
    else if (kept.has(address.pathname)) event.respondWith(fromCache(event.request));
  });
};

async function known(): Promise<string[]> {
  const requests = (await caches.has(CACHE)) ? await (await caches.open(CACHE)).keys() : [];
  return requests.map((one) => new URL(one.url).pathname).filter((path) => path !== PAGE);
}

function replace(kept: Set<string>, paths: string[]): void {
  kept.clear();
  for (const path of paths) kept.add(path);
}

/** The server's page when it answers in time, otherwise the one that was kept. */
async function page(request: Request): Promise<Response> {
  const fresh = await Promise.race([fetch(request).catch(() => null), new Promise<null>((go) => setTimeout(go, PATIENCE, null))]);
  if (fresh?.ok) return fresh;
  return (await caches.match(PAGE)) ?? fresh ?? Response.error();
}

async function fromCache(request: Request): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** Fetches the page and what it names, and only then puts the page in the place of the old one. */
async function keep(extras: string[]): Promise<string[] | null> {
  const [cache, fresh] = [await caches.open(CACHE), await fetch(PAGE, { cache: "no-store", credentials: "omit" })];
  if (!fresh.ok) return null;
  const named = (await fresh.clone().text()).match(OURS) ?? [];
  await Promise.all(named.map((path) => add(cache, path)));
  const inStyles = await Promise.all(named.filter((path) => path.endsWith(".css")).map((path) => inside(cache, path)));
  const more = [...inStyles.flat(), ...extras.filter((path) => path.startsWith("/static/"))];
  await Promise.allSettled(more.map((path) => add(cache, path)));
  await cache.put(PAGE, fresh);
  const wanted = [...new Set([...named, ...more])];
  await Promise.all((await known()).filter((path) => !wanted.includes(path)).map((path) => cache.delete(path)));
  return wanted;
}

/** Names of built files carry their digest: what is there need not be fetched again. */
async function add(cache: Cache, path: string): Promise<void> {
  if (!(await cache.match(path))) await cache.add(path);
}

async function inside(cache: Cache, path: string): Promise<string[]> {
  const style = await cache.match(path);
  return style ? ((await style.text()).match(OURS) ?? []) : [];
}
