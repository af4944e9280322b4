// The strip of time: by which way each person was reached in the last minutes, and what was repaired.
import { html, useEffect, useSize, useState } from "./lib.js";
import { clock, short } from "./words.js";

const SPAN_MS = 5 * 60_000;
const TICK_MS = 60_000;
const LANES = 5;
const LANE = 24;
const NAMES = 92;
const RIGHT = 12;
const TOP = 6;

const MARKS = {
  "repair.started": { sign: "started", text: "repair began" },
  "repair.succeeded": { sign: "repaired", text: "repaired" },
  "repair.gaveup": { sign: "gaveup", text: "repair given up" },
  "peer.restarted": { sign: "restarted", text: "restarted" },
};

function useNow(everyMs) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const changes = (moments, id) => moments.filter((m) => m.peer === id && m.event === "path.changed" && m.from !== m.to);

/** The stretches of time in which one way led to a person. */
function stretches(person, moments, since, now) {
  const parts = [];
  let from = since;
  let way = null;
  for (const change of changes(moments, person.id)) {
    parts.push({ way: way ?? change.from, from, to: change.time });
    from = change.time;
    way = change.to;
  }
  parts.push({ way: way ?? person.way, from, to: now });
  return parts.filter((part) => part.to > now - SPAN_MS && part.to > part.from);
}

/** What is known of a person begins when they were first seen, or something first happened. */
const begin = (person, state) =>
  Math.max(state.self.since, Math.min(person.seen, state.moments.find((m) => m.peer === person.id)?.time ?? Infinity));

/** Those with the latest changes come first where not all have room. */
function lanes(state) {
  const latest = (person) => changes(state.moments, person.id).at(-1)?.time ?? 0;
  const chosen = new Set(
    [...state.people].sort((a, b) => latest(b) - latest(a)).slice(0, LANES).map((person) => person.id),
  );
  return state.people.filter((person) => chosen.has(person.id));
}

const Mark = ({ moment, x, y }) => {
  const { sign, text } = MARKS[moment.event];
  return html`<g class=${"mark " + sign} transform=${`translate(${x.toFixed(1)} ${y})`}>
    <title>${clock(moment.time)} ${text}</title>
    <circle r="7" />
    ${sign === "repaired" ? html`<path d="M-3.4 0L-1 2.8L3.6 -2.6" />` : null}
    ${sign === "gaveup" ? html`<path d="M-3 -3L3 3M3 -3L-3 3" />` : null}
    ${sign === "started" ? html`<path d="M-2.2 -3.6L3.4 0L-2.2 3.6Z" />` : null}
    ${sign === "restarted" ? html`<path d="M3 -2a3.6 3.6 0 1 0 .6 3M3.4 -4.4v2.6h-2.6" />` : null}
  </g>`;
};

/** A beginning whose end would lie over it is left out. */
function marksOf(person, state, now, x) {
  const marks = state.moments.filter((m) => m.peer === person.id && MARKS[m.event] && m.time > now - SPAN_MS);
  return marks.filter(
    (mark, i) => mark.event !== "repair.started" || i + 1 === marks.length || x(marks[i + 1].time) - x(mark.time) > 14,
  );
}

function Lane({ person, state, now, x, width, y }) {
  return html`<g class="lane" data-person=${person.name}>
    <text class="lane-name" x=${NAMES - 10} y=${y + 4} text-anchor="end">${short(person.name, 12)}</text>
    <path class="bed" d=${`M${NAMES} ${y}H${width - RIGHT}`} />
    ${stretches(person, state.moments, begin(person, state), now).map(
      (part) => html`<path
        class=${"way " + part.way}
        data-way=${part.way}
        d=${`M${Math.max(NAMES, x(part.from)).toFixed(1)} ${y}H${x(part.to).toFixed(1)}`}
      />`,
    )}
    ${marksOf(person, state, now, x).map((moment) => html`<${Mark} moment=${moment} x=${x(moment.time)} y=${y} />`)}
  </g>`;
}

function minuteTicks(now) {
  const ticks = [];
  for (let ago = 0; ago <= SPAN_MS; ago += TICK_MS) {
    ticks.push({ time: now - ago, text: ago === 0 ? "now" : `${ago / TICK_MS} min` });
  }
  return ticks;
}

function What({ moments }) {
  const told = moments.filter((m) => m.text).reverse();
  return html`<ol class="told" reversed>
    ${told.map((m) => html`<li><time>${clock(m.time)}</time> ${m.text}</li>`)}
  </ol>`;
}

export function Strip({ state }) {
  const [box, [width]] = useSize();
  const now = useNow(1000);
  const [open, setOpen] = useState(false);
  const shown = lanes(state);
  const more = state.people.length - shown.length;
  const height = TOP + Math.max(1, shown.length) * LANE + 20;
  const x = (time) => NAMES + (1 - (now - time) / SPAN_MS) * (width - NAMES - RIGHT);
  const newest = state.moments.filter((m) => m.text).at(-1);
  return html`<section class="strip" aria-label="The last five minutes">
    <div class="strip-head">
      <h2>Last 5 minutes</h2>
      <p class="newest">${newest ? html`<time>${clock(newest.time)}</time> ${newest.text}` : "nothing has changed"}</p>
      <button class="quiet" aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>
        ${open ? "Hide events" : "All events"}
      </button>
    </div>
    <div class="lanes" ref=${box}>
      ${width > 0 &&
      html`<svg width=${width} height=${height} role="img" aria-label="How each person was reached; all events tell the same in words">
        ${minuteTicks(now).map(
          (tick) => html`<g class="tick">
            <path d=${`M${x(tick.time).toFixed(1)} ${TOP}V${height - 18}`} />
            <text x=${x(tick.time).toFixed(1)} y=${height - 5} text-anchor=${tick.text === "now" ? "end" : "middle"}>${tick.text}</text>
          </g>`,
        )}
        ${shown.map(
          (person, i) =>
            html`<${Lane} key=${person.id} person=${person} state=${state} now=${now} x=${x} width=${width} y=${TOP + LANE / 2 + i * LANE} />`,
        )}
      </svg>`}
    </div>
    ${more > 0 && html`<p class="hint">${more} more without later changes</p>`}
    ${open && html`<${What} moments=${state.moments} />`}
  </section>`;
}
