/** Asks the service worker to keep this page, so that it opens with no line. */

const KEEP = "khue-ngoai-tuyen-keep";

/** True when the page will open without a line from now on. */
export async function keepShell(): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    return active ? await ask(active, loaded()) : false;
  } catch {
    return false;
  }
}

function loaded(): string[] {
  const every = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  return every.filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/")).map((one) => one.pathname);
}

function ask(worker: ServiceWorker, extras: string[]): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((answer) => {
    port1.onmessage = (event: MessageEvent<boolean>) => answer(event.data);
    worker.postMessage({ kind: KEEP, extras }, [port2]);
  });
}
