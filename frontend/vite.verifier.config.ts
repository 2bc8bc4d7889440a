// The check without a server: one HTML file that holds its own script and style.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { inlined } from "./build/inline.ts";

const root = resolve(import.meta.dirname, "src/verifier");

export default defineConfig({
  root,
  base: "./",
  publicDir: false,
  plugins: [inlined()],
  build: {
    outDir: resolve(import.meta.dirname, "dist/verifier"),
    emptyOutDir: false,
    modulePreload: false,
    cssCodeSplit: false,
    target: ["chrome123", "firefox129", "safari17.5"],
    rolldownOptions: { input: resolve(root, "khue-verify.html") },
  },
});
