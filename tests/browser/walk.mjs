// The list of walks. A walk is a sentence and what happens: `walk("a_visitor_...", async ({ office, enter }) => {...})`.

export const walks = [];

export function walk(sentence, steps) {
  walks.push({ sentence, steps });
}
