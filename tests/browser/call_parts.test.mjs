// The spoken parts of a call, without a browser: node --test

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const STATIC = new URL("../../static/", import.meta.url);
const source = readFileSync(new URL("js/call_parts.js", STATIC));
const { PARTS, callParts, counterParts, numberParts } = await import(`data:text/javascript;base64,${source.toString("base64")}`);

const said = (parts) => parts?.flat().join(" ");

test("a_number_is_spoken_as_its_letter_and_digit_by_digit", () => {
  assert.equal(said(numberParts("A-012")), "huruf-a 0 1 2");
  assert.equal(said(numberParts("P-999")), "huruf-p 9 9 9");
  assert.equal(said(numberParts("E-1000")), "huruf-e 1 0 0 0");
});

test("a_counter_is_counted_as_people_count", () => {
  const expected = {
    1: "1", 3: "3", 10: "sepuluh", 11: "sebelas", 12: "2 belas", 19: "9 belas", 20: "2 puluh", 21: "2 puluh 1", 99: "9 puluh 9",
  };
  for (const [counter, words] of Object.entries(expected)) assert.equal(said(counterParts(counter)), words, counter);
});

test("the_whole_call_is_one_sentence_with_a_breath_between_its_phrases", () => {
  assert.deepEqual(callParts("A-012", 3), [["nomor-antrean"], ["huruf-a", "0", "1", "2"], ["menuju-loket", "3"]]);
});

test("what_has_no_parts_is_not_spoken_at_all", () => {
  for (const number of ["Z-001", "A", "", "A-1x", null]) assert.equal(callParts(number, 3), null, String(number));
  for (const counter of [0, 100, -1, 1.5, "x", null]) assert.equal(callParts("A-001", counter), null, String(counter));
});

test("every_number_and_counter_needs_only_parts_that_are_served", () => {
  for (const part of PARTS) assert.ok(existsSync(new URL(`sounds/id/${part}.ogg`, STATIC)), part);
  for (const letter of "ABCDEP") {
    for (let counter = 1; counter <= 99; counter += 1) {
      for (const part of callParts(`${letter}-${String(counter * 13).padStart(3, "0")}`, counter).flat()) {
        assert.ok(PARTS.includes(part), part);
      }
    }
  }
});
