/**
 * The topics of the fleet and the one rule of who may use them. The rule is written here once: aedes asks it, and the
 * rights of an outside broker are generated from it, so that every broker draws the same border.
 */

const ID = "[a-z0-9-]{1,63}";
const SEGMENT = new RegExp(`^${ID}$`);

/** Client id and certificate name that no device may have: the fleet server's own. */
export const FLEET_CLIENT = "wardkey-fleet";

export const isTopicId = (text: string): boolean => SEGMENT.test(text);

/** One pair of the connection matrix, seen from one of its ends. */
export interface MatrixSend {
  readonly to: string;
  readonly channel: string;
}
export interface MatrixReceive {
  readonly from: string;
  readonly channel: string;
}

/** Everything that one device may do, from its certificate and the connection matrix. */
export interface TopicGrant {
  readonly site: string;
  readonly device: string;
  readonly sends: readonly MatrixSend[];
  readonly receives: readonly MatrixReceive[];
}

export const ALL_KINDS = ["deny-list", "policy", "tree-head", "profiles"] as const;
export type AllKind = (typeof ALL_KINDS)[number];

const device = (site: string, id: string): string => `wardkey/v1/${site}/device/${id}`;

/** Builders of every topic. Ids are the caller's to check with `isTopicId`. */
export const topics = {
  status: (site: string, id: string): string => `${device(site, id)}/up/status`,
  reported: (site: string, id: string): string => `${device(site, id)}/up/reported`,
  event: (site: string, id: string): string => `${device(site, id)}/up/event`,
  response: (site: string, id: string, request: string): string => `${device(site, id)}/up/res/${request}`,
  desired: (site: string, id: string): string => `${device(site, id)}/down/desired`,
  command: (site: string, id: string, request: string): string => `${device(site, id)}/down/req/${request}`,
  commands: (site: string, id: string): string => `${device(site, id)}/down/req/+`,
  risk: (site: string, id: string): string => `${device(site, id)}/down/risk`,
  nudge: (site: string, id: string): string => `${device(site, id)}/down/nudge`,
  /** What of the journal is durable at the fleet; not retained. */
  acknowledgement: (site: string, id: string): string => `${device(site, id)}/down/ack`,
  all: (site: string, kind: AllKind): string => `wardkey/v1/${site}/all/${kind}`,
  m2m: (site: string, pair: { from: string; to: string; channel: string }): string =>
    `wardkey/v1/${site}/m2m/${pair.from}/${pair.to}/${pair.channel}`,
} as const;

export type UpTopic =
  | { readonly site: string; readonly device: string; readonly leaf: "status" | "reported" | "event" }
  | { readonly site: string; readonly device: string; readonly leaf: "res"; readonly request: string };

const STATE = new RegExp(`^wardkey/v1/${ID}/(?:all/${ID}|device/${ID}/down/(?:desired|risk))$`);

/** Retained by the fleet: of several messages on such a topic only the newest means anything. */
export const isState = (topic: string): boolean => STATE.test(topic);

const UP = new RegExp(`^wardkey/v1/(${ID})/device/(${ID})/up/(?:(status|reported|event)|res/(${ID}))$`);
const M2M = new RegExp(`^wardkey/v1/(${ID})/m2m/(${ID})/(${ID})/(${ID})$`);

/** What a device said where; `undefined` for every other topic. */
export function parseUpTopic(topic: string): UpTopic | undefined {
  const [, site, id, leaf, request] = UP.exec(topic) ?? [];
  if (site === undefined || id === undefined) return undefined;
  if (request !== undefined) return { site, device: id, leaf: "res", request };
  if (leaf === "status" || leaf === "reported" || leaf === "event") return { site, device: id, leaf };
  return undefined;
}

export function parseM2mTopic(
  topic: string,
): { readonly site: string; readonly from: string; readonly to: string; readonly channel: string } | undefined {
  const [, site, from, to, channel] = M2M.exec(topic) ?? [];
  if (site === undefined || from === undefined || to === undefined || channel === undefined) return undefined;
  return { site, from, to, channel };
}

/** A device publishes under its own `up/` alone, and to the pairs of the matrix in which it is the sender. */
export function mayPublish(grant: TopicGrant, topic: string): boolean {
  const up = parseUpTopic(topic);
  if (up !== undefined) return up.site === grant.site && up.device === grant.device;
  const pair = parseM2mTopic(topic);
  return (
    pair !== undefined &&
    pair.site === grant.site &&
    pair.from === grant.device &&
    grant.sends.some(({ to, channel }) => to === pair.to && channel === pair.channel)
  );
}

/**
 * What a device states of itself is retained, two topics a device. Events, answers and messages between machines are
 * not: whoever chose request ids freely could else have a broker keep messages without end.
 */
export function mayRetain(topic: string): boolean {
  const leaf = parseUpTopic(topic)?.leaf;
  return leaf === "status" || leaf === "reported";
}

/**
 * A device subscribes to its own `down/`, to `all/`, and to the pairs in which it is the receiver. Wildcards are allowed
 * only where everything below is its own: `down/#`, `down/req/+`, `all/+` and `all/#`.
 */
export function maySubscribe(grant: TopicGrant, filter: string): boolean {
  const { site, device: id } = grant;
  const down = `${device(site, id)}/down/`;
  if (filter.startsWith(down)) {
    const rest = filter.slice(down.length);
    if (["#", "+", "desired", "risk", "nudge", "ack", "req/+", "req/#"].includes(rest)) return true;
    return rest.startsWith("req/") && isTopicId(rest.slice(4));
  }
  const all = `wardkey/v1/${site}/all/`;
  if (filter.startsWith(all))
    return ["#", "+"].includes(filter.slice(all.length)) || isTopicId(filter.slice(all.length));
  const pair = parseM2mTopic(filter);
  return (
    pair !== undefined &&
    pair.site === site &&
    pair.to === id &&
    grant.receives.some(({ from, channel }) => from === pair.from && channel === pair.channel)
  );
}

/** The same rule as MQTT filters, for brokers that keep rights as lists. */
export function grantFilters({ site, device: id, sends, receives }: TopicGrant): {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
} {
  return {
    publish: [
      topics.status(site, id),
      topics.reported(site, id),
      topics.event(site, id),
      `${device(site, id)}/up/res/+`,
      ...sends.map(({ to, channel }) => topics.m2m(site, { from: id, to, channel })),
    ],
    subscribe: [
      `${device(site, id)}/down/#`,
      `wardkey/v1/${site}/all/#`,
      ...receives.map(({ from, channel }) => topics.m2m(site, { from, to: id, channel })),
    ],
  };
}
