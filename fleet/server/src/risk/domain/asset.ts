import type { AssetKind } from "@wardkey/protocol/fleet";

/** What the hospital has, and by what somebody who holds one thing comes to another. Likelihoods and stakes run from 0 to 1. */

/** From the end that is held to the end that can be taken from there. */
export const RELATIONS = [
  "stands-in",
  "has",
  "works-in",
  "works-at",
  "sends-to",
  "reports-to",
  "runs",
  "uses",
  "depended-on-by",
  "holds",
  "invites",
] as const;
export type Relation = (typeof RELATIONS)[number];

export interface Asset {
  /** `kind:name`, unique in the site. */
  readonly id: string;
  readonly kind: AssetKind;
  readonly name: string;
  /** Ward of a device or person; `null` where there is none. */
  readonly zone: string | null;
  /** What is lost when it is taken. */
  readonly impact: number;
  /** How likely somebody from outside begins here. */
  readonly exposure: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly relation: Relation;
}

export interface Vulnerability {
  readonly cve: string;
  /** CVSS base score, 0 to 10. */
  readonly cvss: number;
  /** EPSS: the probability of being exploited within 30 days; `null` where no list gave one. */
  readonly epss: number | null;
}

/** How readily what is reached over a link can be taken, before the target's own weakness. Assumed, not measured. */
export const EASE: Readonly<Record<Relation, number>> = {
  "stands-in": 0.5,
  has: 0.6,
  "works-in": 0.4,
  "works-at": 0.4,
  "sends-to": 0.5,
  "reports-to": 0.1,
  runs: 0.8,
  uses: 0.5,
  "depended-on-by": 0.3,
  holds: 0.9,
  invites: 1,
};

/** How readily something is taken of which no vulnerability is known. Assumed, not measured. */
export const BASE_WEAKNESS: Readonly<Record<AssetKind, number>> = {
  device: 0.3,
  person: 0.15,
  service: 0.2,
  data: 0.9,
  zone: 0.9,
  behaviour: 1,
};

/** Where the lists give no EPSS: above most CVEs, because it is not known to be below. */
const UNKNOWN_EPSS = 0.05;

/** How likely a vulnerability lets somebody in who can reach it. Grows with either number. */
export const exploitability = ({ cvss, epss }: Vulnerability): number =>
  unit((epss ?? UNKNOWN_EPSS) * (0.4 + 0.06 * unit(cvss / 10) * 10));

/** Any one of several independent causes (noisy-or). */
export const anyOf = (likelihoods: Iterable<number>): number => {
  let none = 1;
  for (const each of likelihoods) none *= 1 - unit(each);
  return 1 - none;
};

export const weaknessOf = (kind: AssetKind, vulnerabilities: readonly Vulnerability[]): number =>
  anyOf([BASE_WEAKNESS[kind], ...vulnerabilities.map(exploitability)]);

export const unit = (value: number): number => (value > 0 ? Math.min(value, 1) : 0);
