/** A page that opens with no line: the worker keeps it, with all that it loads. */

export interface Instrument {
  cache: string;
  page: string;
  /** The message by which the page asks to be kept. */
  keep: string;
}

export interface Kept {
  /** Whether this machine has the page; known without waiting, so that others lose no time here. */
  readonly isThere: boolean;
}

interface Wish {
  kind: string;
  /** What the page loads by itself later on. */
  extras: string[];
}

const PATIENCE = 4000;
const OURS = /\/static\/[\w./-]+\.(?:js|css|woff2|ttf|svg)/g;

export function keepInstrument(worker: ServiceWorkerGlobalScope, instrument: Instrument): Kept {
  const paths = new Set<string>();
  const there = { page: false };
  const take = (found: readonly string[], page: boolean): void => {
    paths.clear();
    for (const path of found) paths.add(path);
    there.page = page;
  };
  const ready = known(instrument.cache).then((found) => take(found.filter((path) => path !== instrument.page), found.includes(instrument.page)));

  worker.addEventListener("message", (event) => {
    const wish = event.data as Wish | null;
    if (wish?.kind !== instrument.keep) return;
    const done = keep(instrument, wish.extras).catch(() => null);
    event.waitUntil(done.then((found) => {
      if (found) take(found, true);
      event.ports[0]?.postMessage(found !== null);
    }));
  });

  worker.addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== worker.location.origin) return;
    const { request } = event;
    if (request.mode === "navigate" && address.pathname === instrument.page) event.respondWith(ready.then(() => open(instrument.page, request)));
    else if (paths.has(address.pathname)) event.respondWith(fromCache(request));
    else return;
    // Two instruments may share a file; only the first answers.
    event.stopImmediatePropagation();
  });

  return { get isThere() { return there.page; } };
}

async function known(name: string): Promise<string[]> {
  const requests = (await caches.has(name)) ? await (await caches.open(name)).keys() : [];
  return requests.map((one) => new URL(one.url).pathname);
}

/** The server's page when it answers in time, otherwise the one that was kept. */
async function open(page: string, request: Request): Promise<Response> {
  const fresh = await Promise.race([fetch(request).catch(() => null), new Promise<null>((go) => setTimeout(go, PATIENCE, null))]);
  if (fresh?.ok) return fresh;
  return (await caches.match(page)) ?? fresh ?? Response.error();
}

async function fromCache(request: Request): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** Fetches the page and what it names, and only then puts the page in the place of the old one. */
async function keep({ cache: name, page }: Instrument, extras: string[]): Promise<string[] | null> {
  const [cache, fresh] = [await caches.open(name), await fetch(page, { cache: "no-store", credentials: "omit" })];
  if (!fresh.ok) return null;
  const named = (await fresh.clone().text()).match(OURS) ?? [];
  await Promise.all(named.map((path) => add(cache, path)));
  const inStyles = await Promise.all(named.filter((path) => path.endsWith(".css")).map((path) => inside(cache, path)));
  const more = [...inStyles.flat(), ...extras.filter((path) => path.startsWith("/static/"))];
  await Promise.allSettled(more.map((path) => add(cache, path)));
  await cache.put(page, fresh);
  const wanted = [...new Set([...named, ...more])];
  const old = (await known(name)).filter((path) => path !== page && !wanted.includes(path));
  await Promise.all(old.map((path) => cache.delete(path)));
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
