import { type DeviceFacts, diff, groupsOf, parseContent } from "@wardkey/protocol/policy";
import type { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import { type Changed, type Progress, progressOf, type Rollouts, type Standing } from "../../rollout/index.js";
import type { Policies } from "../app/policies.js";
import { draftRoutes } from "./draft-routes.js";
import {
  CheckAnswer,
  CheckBody,
  DevicePath,
  Explained,
  Overview,
  ProgressAnswer,
  PublishedDetail,
  PublishedList,
  RolloutAnswer,
  VersionPath,
  WhatIfAnswer,
  WhatIfBody,
} from "./schemas.js";
import { overview, publishedView } from "./views.js";

const tags = ["policy"];
const viewer = { access: { role: "viewer" } } as const;
const officer = { access: { role: "security-officer" } } as const;
const LISTED = 100;
/** Of the devices that a roll-out has not reached, as many are named. */
const MOST_BEHIND = 200;

export interface PolicyRouteParts {
  readonly policies: Policies;
  readonly rollouts: Rollouts;
  /** As groups know a device; `null` for one that the site does not know. */
  readonly device: (id: string) => Promise<DeviceFacts | null>;
  /** What every device of the site said last of its policy. */
  readonly standings: () => Promise<readonly Standing[]>;
  readonly keptInFiles: boolean;
}

/** Policies and their roll-outs, on the console listener. */
export function policyRoutes(server: ApiServer, parts: PolicyRouteParts): void {
  const { policies, rollouts, keptInFiles } = parts;
  const known = async (id: string): Promise<DeviceFacts> => {
    const facts = await parts.device(id);
    if (facts === null) throw new Refusal(404, "policy-device-unknown");
    return facts;
  };
  draftRoutes(server, parts);
  server.route({
    method: "GET",
    url: "/v1/policy",
    schema: { tags, summary: "The policy in force and its roll-out", response: { 200: Overview } },
    config: viewer,
    handler: () => overview(policies, rollouts, keptInFiles),
  });
  server.route({
    method: "GET",
    url: "/v1/policy/versions",
    schema: { tags, summary: "The newest hundred policies", response: { 200: PublishedList } },
    config: viewer,
    handler: async () => {
      const newest = await policies.versions({ before: 2 ** 31 - 1, limit: LISTED });
      return { versions: newest.map(publishedView) };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/policy/versions/:version",
    schema: {
      tags,
      summary: "One policy as it was signed",
      params: VersionPath,
      response: { 200: PublishedDetail },
    },
    config: viewer,
    handler: async ({ params: { version } }) => {
      const policy = await policies.version(version);
      if (policy === null) throw new Refusal(404, "policy-version-unknown");
      return { ...publishedView(policy), document: policy.document, jws: policy.jws };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/policy/check",
    schema: {
      tags,
      summary: "What is wrong with a policy, what it changes and where it weakens",
      body: CheckBody,
      response: { 200: CheckAnswer },
    },
    // The largest policies take half a second to try: pages lint by themselves, and ask here before they propose.
    config: { access: { role: "operator" }, rateLimit: { max: 60, timeWindow: "1 minute" } },
    handler: async (request) => {
      const parsed = parseContent(request.body.content);
      if (!parsed.ok) {
        const weakening = { weakening: false, where: [], devices: [] };
        return { findings: [...parsed.findings], weakening, changes: [] };
      }
      await rollouts.refresh();
      const { findings, weakening } = await policies.publishing.check(parsed.content);
      return {
        findings: [...findings],
        weakening: { ...weakening, where: [...weakening.where], devices: [...weakening.devices] },
        changes: [...diff(policies.current().document, parsed.content)],
      };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/policy/explain/:device",
    schema: {
      tags,
      summary: "Every setting of one device, and which layer said it",
      params: DevicePath,
      response: { 200: Explained },
    },
    config: viewer,
    handler: async ({ params: { device } }) => {
      const facts = await known(device);
      const { version } = policies.of(device) ?? policies.current();
      const groups = [...groupsOf(policies.current().document, facts)];
      return { device, version, groups, settings: [...policies.explain(facts)] };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/policy/what-if/:device",
    schema: {
      tags,
      summary: "What recorded facts would lead to, under a draft or under what is in force",
      params: DevicePath,
      body: WhatIfBody,
      response: { 200: WhatIfAnswer },
    },
    config: viewer,
    handler: async (request) => {
      const device = await known(request.params.device);
      const { content, facts } = request.body;
      const parsed = content === null ? null : parseContent(content);
      if (parsed !== null && !parsed.ok) {
        throw new Refusal(422, "policy-malformed", { keys: parsed.findings.slice(0, 20).map(({ path }) => path) });
      }
      const decisions = policies.whatIf({ content: parsed?.content ?? null, device, facts });
      return { decisions: decisions.map((each) => ({ ...each, reasons: [...each.reasons] })) };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/policy/rollout/progress",
    schema: {
      tags,
      summary: "How many devices report the version that they should work by, and who does not",
      response: { 200: ProgressAnswer },
    },
    config: viewer,
    handler: async () => {
      await rollouts.refresh();
      const head = rollouts.head() ?? { revision: 0, stable: policies.current().version, rollout: null };
      return progressView(progressOf(head, await parts.standings(), MOST_BEHIND));
    },
  });
  const acts = {
    halt: "Offer the policy that is rolled out to nobody more",
    resume: "Go on with a halted roll-out, in the same ring",
    abort: "Give a roll-out up",
  } as const;
  for (const act of ["halt", "resume", "abort"] as const) {
    server.route({
      method: "POST",
      url: `/v1/policy/rollout/${act}`,
      schema: { tags, summary: acts[act], response: { 200: RolloutAnswer } },
      config: officer,
      handler: async (request) => {
        const by = administratorOf(request).id;
        return changedView(await (act === "halt" ? rollouts.halt({ by, reason: "by-hand" }) : rollouts[act]({ by })));
      },
    });
  }
}

const progressView = ({ candidate, stable, behind, some }: Progress): z.infer<typeof ProgressAnswer> => ({
  candidate,
  stable,
  behind,
  some: some.map((each) => ({ ...each })),
});

function changedView(changed: Changed): { revision: number; stable: number } {
  if (!changed.ok) throw new Refusal(409, changed.code);
  const { revision, stable } = changed.head;
  return { revision, stable };
}
