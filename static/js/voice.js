// Speaks a call: gong first, then the sentence from parts made ahead and served by us. Needs no internet.

import { PARTS, callParts } from "./call_parts.js";
import { GONG_SECONDS, gong } from "./gong.js";

const BETWEEN_PARTS = 0.05;
const BREATH = 0.28;
const BETWEEN_TURNS = 0.8;
const LEAD = 0.05;

export class Voice {
  #audio;
  #folder;
  #clips = new Map();
  #loading;

  constructor(audio, folder) {
    this.#audio = audio;
    this.#folder = folder;
  }

  // Fetches every part once, so that a call needs no network. A part that cannot be had is tried again later.
  load() {
    this.#loading ??= Promise.all(PARTS.filter((part) => !this.#clips.has(part)).map((part) => this.#fetch(part)))
      .finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #fetch(part) {
    try {
      const reply = await fetch(`${this.#folder}/${part}.ogg`);
      if (reply.ok) this.#clips.set(part, await this.#audio.decodeAudioData(await reply.arrayBuffer()));
    } catch {
      // Without this part the gong sounds alone; the next call tries again.
    }
  }

  // Sounds a call and gives the seconds it takes. `turns`: how often the sentence is spoken; 0 = the gong alone.
  call(number, counter, turns) {
    const start = this.#audio.currentTime + LEAD;
    gong(this.#audio, start);
    let at = start + GONG_SECONDS;
    const sentence = this.#sentence(number, counter);
    for (let turn = 0; sentence && turn < turns; turn += 1) {
      if (turn > 0) at += BETWEEN_TURNS;
      at = this.#speak(sentence, at);
    }
    return at - this.#audio.currentTime;
  }

  #sentence(number, counter) {
    const parts = callParts(number, counter);
    if (parts?.flat().every((part) => this.#clips.has(part))) return parts;
    this.load();
    return null;
  }

  #speak(sentence, start) {
    let at = start;
    for (const phrase of sentence) {
      for (const part of phrase) {
        const source = this.#audio.createBufferSource();
        source.buffer = this.#clips.get(part);
        source.connect(this.#audio.destination);
        source.start(at);
        at += source.buffer.duration + BETWEEN_PARTS;
      }
      at += BREATH;
    }
    return at - BREATH;
  }
}
