// People, places, and the ways between people, as they are drawn everywhere on the page.
import { html } from "./lib.js";
import { WAYS } from "./words.js";

const BODY = "M-12 8L12 32M12 8L-12 32";

/** A person around the origin: an O over an X, in the person's two colours. */
export const Person = ({ stroke, fill }) => html`
  <g class="figure" stroke-linecap="round" fill="none">
    <path d=${BODY} stroke=${stroke} stroke-width="12" />
    <path d=${BODY} stroke=${fill} stroke-width="5.5" />
    <circle cy="-9" r="10.5" stroke=${stroke} fill=${fill} stroke-width="3.6" />
  </g>
`;

/** A person as a small picture of its own. */
export const Portrait = ({ person, size = 30 }) => html`
  <svg class="portrait" viewBox="-26 -28 52 72" width=${size} height=${size * 1.3} aria-hidden="true">
    <${Person} stroke=${person.stroke} fill=${person.fill} />
  </svg>
`;

/** What an activity is, around the origin. */
export const Kind = ({ type }) =>
  type === "chat"
    ? html`<path
        class="kind"
        d="M-13 -11h26a5 5 0 0 1 5 5v11a5 5 0 0 1 -5 5h-14l-8 7v-7h-4a5 5 0 0 1 -5 -5v-11a5 5 0 0 1 5 -5z"
      />`
    : html`<path class="kind" d="M0 -15L4.4 -5.2L15 -4.4L6.9 2.5L9.4 12.9L0 7.3L-9.4 12.9L-6.9 2.5L-15 -4.4L-4.4 -5.2z" />`;

/** What tells ways apart without colour, beside the pattern of the line: a sign in its middle. */
export function Sign({ way }) {
  switch (way) {
    case "multicast":
      return html`<g class="sign multicast">
        <circle r="10" />
        <circle class="dot" r="2" cy="3" />
        <path d="M-4 0a5 5 0 0 1 8 0M-7 -2.6a8.6 8.6 0 0 1 14 0" />
      </g>`;
    case "suspect":
      return html`<g class="sign suspect"><circle r="10" /><text y="5">?</text></g>`;
    case "silent":
      return html`<g class="sign silent"><circle r="10" /><path d="M-4 -4L4 4M4 -4L-4 4" /></g>`;
    default:
      return null;
  }
}

/** The patterns and what they mean. */
export const Legend = () => html`
  <ul class="legend" aria-label="What the lines mean">
    ${Object.entries(WAYS).map(
      ([way, text]) => html`<li key=${way}>
        <svg width="44" height="22" aria-hidden="true">
          <path class=${"way " + way} d="M3 11H41" />
          <g transform="translate(22 11) scale(0.85)"><${Sign} way=${way} /></g>
        </svg>
        ${text}
      </li>`,
    )}
  </ul>
`;
