/* Turns pushes to this browser on and off. Every sentence stands in the page; here is only which
   of them holds now. */

type State = "waiting" | "unsupported" | "install" | "denied" | "failed" | "off" | "on";

const form = document.querySelector<HTMLFormElement>("form[data-push]");
if (form) void start(form);

async function start(page: HTMLFormElement): Promise<void> {
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-turn]")) {
    button.addEventListener("click", () => void turn(page, button.dataset["turn"] === "on"));
  }
  show(page, await stateNow());
}

async function stateNow(): Promise<State> {
  if (waitsForInstalling()) return "install";
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return (await subscribed()) ? "on" : "off";
}

/** Safari of iPhone and iPad gives pushes only to a page that was put on the home screen. */
function waitsForInstalling(): boolean {
  const standalone = (navigator as Navigator & { standalone?: boolean }).standalone;
  return standalone === false && !("PushManager" in window);
}

async function subscribed(): Promise<PushSubscription | null> {
  const known = await navigator.serviceWorker.getRegistration("/");
  return (await known?.pushManager.getSubscription()) ?? null;
}

async function turn(page: HTMLFormElement, on: boolean): Promise<void> {
  try {
    await (on ? turnOn(page) : turnOff(page));
    show(page, await stateNow());
  } catch {
    show(page, Notification.permission === "denied" ? "denied" : "failed");
  }
}

async function turnOn(page: HTMLFormElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return;
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(page.dataset["push"] ?? "");
  const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  if (await tell(page, "on", given.toJSON())) return;
  await given.unsubscribe();
  throw new Error("refused");
}

async function turnOff(page: HTMLFormElement): Promise<void> {
  const known = await subscribed();
  if (!known) return;
  await tell(page, "off", { endpoint: known.endpoint });
  await known.unsubscribe();
}

async function tell(page: HTMLFormElement, where: "on" | "off", told: unknown): Promise<boolean> {
  const token = page.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(page.dataset[where] ?? "", { method: "POST", headers, body: JSON.stringify(told) });
  return answer.ok;
}

function show(page: HTMLFormElement, state: State): void {
  for (const line of page.querySelectorAll<HTMLElement>("[data-state]")) line.hidden = line.dataset["state"] !== state;
  for (const button of page.querySelectorAll<HTMLElement>("[data-turn]")) {
    button.hidden = button.dataset["turn"] === "on" ? !["off", "failed"].includes(state) : state !== "on";
  }
}

/** The public key of the house, from base64url. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}
