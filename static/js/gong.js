// A two-tone gong made by code: each tone with two overtones that fade sooner, like struck metal.

const TONES = [{ hertz: 659.3, after: 0 }, { hertz: 523.3, after: 0.42 }];
const OVERTONES = [{ times: 1, share: 1, fade: 1 }, { times: 2.01, share: 0.35, fade: 0.6 }, { times: 3.02, share: 0.12, fade: 0.35 }];
const LOUD = 0.32;

export const GONG_SECONDS = 1.5;

function strike(audio, { hertz, at, loud, seconds }) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(loud, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds + 0.05);
}

// Strikes at a moment of the audio clock.
export function gong(audio, start = audio.currentTime) {
  for (const tone of TONES) {
    for (const over of OVERTONES) {
      strike(audio, { hertz: tone.hertz * over.times, at: start + tone.after, loud: LOUD * over.share, seconds: 1.05 * over.fade });
    }
  }
}
