// Reads the QR of a picture of raw pixels, as the camera of the gate does: node read_qr.mjs WIDTH HEIGHT FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [width, height, file] = process.argv.slice(2);
const from = createRequire(`${process.cwd()}/frontend/package.json`);
const { default: decode } = await import(pathToFileURL(from.resolve("qr/decode.js")).href);
const data = new Uint8ClampedArray(readFileSync(file));
process.stdout.write(decode({ width: Number(width), height: Number(height), data }));
