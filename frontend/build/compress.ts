import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const SHRINKS = /\.(css|js|svg|ttf)$/;

/** Puts .br and .gz beside every file that can be made smaller, so that the server never compresses the same bytes twice. */
export function compressed(): Plugin {
  return {
    name: "khue-compressed",
    apply: "build",
    writeBundle(options) {
      for (const path of files(options.dir ?? "dist")) if (SHRINKS.test(path)) compress(path);
    },
  };
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: quality }));
}
