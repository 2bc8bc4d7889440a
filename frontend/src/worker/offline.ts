import { keepInstrument } from "./kept";
import type { Part } from "./part";

const PAGE = "/ngoai-tuyen/";
/** Pages that are no teacher's work: a family or a gate finds no use in hers. */
const OTHERS = /^\/(?:cong|con|ngoai-tuyen|dang-nhap|kiem-tra|thong-bao-cua-toi)(?:\/|$)/;

/** The work without a line opens with none; where a teacher prepared this machine, a page that
 *  cannot be had leads to it. */
export const offline: Part = (worker) => {
  const kept = keepInstrument(worker, { cache: "khue-ngoai-tuyen", page: PAGE, keep: "khue-ngoai-tuyen-keep" });

  worker.addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (event.request.mode !== "navigate" || event.request.method !== "GET" || !kept.isThere) return;
    if (address.origin !== worker.location.origin || OTHERS.test(address.pathname)) return;
    event.respondWith(fetch(event.request).catch(() => Response.redirect(`${PAGE}#tu=${encodeURIComponent(address.pathname)}`)));
  });
};
