import type { Part } from "./part";

/** What the push channel sends; see khue/messaging/services/channels/push.py. */
interface Told {
  title: string;
  body: string;
  url: string;
  tag: string;
}

const PLAIN: Told = { title: "Tin từ nhà trường", body: "Mở trang để xem tin mới.", url: "/", tag: "khue" };

/** Shows a message of the school and opens its page when it is touched. */
export const push: Part = (worker) => {
  worker.addEventListener("push", (event) => event.waitUntil(show(worker, told(event.data))));
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(worker, String(event.notification.data)));
  });
};

/** A browser takes the right to push away from who shows nothing, so something is always shown. */
function told(data: PushMessageData | null): Told {
  try {
    return { ...PLAIN, ...(data?.json() as Partial<Told>) };
  } catch {
    return PLAIN;
  }
}

function show(worker: ServiceWorkerGlobalScope, { title, body, url, tag }: Told): Promise<void> {
  const icon = "/static/worker/khue-192.png";
  return worker.registration.showNotification(title, { body, tag, lang: "vi", icon, badge: icon, data: url });
}

/** The window that shows the page already comes forward; otherwise a new one opens. */
async function open(worker: ServiceWorkerGlobalScope, url: string): Promise<void> {
  const wanted = own(worker, url);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url === wanted);
  await (there ? there.focus() : worker.clients.openWindow(wanted));
}

/** Only a page of this site: whatever a message says, it leads nowhere else. */
function own(worker: ServiceWorkerGlobalScope, url: string): string {
  const { origin } = worker.location;
  return url.startsWith("/") && !url.startsWith("//") && !url.includes("\\") ? origin + url : `${origin}/`;
}
