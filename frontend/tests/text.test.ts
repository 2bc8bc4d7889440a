import assert from "node:assert/strict";
import { test } from "node:test";
import { folded, matches, tidyDate } from "../src/text.ts";

test("a name is found without its diacritics", () => {
  assert.equal(folded("Đặng Thị Hường"), "dang thi huong");
  assert.ok(matches("Nguyễn Văn Ẩn", "nguyen an"));
  assert.ok(matches("Nguyễn Văn Ẩn", "Ẩn"));
});

test("the letters of another name are not a match", () => {
  assert.ok(!matches("Nguyễn Văn Ẩn", "guyen"));
  assert.ok(!matches("Lò Văn Pành", "panh son"));
});

test("nothing typed keeps every row", () => {
  assert.ok(matches("Lò Văn Pành", "  "));
});

test("a date is tidied as it is usually typed in Vietnam", () => {
  for (const typed of ["5/9/2026", "5-9-2026", "05.09.2026", "05092026", " 5 9 2026 "]) {
    assert.equal(tidyDate(typed), "05/09/2026");
  }
});

test("what is not surely a date stays as it was typed", () => {
  for (const typed of ["", "tháng 9", "5/9/26", "592026"]) assert.equal(tidyDate(typed), typed);
});
