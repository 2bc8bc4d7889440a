/** Whether the browser will forget everything when its window closes. */

interface Memory {
  jsHeapSizeLimit: number;
}

/** A private window keeps things in memory: its quota is a share of that, where one that keeps them
 *  has a share of the disk. A browser that promised to keep them, or says nothing, is believed. */
export async function looksPrivate(): Promise<boolean> {
  const { storage } = navigator;
  const { memory } = performance as Performance & { memory?: Memory };
  if (!memory || !storage?.estimate || (await storage.persisted())) return false;
  const { quota = Infinity } = await storage.estimate();
  return quota < memory.jsHeapSizeLimit * 2;
}
