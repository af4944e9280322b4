// A person who was chosen: how they are reached and why, and what they can be invited to.
import { html, useEffect, useState } from "./lib.js";
import { Sign } from "./figure.js";
import { INVITATION, clock, isOpen, reached } from "./words.js";

const REFRESH_MS = 2000;

/** The verdict of the node, asked anew while it is looked at. */
function useVerdict(person, act) {
  const [verdict, setVerdict] = useState(null);
  const [missing, setMissing] = useState("");
  useEffect(() => {
    let over = false;
    const ask = async () => {
      try {
        const [explanation, links] = await Promise.all([
          act("explain", { peer: person.id }),
          act("links", { peer: person.id }),
        ]);
        if (!over) {
          setVerdict({ ...explanation, links });
          setMissing("");
        }
      } catch (problem) {
        if (!over) {
          setMissing(problem.message);
        }
      }
    };
    ask();
    const timer = setInterval(ask, REFRESH_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [person.id, person.way, person.diagnosis]);
  return [verdict, missing];
}

const Sentences = ({ title, of }) =>
  of.length > 0 &&
  html`<h3>${title}</h3>
    <ul class="sentences">
      ${of.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;

const carrier = (name) => name.toLowerCase().replace("_", " ").replace("ipv", "IPv");

function Links({ links }) {
  return html`<h3>Every link</h3>
    <div class="wide-table" tabindex="0" role="region" aria-label="Every link">
      <table>
        <thead>
          <tr><th scope="col">carrier</th><th scope="col">state</th><th scope="col">loss</th><th scope="col">RTT</th><th scope="col">MTU</th></tr>
        </thead>
        <tbody>
          ${links.map(
            (link) => html`<tr class=${link.state}>
              <td>${link.interface} ${carrier(link.carrier)} ${link.direction === "out" ? "→" : "←"}</td>
              <td>${link.state}</td>
              <td>${link.loss === null ? "-" : `${Math.round(link.loss * 100)} %`}</td>
              <td>${link.rttMs === null ? "-" : `${link.rttMs.toFixed(1)} ms`}</td>
              <td>${link.mtuBytes ?? "-"}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function Verdict({ person, verdict, missing }) {
  const way = person.presence === "offline" ? "silent" : person.way;
  return html`
    <div class=${"verdict " + way}>
      <svg viewBox="-26 -12 52 24" width="52" height="24" aria-hidden="true">
        <path class=${"way " + way} d="M-24 0H24" /><${Sign} way=${way} />
      </svg>
      <p>${verdict ? verdict.now : `${person.name}: ${reached(person)}`}</p>
    </div>
    ${missing && html`<p class="hint">${missing}</p>`}
    ${verdict &&
    html`<${Sentences} title="Why" of=${verdict.why} />
      <${Sentences} title="What happens by itself" of=${verdict.next} />
      <${Sentences} title="What you can do" of=${verdict.advice} />
      <${Links} links=${verdict.links} />
      ${verdict.events.length > 0 &&
      html`<details>
        <summary>What happened (${verdict.events.length})</summary>
        <ol class="told" reversed>
          ${[...verdict.events].reverse().map((e) => html`<li><time>${clock(e.time)}</time> ${e.text}</li>`)}
        </ol>
      </details>`}`}
  `;
}

function Invite({ person, state, doing, choose }) {
  const [busy, run] = doing;
  const mine = state.activities.filter((a) => a.standing === "JOINED" && !a.members.includes(person.id));
  const shared = state.activities.filter((a) => a.standing === "JOINED" && a.members.includes(person.id));
  const between = state.invitations.filter((i) => i.to === person.id || i.from === person.id);
  const begin = async () => {
    const made = await run(async (act) => {
      const { activity } = await act("share", { type: "chat", title: `${state.self.name} and ${person.name}`, open: false });
      await act("invite", { peer: person.id, activity });
      return activity;
    });
    if (made) {
      choose("activity", made);
    }
  };
  return html`
    ${shared.map(
      (activity) => html`<button key=${activity.id} class="wide" onClick=${() => choose("activity", activity.id)}>Go to ${activity.title}</button>`,
    )}
    ${mine.map((activity) => {
      const asked = between.some((i) => i.activity === activity.id && i.to === person.id && isOpen(i));
      return html`<button
        key=${activity.id}
        class="wide primary"
        disabled=${busy || asked}
        onClick=${() => run((act) => act("invite", { peer: person.id, activity: activity.id }))}
      >
        ${asked ? `Invited to ${activity.title}` : `Invite to ${activity.title}`}
      </button>`;
    })}
    ${person.presence !== "offline" &&
    html`<button class="wide" disabled=${busy} onClick=${begin}>Begin a chat with ${person.name}</button>`}
    ${between.length > 0 &&
    html`<ul class="sentences">
      ${between.map(
        (i) => html`<li key=${i.id}>
          ${i.box === "out" ? `You invited to ${i.title}: ` : `Invites you to ${i.title}: `}${INVITATION[i.state] ?? i.state}
          ${i.reason && ` (${i.reason})`}
          ${i.box === "in" &&
          isOpen(i) &&
          html`<span class="row">
            <button class="primary" disabled=${busy} onClick=${() => run((act) => act("accept", { id: i.id }))}>Accept</button>
            <button disabled=${busy} onClick=${() => run((act) => act("decline", { id: i.id }))}>Decline</button>
          </span>`}
          ${i.box === "out" &&
          isOpen(i) &&
          html`<button class="quiet" disabled=${busy} onClick=${() => run((act) => act("withdraw", { id: i.id }))}>Withdraw</button>`}
        </li>`,
      )}
    </ul>`}
  `;
}

export function PersonDetails({ person, state, doing, act, choose }) {
  const [verdict, missing] = useVerdict(person, act);
  return html`
    ${person.status && html`<p class="status">${person.status}</p>`}
    ${person.keyChanged && html`<p class="problem">This name was known with another key before: is it the same person?</p>`}
    <p class="hint">${person.verified ? "Verified: you two have compared your digits. " : ""}<code>${person.id}</code></p>
    <${Invite} person=${person} state=${state} doing=${doing} choose=${choose} />
    <${Verdict} person=${person} verdict=${verdict} missing=${missing} />
  `;
}
