import { isTopicId, parseM2mTopic } from "@wardkey/protocol/fleet";
import type { RefusedAttempt } from "../../platform/broker/port.js";
import type { Refusals } from "./refusals.js";

type Channel = "up" | "down" | "all" | "m2m" | "other";

/**
 * An attempt that the broker refused, as the audit keeps it: a machine that spoke where the matrix has no pair by its
 * ends, everything else by where it went. The topic itself is the attacker's text and is not kept.
 */
export function noteRefusedAttempt(refusals: Refusals, { device, action, topic, code }: RefusedAttempt): void {
  const who = device !== null && isTopicId(device) ? device : null;
  const channel = topic === null ? null : channelOf(topic);
  if (channel === "m2m" && who !== null && topic !== null) {
    const pair = parseM2mTopic(topic);
    const to = pair === undefined ? null : action === "subscribe" ? who : pair.to;
    const from = pair === undefined ? who : action === "subscribe" ? pair.from : who;
    const facts = { from, to, channel: pair?.channel ?? null, code };
    refusals.note("m2m.refused", facts, { from: who, to: null, channel: null, code });
    return;
  }
  const facts = { device: who, action, code, ...(channel === null ? {} : { channel }) };
  refusals.note("broker.refused", facts, { device: null, action, code });
}

function channelOf(topic: string): Channel {
  if (/\/m2m(\/|$)/.test(topic)) return "m2m";
  if (/^wardkey\/v1\/[^/]+\/all(\/|$)/.test(topic)) return "all";
  const [, side] = /^wardkey\/v1\/[^/]+\/device\/[^/]+\/(up|down)(\/|$)/.exec(topic) ?? [];
  return side === "up" || side === "down" ? side : "other";
}
