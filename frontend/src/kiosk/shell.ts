/** Asks the service worker to keep this page, so that it opens with no line. */

const KEEP = "khue-cong-keep";

/** True when the page will open without a line from now on. */
export async function keepShell(extras: string[]): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const own = loaded.filter((one) => one.origin === location.origin).map((one) => one.pathname);
  return active ? ask(active, [...extras, ...own.filter((path) => path.startsWith("/static/"))]) : false;
}

function ask(worker: ServiceWorker, extras: string[]): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((answer) => {
    port1.onmessage = (event: MessageEvent<boolean>) => answer(event.data);
    worker.postMessage({ kind: KEEP, extras }, [port2]);
  });
}
