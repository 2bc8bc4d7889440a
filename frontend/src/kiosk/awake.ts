/** A screen that stays on, fills the glass, and does not burn in. */

const IDLE_AFTER = 4 * 60_000;
const DRIFT = 20_000;

/** Keeps the screen on as long as the page is seen. */
export function stayAwake(): void {
  const ask = (): void => {
    if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("pointerdown", ask, { once: true });
  ask();
}

export async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => undefined);
}

/** After minutes without anybody: a dark screen with a small clock that wanders. */
export class Idle {
  private timer = 0;
  private drift = 0;

  constructor(private readonly screen: HTMLElement) {
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.touch(), true);
    this.touch();
  }

  touch(): void {
    window.clearTimeout(this.timer);
    window.clearInterval(this.drift);
    this.screen.hidden = true;
    this.timer = window.setTimeout(() => this.rest(), IDLE_AFTER);
  }

  rest(): void {
    this.screen.hidden = false;
    this.wander();
    this.drift = window.setInterval(() => this.wander(), DRIFT);
  }

  private wander(): void {
    this.screen.style.setProperty("--left", `${10 + Math.random() * 50}%`);
    this.screen.style.setProperty("--top", `${10 + Math.random() * 60}%`);
  }
}
