/** One thing that the service worker does; it adds its own listeners and knows nothing of others. */
export type Part = (worker: ServiceWorkerGlobalScope) => void;
