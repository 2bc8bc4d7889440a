/* The one service worker of the site, built into /sw.js by vite.worker.config.ts.
   Each part stands in its own file and is named here once. */
import { kiosk } from "./kiosk";
import { offline } from "./offline";
import type { Part } from "./part";
import { push } from "./push";
import { taking } from "./taking";

declare const self: ServiceWorkerGlobalScope;

const parts: readonly Part[] = [taking, push, kiosk, offline];

for (const part of parts) part(self);
