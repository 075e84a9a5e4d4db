import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { DraftAnswer, DraftRefusal } from "../app/drafts.js";
import type { Policies } from "../app/policies.js";
import type { Draft } from "../app/ports.js";
import type { Proposed } from "../app/publishing.js";
import {
  DraftList,
  DraftPath,
  DraftView,
  FilesBody,
  OpenBody,
  ProposeAnswer,
  ProposeBody,
  RollForwardBody,
  SaveAnswer,
  SaveBody,
} from "./schemas.js";

const tags = ["policy"];
const viewer = { access: { role: "viewer" } } as const;
const officer = { access: { role: "security-officer" } } as const;

const STATUS = {
  "policy-draft-unknown": 404,
  "policy-drafts-full": 409,
  "policy-kept-in-files": 409,
  "policy-site": 422,
  "policy-malformed": 422,
  "policy-draft-conflict": 409,
} as const;

/** Writing policies and proposing them: nothing here signs. */
export function draftRoutes(server: ApiServer, { policies }: { policies: Policies }): void {
  const { drafts, publishing } = policies;
  server.route({
    method: "GET",
    url: "/v1/policy/drafts",
    schema: { tags, summary: "Policies that people are writing", response: { 200: DraftList } },
    config: viewer,
    handler: async () => ({ drafts: (await drafts.list()).map(viewOf) }),
  });
  server.route({
    method: "POST",
    url: "/v1/policy/drafts",
    schema: {
      tags,
      summary: "Begin a draft from the newest policy, or from an earlier one",
      body: OpenBody,
      response: { 201: DraftView },
    },
    config: officer,
    handler: async (request, reply) => {
      const from = request.body?.from;
      if (from !== undefined && (await policies.version(from)) === null) {
        throw new Refusal(404, "policy-version-unknown");
      }
      const by = administratorOf(request).id;
      const opened = await drafts.open({ by, ...(from === undefined ? {} : { from }) });
      return reply.code(201).send(viewOf(given(opened)));
    },
  });
  server.route({
    method: "GET",
    url: "/v1/policy/drafts/:id",
    schema: { tags, summary: "One draft", params: DraftPath, response: { 200: DraftView } },
    config: viewer,
    handler: async ({ params: { id } }) => {
      const draft = await drafts.one(id);
      if (draft === null) throw new Refusal(404, "policy-draft-unknown");
      return viewOf(draft);
    },
  });
  server.route({
    method: "PUT",
    url: "/v1/policy/drafts/:id",
    schema: {
      tags,
      summary: "Save a draft over the revision that was read; a conflict keeps both",
      params: DraftPath,
      body: SaveBody,
      response: { 200: SaveAnswer },
    },
    config: officer,
    handler: async (request) => {
      const { revision, content } = request.body;
      const by = administratorOf(request).id;
      return savedView(await drafts.save(request.params.id, { revision, content, by }));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/policy/drafts/:id",
    schema: { tags, summary: "Discard a draft", params: DraftPath },
    config: officer,
    handler: async (request, reply) => {
      const gone = await drafts.discard(request.params.id, administratorOf(request).id);
      if (!gone) throw new Refusal(404, "policy-draft-unknown");
      return reply.code(204).send(null);
    },
  });
  server.route({
    method: "POST",
    url: "/v1/policy/checkouts",
    schema: {
      tags,
      summary: "A draft from the files of a git checkout, text by path",
      body: FilesBody,
      response: { 200: SaveAnswer },
    },
    config: officer,
    handler: async (request) => {
      const files = new Map(Object.entries(request.body.files));
      return savedView(await policies.takeFiles(files, administratorOf(request).id));
    },
  });
  server.route({
    method: "POST",
    url: "/v1/policy/drafts/:id/propose",
    schema: {
      tags,
      summary: "Propose a draft for approval: by two people where it weakens",
      params: DraftPath,
      body: ProposeBody,
      response: { 200: ProposeAnswer },
    },
    config: officer,
    handler: async (request) => {
      const by = administratorOf(request);
      return proposedView(await publishing.proposeDraft({ id: request.params.id, ...request.body, by }));
    },
  });
  server.route({
    method: "POST",
    url: "/v1/policy/rollout/roll-forward",
    schema: {
      tags,
      summary: "Propose an earlier policy again, under a new version, for everybody at once",
      body: RollForwardBody,
      response: { 200: ProposeAnswer },
    },
    config: officer,
    handler: async (request) =>
      proposedView(await publishing.rollForward({ ...request.body, by: administratorOf(request) })),
  });
}

const viewOf = (draft: Draft) => ({ ...draft });

function given(answer: DraftAnswer): Draft {
  if (!answer.ok) throw refusalOf(answer);
  return answer.draft;
}

const refusalOf = ({ code }: DraftRefusal): Refusal => new Refusal(STATUS[code], code);

function savedView(answer: DraftAnswer) {
  if (answer.ok) return { outcome: "saved" as const, draft: viewOf(answer.draft) };
  switch (answer.code) {
    case "policy-draft-conflict":
      return { outcome: "conflict" as const, theirs: answer.theirs, yours: answer.yours };
    case "policy-malformed":
      return { outcome: "malformed" as const, findings: [...answer.findings] };
    default:
      throw refusalOf(answer);
  }
}

function proposedView(proposed: Proposed) {
  if (!proposed.ok) {
    return { outcome: "refused" as const, code: proposed.code, findings: [...proposed.findings] };
  }
  const { version, digest, weakening } = proposed.args;
  return {
    outcome: "proposed" as const,
    approval: proposed.approval,
    needs: proposed.needs,
    version,
    digest,
    weakening,
  };
}
