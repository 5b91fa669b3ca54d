// The token of a permit's QR code and the signed list of permits not in force, read without the office.
// docs/qr-token.md describes every byte.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TOKEN_BYTES = 86;
const SIGNED_BYTES = 22;
const VERSION = 1;
const LIST_KIND = "loket-revocations+jws";
const DAY_MS = 86_400_000;

/** The last part of a scanned address as bytes; null when it is not a token. */
export function bytesOf(scanned) {
  const letters = [...scanned.trim().toUpperCase().split("/").pop()];
  const values = letters.map((letter) => ALPHABET.indexOf(letter));
  if (values.includes(-1) || Math.floor(values.length * 5 / 8) !== TOKEN_BYTES) return null;
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  if (bits.slice(TOKEN_BYTES * 8).includes("1") || bits.length - TOKEN_BYTES * 8 >= 5) return null;
  return Uint8Array.from({ length: TOKEN_BYTES }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
}

/** What a token says, when one of the pinned keys signed it; else null. `keys`: key name to base64url. */
export async function readToken(scanned, keys) {
  const bytes = bytesOf(scanned);
  if (!bytes || bytes[0] !== VERSION) return null;
  const key = keys[`permit-${bytes[1]}`];
  const signed = bytes.slice(0, SIGNED_BYTES);
  if (!key || !(await isSigned(key, bytes.slice(SIGNED_BYTES), signed))) return null;
  const last = bytes[20] * 256 + bytes[21];
  return {
    type: bytes[2],
    serial: bytes[3] * 65_536 + bytes[4] * 256 + bytes[5],
    year: bytes[6] * 256 + bytes[7],
    initials: String.fromCharCode(...bytes.slice(17, 20)).trim(),
    lastDay: last ? new Date(last * DAY_MS).toISOString().slice(0, 10) : null,
  };
}

/** The list, when one of the pinned keys signed it as a list; else null. */
export async function readList(jws, keys) {
  const parts = (jws ?? "").split(".");
  if (parts.length !== 3) return null;
  const { kid, typ, alg } = JSON.parse(textOf(parts[0]));
  if (typ !== LIST_KIND || alg !== "EdDSA" || !keys[kid]) return null;
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  return (await isSigned(keys[kid], decoded(parts[2]), signed)) ? JSON.parse(textOf(parts[1])) : null;
}

/** What list and calendar say of a genuine token: `{ outcome, entry, kind, number }`. `today`: YYYY-MM-DD. */
export function standingOf(claims, list, today) {
  const kind = list?.types[claims.type];
  if (!kind) return { outcome: "unlisted" };
  const serial = String(claims.serial).padStart(4, "0");
  const parts = { class: kind.class, ordinal: serial, code: kind.code, year: claims.year };
  const pattern = kind.pattern ?? "{class}/{ordinal}/{code}/DPMPTSP/{year}";
  const number = pattern.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
  const isIt = (entry) => entry.type_number === claims.type && entry.year === claims.year && entry.serial === claims.serial;
  const entry = list.items.find(isIt);
  if (entry) return { outcome: entry.status, entry, kind, number };
  return { outcome: claims.lastDay && claims.lastDay < today ? "expired" : "valid", kind, number };
}

/** Whether this browser can check an Ed25519 signature. */
export async function canCheck() {
  try {
    await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

async function isSigned(key, signature, signed) {
  const imported = await crypto.subtle.importKey("raw", decoded(key), { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, signed);
}

function decoded(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function textOf(base64url) {
  return new TextDecoder().decode(decoded(base64url));
}
