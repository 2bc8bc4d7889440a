import type { Part } from "./part";

/** A new version serves at once: it keeps no page, so nothing old can be mixed with it. */
export const taking: Part = (worker) => {
  worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
  worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
};
