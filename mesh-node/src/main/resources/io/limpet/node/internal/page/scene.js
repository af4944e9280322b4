// The neighbourhood: people, the places that they gather around, and the ways that lead to people.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  html,
  useEffect,
  useRef,
  useSize,
  useState,
} from "./lib.js";
import { Kind, Legend, Person, Sign } from "./figure.js";
import { isOpen, reached, short } from "./words.js";

const EDGE = 46;
const SETTLED_TICKS = 240;
const stillPreferred = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The same name begins at the same place on every visit. */
function angleOf(id) {
  let hash = 7;
  for (const c of id) {
    hash = (hash * 31 + c.codePointAt(0)) % 3600;
  }
  return (hash / 3600) * 2 * Math.PI;
}

/** How far from a place its people stand. */
const gathering = (members) => Math.max(100, 56 + members * 14);

/** What is drawn, and what draws what to what. */
function arrange(state, reach) {
  const things = new Map();
  const ties = [];
  const self = state.self;
  things.set(self.id, { id: self.id, kind: "self", person: self });
  for (const person of state.people) {
    things.set(person.id, { id: person.id, kind: "person", person });
  }
  const together = new Set();
  for (const activity of state.activities) {
    const present = activity.members.filter((member) => things.has(member));
    things.set(activity.id, { id: activity.id, kind: "place", activity, present: present.length });
    for (const member of present) {
      ties.push({ source: member, target: activity.id, distance: gathering(present.length), strength: 0.5 });
      together.add(member);
    }
    if (!present.includes(activity.owner) && things.has(activity.owner)) {
      ties.push({ source: activity.owner, target: activity.id, distance: 110, strength: 0.2 });
    }
  }
  for (const person of state.people) {
    // Those who are somewhere stand there; the others around this person.
    ties.push({ source: self.id, target: person.id, distance: reach, strength: together.has(person.id) ? 0.08 : 0.12 });
  }
  return { things, ties };
}

/** Things keep their positions from one arrangement to the next. */
function place(things, before, width, height) {
  return [...things.values()].map((thing) => {
    const known = before.get(thing.id);
    if (known) {
      return Object.assign(known, thing);
    }
    const angle = angleOf(thing.id);
    const far = thing.kind === "self" ? 0 : Math.min(width, height) * (thing.kind === "place" ? 0.18 : 0.34);
    return { ...thing, x: width / 2 + Math.cos(angle) * far, y: height / 2 + Math.sin(angle) * far };
  });
}

function useLayout(state, width, height) {
  const simulation = useRef(null);
  const [, redraw] = useState(0);
  const known = useRef(new Map());
  const shape = JSON.stringify([
    state.people.map((p) => p.id),
    state.activities.map((a) => [a.id, a.members]),
    width,
    height,
  ]);
  const { things, ties } = arrange(state, Math.max(130, Math.min(width, height) * 0.42));
  const placed = place(things, known.current, width, height);
  known.current = new Map(placed.map((thing) => [thing.id, thing]));

  useEffect(() => {
    if (!width) {
      return undefined;
    }
    const middle = { x: width / 2, y: height / 2 - 10 };
    const self = known.current.get(state.self.id);
    self.fx = middle.x;
    self.fy = middle.y;
    const ticking = forceSimulation(placed)
      .force("ties", forceLink(ties).id((thing) => thing.id).distance((t) => t.distance).strength((t) => t.strength))
      .force("apart", forceManyBody().strength((thing) => (thing.kind === "place" ? -700 : -420)).distanceMax(460))
      .force("room", forceCollide((thing) => (thing.kind === "place" ? 60 : 52)).strength(0.9))
      .force("x", forceX(middle.x).strength(width > height ? 0.03 : 0.07))
      .force("y", forceY(middle.y).strength(width > height ? 0.07 : 0.04))
      .stop();
    const inside = () => {
      for (const thing of placed) {
        thing.x = Math.max(EDGE, Math.min(width - EDGE, thing.x));
        thing.y = Math.max(EDGE, Math.min(height - EDGE - 22, thing.y));
      }
    };
    simulation.current = ticking;
    if (stillPreferred()) {
      for (let i = 0; i < SETTLED_TICKS; i++) {
        ticking.tick();
        inside();
      }
      redraw((n) => n + 1);
      return undefined;
    }
    ticking.on("tick", () => {
      inside();
      redraw((n) => n + 1);
    });
    ticking.alpha(0.9).alphaDecay(0.045).restart();
    return () => ticking.stop();
  }, [shape]);
  return placed;
}

/** Ends a line where the figure begins. */
function lineBetween(a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy) || 1;
  const from = Math.min(36, length / 3);
  const to = length - from;
  const at = (far) => `${(a.x + (dx / length) * far).toFixed(1)} ${(a.y + (dy / length) * far).toFixed(1)}`;
  return { d: `M${at(from)}L${at(to)}`, x: a.x + dx / 2, y: a.y + dy / 2 };
}

const drawnWay = (person) => (person.presence === "offline" ? "silent" : person.way);

const onKeys = (choose) => (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose();
  }
};

const Way = ({ self, thing }) => {
  const line = lineBetween(self, thing);
  const way = drawnWay(thing.person);
  return html`<g class="link" data-person=${thing.person.name} data-way=${way}>
    <path class=${"way " + way} d=${line.d} />
  </g>`;
};

/** Above the places, so that nothing hides it. */
const WaySign = ({ self, thing }) => {
  const line = lineBetween(self, thing);
  return html`<g transform=${`translate(${line.x.toFixed(1)} ${line.y.toFixed(1)})`}><${Sign} way=${drawnWay(thing.person)} /></g>`;
};

function Place({ thing, chosen, unread, onChoose }) {
  const { activity } = thing;
  const standing = activity.standing.toLowerCase();
  const label =
    `Activity ${activity.title}, shared by ${activity.ownerName}, ${activity.members.length} in it` +
    (standing === "joined" ? ", you are in" : standing === "waiting" ? ", you wait to be let in" : "") +
    (unread ? `, ${unread} new lines` : "");
  return html`<g
    class=${`place ${standing} ${chosen ? "chosen" : ""}`}
    transform=${`translate(${thing.x.toFixed(1)} ${thing.y.toFixed(1)})`}
    role="button"
    tabindex="0"
    aria-label=${label}
    aria-pressed=${chosen ? "true" : "false"}
    onClick=${onChoose}
    onKeyDown=${onKeys(onChoose)}
  >
    <circle class="spot" r="33" />
    <circle class="ring" r="39" />
    <${Kind} type=${activity.type} />
    <text class="name" y="53">${short(activity.title, 18)}</text>
    ${unread ? html`<g class="unread" transform="translate(25 -25)"><circle r="10" /><text y="4">${unread > 9 ? "9+" : unread}</text></g>` : null}
  </g>`;
}

function Neighbour({ thing, chosen, onChoose, asks }) {
  const { person } = thing;
  const self = thing.kind === "self";
  const label = self ? `You, ${person.name}` : `${person.name}, ${reached(person)}${asks ? ", invites you" : ""}`;
  const away = !self && (person.presence === "offline" || person.way === "silent");
  return html`<g
    class=${`person ${self ? "self" : ""} ${away ? "away" : ""} ${chosen ? "chosen" : ""}`}
    transform=${`translate(${thing.x.toFixed(1)} ${thing.y.toFixed(1)})`}
    role=${self ? "img" : "button"}
    tabindex=${self ? null : "0"}
    aria-label=${label}
    aria-pressed=${self ? null : chosen ? "true" : "false"}
    onClick=${self ? null : onChoose}
    onKeyDown=${self ? null : onKeys(onChoose)}
  >
    <circle class="tile" r="33" />
    <circle class="ring" r="38" />
    <g transform="translate(0 -7) scale(0.86)"><${Person} stroke=${person.stroke} fill=${person.fill} /></g>
    <text class="name" y="48">${short(person.name, 14)}${self ? " (you)" : ""}</text>
    ${asks ? html`<g class="unread" transform="translate(25 -25)"><circle r="10" /><text y="4">!</text></g>` : null}
  </g>`;
}

export function Scene({ state, chosen, unread, choose }) {
  const [box, [width, height]] = useSize();
  const placed = useLayout(state, width, height);
  const at = new Map(placed.map((thing) => [thing.id, thing]));
  const self = at.get(state.self.id);
  const asking = new Set(state.invitations.filter((i) => i.box === "in" && isOpen(i)).map((i) => i.from));
  const people = placed.filter((thing) => thing.kind !== "place");
  const places = placed.filter((thing) => thing.kind === "place");
  return html`<div class="view"><div class="ground" ref=${box}>
    ${width > 0 &&
    html`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label="The neighbourhood">
      <g aria-hidden="true">
        ${places.map(
          (thing) =>
            html`<circle
              key=${thing.id}
              class=${"gathering " + thing.activity.standing.toLowerCase()}
              cx=${thing.x.toFixed(1)}
              cy=${thing.y.toFixed(1)}
              r=${gathering(thing.present) + 44}
            />`,
        )}
        ${people
          .filter((thing) => thing.kind === "person")
          .map((thing) => html`<${Way} key=${thing.id} self=${self} thing=${thing} />`)}
      </g>
      ${places.map(
        (thing) =>
          html`<${Place}
            key=${thing.id}
            thing=${thing}
            chosen=${chosen === thing.id}
            unread=${unread[thing.id] ?? 0}
            onChoose=${() => choose("activity", thing.id)}
          />`,
      )}
      <g aria-hidden="true">
        ${people
          .filter((thing) => thing.kind === "person")
          .map((thing) => html`<${WaySign} key=${thing.id} self=${self} thing=${thing} />`)}
      </g>
      ${people.map(
        (thing) =>
          html`<${Neighbour}
            key=${thing.id}
            thing=${thing}
            chosen=${chosen === thing.id}
            asks=${asking.has(thing.id)}
            onChoose=${() => choose("person", thing.id)}
          />`,
      )}
    </svg>`}
    ${state.people.length === 0 && html`<p class="alone">Nobody else is here yet. Whoever starts a node in reach appears by itself.</p>`}
    ${state.morePeople > 0 && html`<p class="more">and ${state.morePeople} more people</p>`}
  </div><${Legend} /></div>`;
}
