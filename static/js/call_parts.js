// What is said when a number is called, as names of the spoken parts (pure; see docs/voice.md):
// callParts("A-012", 3) -> [["nomor-antrean"], ["huruf-a", "0", "1", "2"], ["menuju-loket", "3"]].
// Between the lists the voice takes breath. null when a part is missing: then only the gong sounds.

const LETTERS = "ABCDEP";
const MOST_COUNTERS = 99;

export const PARTS = [
  "nomor-antrean", "menuju-loket", "sepuluh", "sebelas", "belas", "puluh",
  ...[..."0123456789"], ...[...LETTERS].map((letter) => `huruf-${letter.toLowerCase()}`),
];

// Letter, then digit by digit: nobody mishears "nol satu dua" for "dua belas".
export function numberParts(number) {
  const match = /^([A-Z])-?(\d{1,6})$/.exec(String(number));
  if (!match || !LETTERS.includes(match[1])) return null;
  return [`huruf-${match[1].toLowerCase()}`, ...match[2]];
}

// A counter is counted as people count: sembilan, sepuluh, sebelas, dua belas, dua puluh, dua puluh satu.
export function counterParts(counter) {
  const value = Number(counter);
  if (!Number.isInteger(value) || value < 1 || value > MOST_COUNTERS) return null;
  if (value === 10) return ["sepuluh"];
  if (value === 11) return ["sebelas"];
  const tens = String(Math.floor(value / 10));
  const ones = String(value % 10);
  if (value < 10) return [ones];
  if (value < 20) return [ones, "belas"];
  return ones === "0" ? [tens, "puluh"] : [tens, "puluh", ones];
}

export function callParts(number, counter) {
  const digits = numberParts(number);
  const place = counterParts(counter);
  return digits && place && [["nomor-antrean"], digits, ["menuju-loket", ...place]];
}
