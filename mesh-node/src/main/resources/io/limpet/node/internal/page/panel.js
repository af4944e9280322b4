// What is beside the picture: everybody and everything as lists, an invitation to answer, and what was chosen.
import { html, useEffect, useRef, useState } from "./lib.js";
import { Portrait } from "./figure.js";
import { Talk } from "./talk.js";
import { PersonDetails } from "./person.js";
import { reached, isOpen } from "./words.js";

const MOST_TITLE = 64;

/** Has the node do something, and shows what it says against it. */
export function useDoing(complain) {
  const [busy, setBusy] = useState(false);
  const run = async (work) => {
    setBusy(true);
    complain("");
    try {
      return await work();
    } catch (problem) {
      complain(problem.message);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return [busy, run];
}

function Asked({ invitation, state, doing }) {
  const from = state.people.find((person) => person.id === invitation.from);
  const [busy, run] = doing;
  return html`<li class="asked">
    ${from && html`<${Portrait} person=${from} />`}
    <div>
      <p><strong>${invitation.fromName}</strong> invites you to <strong>${invitation.title}</strong></p>
      <div class="row">
        <button class="primary" disabled=${busy} onClick=${() => run((act) => act("accept", { id: invitation.id }))}>Accept</button>
        <button disabled=${busy} onClick=${() => run((act) => act("decline", { id: invitation.id }))}>Decline</button>
      </div>
    </div>
  </li>`;
}

const Row = ({ onClick, children }) => html`<li><button class="entry" onClick=${onClick}>${children}</button></li>`;

function Overview({ state, unread, choose, doing }) {
  const asked = state.invitations.filter((i) => i.box === "in" && isOpen(i));
  return html`
    ${asked.length > 0 &&
    html`<h2>You are invited</h2>
      <ul class="plain">
        ${asked.map((i) => html`<${Asked} key=${i.id} invitation=${i} state=${state} doing=${doing} />`)}
      </ul>`}
    <h2>People</h2>
    ${state.people.length === 0 && html`<p class="hint">Nobody else yet.</p>`}
    <ul class="plain">
      ${state.people.map(
        (person) => html`<${Row} key=${person.id} onClick=${() => choose("person", person.id)}>
          <${Portrait} person=${person} size=${22} />
          <span class="entry-name">${person.name}</span>
          <span class=${"entry-way " + person.way}>${reached(person)}</span>
        <//>`,
      )}
    </ul>
    <h2>Activities</h2>
    ${state.activities.length === 0 && html`<p class="hint">None is shared yet.</p>`}
    <ul class="plain">
      ${state.activities.map(
        (activity) => html`<${Row} key=${activity.id} onClick=${() => choose("activity", activity.id)}>
          <span class="entry-name">${activity.title}</span>
          <span class="entry-way">
            ${activity.standing === "JOINED" ? "you are in" : activity.standing === "WAITING" ? "you wait" : activity.open ? "open" : "by invitation"}
          </span>
          ${unread[activity.id] ? html`<span class="count" aria-label=${`${unread[activity.id]} new lines`}>${unread[activity.id]}</span>` : null}
        <//>`,
      )}
    </ul>
    <button class="primary wide" onClick=${() => choose("share", "")}>Share an activity</button>
  `;
}

function Share({ doing, choose }) {
  const [title, setTitle] = useState("");
  const [open, setOpen] = useState(true);
  const [busy, run] = doing;
  const share = async (event) => {
    event.preventDefault();
    const made = await run((act) => act("share", { type: "chat", title: title.trim(), open }));
    if (made) {
      choose("activity", made.activity);
    }
  };
  return html`<form class="stack" onSubmit=${share}>
    <label>
      What is it called?
      <input required maxlength=${MOST_TITLE} value=${title} onInput=${(e) => setTitle(e.target.value)} autocomplete="off" />
    </label>
    <label class="check">
      <input type="checkbox" checked=${open} onChange=${(e) => setOpen(e.target.checked)} />
      Anybody here may join without an invitation
    </label>
    <button class="primary" disabled=${busy || title.trim() === ""}>Share</button>
  </form>`;
}

function ActivityDetails({ activity, state, doing, choose }) {
  const [busy, run] = doing;
  const joined = activity.standing === "JOINED";
  const mine = activity.owner === state.self.id;
  const names = activity.members.map((member, i) => (member === state.self.id ? "you" : activity.memberNames[i]));
  const outside = state.people.filter((p) => !activity.members.includes(p.id) && p.presence !== "offline");
  const pending = state.invitations.filter((i) => i.box === "out" && i.activity === activity.id && isOpen(i));
  const leave = async () => {
    if (await run((act) => act("leave", { id: activity.id }))) {
      choose(null);
    }
  };
  return html`
    <p class="hint">
      ${mine ? "You share it" : `Shared by ${activity.ownerName}`}; ${activity.open ? "anybody may join" : "by invitation only"}.
    </p>
    <p><strong>In it:</strong> ${names.length ? names.join(", ") : "nobody known"}</p>
    ${activity.standing === "OUTSIDE" &&
    activity.open &&
    html`<button class="primary" disabled=${busy} onClick=${() => run((act) => act("join", { id: activity.id }))}>Join</button>`}
    ${activity.standing === "WAITING" && html`<p>You are in as soon as ${activity.ownerName} can be reached.</p>`}
    ${joined && html`<${Talk} activity=${activity} state=${state} doing=${doing} />`}
    ${joined &&
    html`<h3>Invite</h3>
      ${outside.length === 0 && html`<p class="hint">Everybody here is in it.</p>`}
      <ul class="plain">
        ${outside.map((person) => {
          const asked = pending.some((i) => i.to === person.id);
          return html`<li key=${person.id} class="row between">
            <span class="who"><${Portrait} person=${person} size=${20} />${person.name}</span>
            <button
              disabled=${busy || asked}
              aria-label=${asked ? `${person.name} is invited` : `Invite ${person.name}`}
              onClick=${() => run((act) => act("invite", { peer: person.id, activity: activity.id }))}
            >
              ${asked ? "Invited" : "Invite"}
            </button>
          </li>`;
        })}
      </ul>`}
    ${activity.standing !== "OUTSIDE" &&
    html`<button class="danger" disabled=${busy} onClick=${leave}>${mine ? "End it for everybody" : "Leave"}</button>`}
  `;
}

function chosenThing(state, chosen) {
  switch (chosen?.kind) {
    case "person":
      return state.people.find((person) => person.id === chosen.id);
    case "activity":
      return state.activities.find((activity) => activity.id === chosen.id);
    case "share":
      return {};
    default:
      return undefined;
  }
}

function heading(kind, thing) {
  return kind === "person" ? thing.name : kind === "activity" ? thing.title : "Share an activity";
}

export function Panel({ state, chosen, choose, unread, act }) {
  const [problem, setProblem] = useState("");
  const [busy, runAny] = useDoing(setProblem);
  const doing = [busy, (work) => runAny(() => work(act))];
  const head = useRef(null);
  const thing = chosenThing(state, chosen);
  useEffect(() => {
    setProblem("");
    head.current?.focus();
  }, [chosen?.kind, chosen?.id, Boolean(thing)]);
  const complaint = html`<p class="problem" role="alert">${problem}</p>`;
  if (!thing) {
    return html`<aside class="panel" aria-label="Who and what is here">
      ${complaint}<${Overview} state=${state} unread=${unread} choose=${choose} doing=${doing} />
    </aside>`;
  }
  return html`<aside class="panel" aria-label=${heading(chosen.kind, thing)}>
    <div class="row between head">
      <h2 tabindex="-1" ref=${head}>
        ${chosen.kind === "person" && html`<${Portrait} person=${thing} size=${34} />`}
        <span class="title">${heading(chosen.kind, thing)}</span>
      </h2>
      <button class="quiet" onClick=${() => choose(null)}>Close</button>
    </div>
    ${complaint}
    ${chosen.kind === "person" &&
    html`<${PersonDetails} key=${thing.id} person=${thing} state=${state} doing=${doing} act=${act} choose=${choose} />`}
    ${chosen.kind === "activity" &&
    html`<${ActivityDetails} key=${thing.id} activity=${thing} state=${state} doing=${doing} choose=${choose} />`}
    ${chosen.kind === "share" && html`<${Share} doing=${doing} choose=${choose} />`}
  </aside>`;
}
