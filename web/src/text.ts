// text.ts - where in a text something is wrong.

export interface Spot { line: number; column: number; at: number; words: string }

const spotAt = (text: string, at: number, words: string): Spot => {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1, at, words };
};

// JSON as people type it: the object, or where the first mistake is.
export function jsonOf(text: string): { value: Record<string, unknown> | null; spot: Spot | null } {
  try {
    const value = JSON.parse(text) as unknown;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { value: value as Record<string, unknown>, spot: null };
    return { value: null, spot: spotAt(text, 0, 'an object is expected: { … }') };
  } catch (e) {
    const words = (e as Error).message, at = /position (\d+)/.exec(words)?.[1], line = /line (\d+) column (\d+)/.exec(words);
    const from = at !== undefined ? Number(at) : line ? text.split('\n').slice(0, Number(line[1]) - 1).join('\n').length + Number(line[2]) : text.length;
    return { value: null, spot: spotAt(text, Math.min(from, text.length), words) };
  }
}

// The field that the server names ("steps.contact_groups", "items[2].zone"), in the text.
export function fieldSpot(text: string, field: string, words: string): Spot | null {
  let at = -1;
  for (const name of field.split(/[.[\]]+/).filter((n) => n && !/^\d+$/.test(n))) {
    const next = text.indexOf(`"${name}"`, at + 1);
    if (next >= 0) at = next;
  }
  return at < 0 ? null : spotAt(text, at, words);
}

export const pointed = (text: string, s: Spot): string => {
  const line = text.split('\n')[s.line - 1] ?? '', from = Math.max(0, s.column - 60);
  return `${line.slice(from, from + 100)}\n${' '.repeat(s.column - 1 - from)}^`;
};
