// The token of a permit read without the office: node --test

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../static/js/permit_token.js", import.meta.url));
const { bytesOf, canCheck, readList, readToken, standingOf } = await import(`data:text/javascript;base64,${source.toString("base64")}`);
const described = readFileSync(new URL("../../docs/qr-token.md", import.meta.url), "utf8");
const CODE = described.match(/HTTPS:\/\/IZIN\S+/)[0];
const KEYS = { "permit-3": Buffer.from(described.match(/^ {4}([0-9a-f]{64})$/m)[1], "hex").toString("base64url") };
const LIST = {
  types: { 7: { class: "503", code: "STPT", name: { id: "Penyehat tradisional", en: "Healer" } } },
  items: [{ type_number: 7, year: 2026, serial: 187, status: "revoked", class: "breach" }],
};

test("the_example_of_the_document_is_read", async () => {
  assert.ok(await canCheck());
  const claims = await readToken(CODE, KEYS);
  assert.deepEqual(claims, { type: 7, serial: 188, year: 2026, initials: "ASN", lastDay: "2031-11-24" });
  assert.deepEqual(await readToken(CODE.toLowerCase(), KEYS), claims);
});

test("one_changed_letter_another_key_or_a_missing_letter_is_refused", async () => {
  const token = CODE.split("/").pop();
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === "A" ? "Q" : "A";
    assert.equal(await readToken(token.slice(0, at) + other + token.slice(at + 1), KEYS), null, `letter ${at}`);
  }
  assert.equal(await readToken(token, { "permit-1": KEYS["permit-3"] }), null);
  for (const wrong of ["", token.slice(1), `${token}A`, token.replace("A", "1")]) assert.equal(bytesOf(wrong), null);
});

test("the_list_and_the_calendar_decide_and_an_unknown_type_is_not_guessed", async () => {
  const claims = await readToken(CODE, KEYS);
  assert.equal(standingOf(claims, LIST, "2031-11-24").outcome, "valid");
  assert.equal(standingOf(claims, LIST, "2031-11-24").number, "503/0188/STPT/DPMPTSP/2026");
  assert.equal(standingOf(claims, LIST, "2031-11-25").outcome, "expired");
  assert.equal(standingOf({ ...claims, serial: 187 }, LIST, "2026-11-24").outcome, "revoked");
  assert.equal(standingOf({ ...claims, type: 0 }, LIST, "2026-11-24").outcome, "unlisted");
  assert.equal(standingOf(claims, null, "2026-11-24").outcome, "unlisted");
});

test("a_list_is_believed_only_with_a_pinned_key_and_as_a_list", async () => {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const raw = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey)).toString("base64url");
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = async (typ) => {
    const text = `${part({ alg: "EdDSA", kid: "permit-1", typ })}.${part(LIST)}`;
    const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(text));
    return `${text}.${Buffer.from(signature).toString("base64url")}`;
  };
  const jws = await signed("loket-revocations+jws");
  assert.deepEqual(await readList(jws, { "permit-1": raw }), LIST);
  assert.equal(await readList(jws, { "permit-1": KEYS["permit-3"] }), null);
  assert.equal(await readList(await signed("JWT"), { "permit-1": raw }), null);
  const [head, , end] = jws.split(".");
  assert.equal(await readList(`${head}.${part({ ...LIST, items: [] })}.${end}`, { "permit-1": raw }), null);
});
