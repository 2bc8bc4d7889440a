/** Whether the browser will forget everything when its window closes. */

interface Memory {
  jsHeapSizeLimit: number;
}

export const UNPROMISED = "Trình duyệt chưa hứa giữ dữ liệu trên máy này. Cửa sổ ẩn danh thì đóng là mất hết: hãy dùng cửa sổ thường, và lưu trang này vào dấu trang hoặc thêm vào màn hình chính.";

/** Older Chromium gives a private window a quota of memory, where others have a share of the disk.
 *  Newer ones show no difference on purpose; a browser that promised to keep things is believed. */
export async function looksPrivate(): Promise<boolean> {
  const { storage } = navigator;
  const { memory } = performance as Performance & { memory?: Memory };
  if (!memory || !storage?.estimate || (await isPromised())) return false;
  const { quota = Infinity } = await storage.estimate();
  return quota < memory.jsHeapSizeLimit * 2;
}

/** Whether the browser promised to keep what is here; never in a private window. */
export async function isPromised(): Promise<boolean> {
  return (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
}
