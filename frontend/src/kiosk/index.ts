/** The gate page: a cheap tablet or PC that reads cards, with or without a line. */

import "./kiosk.css";
import { stayAwake } from "./awake.ts";
import { Kiosk } from "./kiosk.ts";
import { startKeys } from "./keys.ts";
import { Fleeting, openStore } from "./store.ts";

async function start(): Promise<void> {
  startKeys();
  stayAwake();
  const store = await openStore().catch(() => null);
  void navigator.storage?.persist?.().catch(() => false);
  await new Kiosk(store ?? new Fleeting(), store === null).start();
}

void start();
