// What is said in an activity.
import { html, useEffect, useRef, useState } from "./lib.js";
import { clock } from "./words.js";

const MOST_TEXT = 2000;

export function Talk({ activity, state, doing }) {
  const [text, setText] = useState("");
  const [busy, run] = doing;
  const log = useRef(null);
  const lines = state.lines[activity.id] ?? [];
  useEffect(() => {
    log.current.scrollTop = log.current.scrollHeight;
  }, [lines.length]);
  const say = async (event) => {
    event.preventDefault();
    if (await run((act) => act("say", { id: activity.id, text: text.trim() }))) {
      setText("");
    }
  };
  return html`
    <div class="talk" role="log" aria-label=${`What is said in ${activity.title}`} tabindex="0" ref=${log}>
      ${lines.length === 0 && html`<p class="hint">Nobody has said anything yet.</p>`}
      ${lines.map((line) => {
        const mine = line.from === state.self.id;
        const from = mine ? state.self : state.people.find((person) => person.id === line.from);
        return html`<p key=${line.from + line.sequence + line.sentAt} class=${mine ? "line mine" : "line"}>
          <span class="from">
            ${from && html`<svg class="dot" viewBox="0 0 12 12" width="11" height="11" aria-hidden="true"><circle cx="6" cy="6" r="4.4" fill=${from.fill} stroke=${from.stroke} stroke-width="2.4" /></svg>`}
            ${mine ? "you" : line.fromName} <time>${clock(line.sentAt)}</time>
          </span>
          <span class="text">${line.text}</span>
        </p>`;
      })}
    </div>
    <form class="row say" onSubmit=${say}>
      <input
        aria-label=${`Say something in ${activity.title}`}
        placeholder="Say something"
        maxlength=${MOST_TEXT}
        value=${text}
        onInput=${(e) => setText(e.target.value)}
        autocomplete="off"
      />
      <button class="primary" disabled=${busy || text.trim() === ""}>Say</button>
    </form>
  `;
}
