// What passes between this page and the node: events from it, commands to it.

/** Has the node carry out a command; fails with its one line that says why not. */
export async function act(command, args) {
  let answer;
  try {
    const response = await fetch("act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ command, args }),
      cache: "no-store",
    });
    answer = await response.json();
  } catch {
    throw new Error("the node did not answer: does it still run?");
  }
  if (answer.error) {
    throw new Error(answer.error);
  }
  return answer.result;
}

export const NOTHING = {
  connected: false,
  self: null,
  people: [],
  morePeople: 0,
  activities: [],
  invitations: [],
  moments: [],
  lines: {},
};

const MOST_MOMENTS = 256;
const MOST_LINES = 200;

const sameLine = (a, b) => a.from === b.from && a.sequence === b.sequence && a.sentAt === b.sentAt;

function withLine(lines, line) {
  const before = lines[line.activity] ?? [];
  if (before.some((known) => sameLine(known, line))) {
    return lines;
  }
  return { ...lines, [line.activity]: [...before, line].slice(-MOST_LINES) };
}

/** Follows the node: `update` gets a function from the state so far to the next. */
export function follow(update) {
  const source = new EventSource("events");
  const on = (kind, apply) =>
    source.addEventListener(kind, (event) => {
      const said = JSON.parse(event.data);
      update((state) => apply(state, said));
    });
  on("snapshot", (state, said) => ({ ...NOTHING, ...said, connected: true }));
  on("change", (state, said) => ({ ...state, ...said }));
  on("moment", (state, said) => ({ ...state, moments: [...state.moments, said].slice(-MOST_MOMENTS) }));
  on("line", (state, said) => ({ ...state, lines: withLine(state.lines, said) }));
  source.onerror = () => update((state) => (state.connected ? { ...state, connected: false } : state));
  return () => source.close();
}
