import { assertNever } from "@wardkey/protocol";
import {
  type CommandBody,
  type DesiredBody,
  type Downward,
  isTopicId,
  type PolicyHeadBody,
  type RiskBody,
} from "@wardkey/protocol/fleet";

/** What the fleet may make of this kiosk, as the rest of the agent carries it out. None of it opens anything. */
export interface Orders {
  /** Locks now, whoever is in. */
  lock(): void;
  /** Shows which device this is to somebody who stands before it. */
  identify(): void;
  /** The whole list: whoever of them is in, or just coming in, is out now. */
  deniedHolders(holders: ReadonlySet<string>): void;
  policy(head: PolicyHeadBody): void;
  /** Peripherals that this site's kiosks know, signed: whoever takes them checks them. */
  profiles(signed: string): void;
  risk(risk: RiskBody): void;
  /** A sentence for whoever is in: whoever takes it decides whether and when it is shown. */
  nudge(message: Downward<"nudge">): void;
  /** Which policy is in force, for the report. */
  policyReference(): DesiredBody["policy"];
  /** Forgets what it holds of the site: the certificates and the lease are already gone. */
  wiped(): Promise<void>;
}

/** Nobody to give orders to: for an uplink that runs by itself. */
export const NO_ORDERS: Orders = {
  lock: () => {},
  identify: () => {},
  deniedHolders: () => {},
  policy: () => {},
  profiles: () => {},
  risk: () => {},
  nudge: () => {},
  policyReference: () => null,
  wiped: async () => {},
};

export interface CommandActions {
  readonly orders: Orders;
  refresh(): void;
  renewCertificates(): void;
}

/** Obeys, and answers as HTTP would: 200 done, 202 begun. A wipe locks here; what it erases goes after the answer. */
export function obeyCommand({ command }: CommandBody, actions: CommandActions): { status: number; code: null } {
  switch (command) {
    case "lock":
      actions.orders.lock();
      return { status: 200, code: null };
    case "identify":
      actions.orders.identify();
      return { status: 200, code: null };
    case "refresh":
      actions.refresh();
      return { status: 202, code: null };
    case "renew-certificates":
      actions.renewCertificates();
      return { status: 202, code: null };
    case "wipe":
      actions.orders.lock();
      return { status: 202, code: null };
    default:
      return assertNever(command);
  }
}

/** The request's id in a command's topic; `null` for one that no answer could be sent to. */
export function requestOf(topic: string): string | null {
  const id = topic.slice(topic.lastIndexOf("/") + 1);
  return isTopicId(id) ? id : null;
}
