import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { squeezed } from "../src/offline/squeeze.ts";

test("a short body stays readable", async () => {
  const sent = await squeezed("{}");
  assert.equal(sent.body, "{}");
  assert.equal(sent.headers["Content-Encoding"], undefined);
});

test("a long body is squeezed and comes out the same", async () => {
  const text = JSON.stringify(Array.from({ length: 400 }, (_, seq) => ({ seq, kind: "mark", note: "điểm" })));
  const sent = await squeezed(text);
  const body = Buffer.from(sent.body as ArrayBuffer);
  assert.equal(sent.headers["Content-Encoding"], "gzip");
  assert.ok(body.length * 5 < Buffer.byteLength(text));
  assert.equal(gunzipSync(body).toString(), text);
});
