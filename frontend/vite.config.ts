import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "./build/compress.ts";
import { figures } from "./build/figures.ts";
import { builtToo } from "./build/inline.ts";

const root = import.meta.dirname;
const fonts = resolve(root, "node_modules/@fontsource/be-vietnam-pro/files");
const entries = [
  "src/shell.ts",
  "src/family.css",
  "src/family.ts",
  "src/styleguide.css",
  "src/markgrid.ts",
  "src/markgrid/index.ts",
  "src/cells/index.ts",
  "src/comments/index.ts",
  "src/signing/index.ts",
  "src/signing/register.ts",
  "src/verify/index.ts",
  "src/attendance/index.ts",
  "src/kiosk/index.ts",
  "src/push/index.ts",
  "src/offline/pages/index.ts",
];

const others = ["vite.verifier.config.ts", "vite.worker.config.ts"].map((name) => resolve(root, name));

export default defineConfig({
  root,
  base: "/static/",
  publicDir: false,
  plugins: [figures(fonts, resolve(root, "src/generated"), [400, 600]), compressed(), builtToo(...others)],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    cssMinify: "lightningcss",
    modulePreload: false,
    target: ["chrome100", "firefox100", "safari15.4"],
    rolldownOptions: {
      // htmx carries an eval that allowEval=false and the content security policy both forbid.
      checks: { eval: false },
      input: entries.map((entry) => resolve(root, entry)).filter((path) => existsSync(path)),
    },
  },
});
