import { html, render, useEffect, useRef, useState } from "./lib.js";
import { NOTHING, act, follow } from "./node.js";
import { Panel } from "./panel.js";
import { Scene } from "./scene.js";
import { Strip } from "./strip.js";
import { Portrait } from "./figure.js";
import { isOpen } from "./words.js";

/** Lines of others in activities that are not looked at. */
function useUnread(state, looking) {
  const seen = useRef(new Map());
  const unread = {};
  for (const [id, lines] of Object.entries(state.lines)) {
    const theirs = lines.filter((line) => line.from !== state.self?.id).length;
    if (!seen.current.has(id) || looking === id) {
      seen.current.set(id, theirs);
    }
    const fresh = theirs - seen.current.get(id);
    if (fresh > 0) {
      unread[id] = fresh;
    }
  }
  return unread;
}

/** What a person who cannot see the picture has to hear. */
function newest(state) {
  const asked = state.invitations.find((i) => i.box === "in" && isOpen(i));
  const told = state.moments.filter((m) => m.text).at(-1);
  return (asked ? `${asked.fromName} invites you to ${asked.title}. ` : "") + (told ? told.text : "");
}

function Header({ state }) {
  const here = state.people.filter((person) => person.presence !== "offline").length;
  return html`<header>
    ${state.self && html`<${Portrait} person=${state.self} size=${26} />`}
    <div class="titles">
      <h1>Neighbourhood</h1>
      ${state.self && html`<p>of <strong>${state.self.name}</strong></p>`}
    </div>
    <span class=${"pill " + (state.connected ? "on" : "off")} role="status">
      ${state.connected ? (here === 1 ? "1 other is here" : `${here} others are here`) : "the node does not answer"}
    </span>
  </header>`;
}

function App() {
  const [state, setState] = useState(NOTHING);
  const [chosen, setChosen] = useState(null);
  const opener = useRef(null);
  useEffect(() => follow(setState), []);
  const choose = (kind, id) => {
    if (kind && !chosen) {
      opener.current = document.activeElement;
    }
    setChosen(kind ? { kind, id } : null);
    if (!kind) {
      opener.current?.focus?.();
    }
  };
  const unread = useUnread(state, chosen?.kind === "activity" ? chosen.id : null);
  const onKeyDown = (event) => {
    if (event.key === "Escape" && chosen) {
      choose(null);
    }
  };
  return html`<div class="page" onKeyDown=${onKeyDown}>
    <${Header} state=${state} />
    ${state.self
      ? html`<main>
            <${Scene} state=${state} chosen=${chosen?.id} unread=${unread} choose=${choose} />
            <${Panel} state=${state} chosen=${chosen} choose=${choose} unread=${unread} act=${act} />
          </main>
          <${Strip} state=${state} />`
      : html`<p class="waiting">Waiting for the node …</p>`}
    <p class="only-heard" aria-live="polite">${newest(state)}</p>
  </div>`;
}

const app = document.getElementById("app");
app.replaceChildren();
render(html`<${App} />`, app);
