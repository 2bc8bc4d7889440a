// The service worker: one classic script, served at /sw.js by khue.portal; the icons of the
// installed app lie beside it under addresses that do not change.
import { resolve } from "node:path";
import { defineConfig } from "vite";

const root = resolve(import.meta.dirname, "src/worker");

export default defineConfig({
  root,
  publicDir: resolve(import.meta.dirname, "src/brand/installed"),
  build: {
    outDir: resolve(import.meta.dirname, "dist/worker"),
    emptyOutDir: false,
    modulePreload: false,
    target: ["chrome100", "firefox100", "safari15.4"],
    rolldownOptions: {
      input: resolve(root, "index.ts"),
      output: { format: "iife", entryFileNames: "sw.js" },
    },
  },
});
