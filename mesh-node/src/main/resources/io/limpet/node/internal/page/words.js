// How things are called on this page.

/** The ways to a person, best first, as the legend has them. */
export const WAYS = {
  unicast: "unicast",
  multicast: "multicast only",
  suspect: "in doubt: both ways at once",
  unknown: "not proved yet",
  silent: "silent",
};

/** One phrase on how a person is reached. */
export function reached(person) {
  if (person.presence === "offline") {
    return "gone";
  }
  switch (person.way) {
    case "unicast":
      return "reached by unicast";
    case "multicast":
      return "reached by multicast only";
    case "suspect":
      return "in doubt: sent both ways";
    case "unknown":
      return "no way proved yet";
    default:
      return "silent";
  }
}

export const INVITATION = {
  PENDING: "on its way",
  DELIVERED: "delivered, no answer yet",
  ACCEPTED: "accepted",
  DECLINED: "declined",
  WITHDRAWN: "withdrawn",
  EXPIRED: "expired",
};

export const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

export const clock = (ms) =>
  new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export const isOpen = (invitation) => invitation.state === "PENDING" || invitation.state === "DELIVERED";
