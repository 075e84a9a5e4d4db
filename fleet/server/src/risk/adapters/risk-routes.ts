import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { administratorOf, hasRole } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../../platform/http/problem.js";
import type { RiskStore } from "../app/ports.js";
import { RiskQuestions } from "../app/questions.js";
import type { Risk } from "../app/risk.js";
import type { Slicing } from "../app/slices.js";
import { riskImportRoutes } from "./import-routes.js";
import {
  AssetAnswer,
  AssetQuery,
  AssetsAnswer,
  AssetsQuery,
  DetectionsAnswer,
  DetectionsQuery,
  DetectionView,
  DismissBody,
  GraphAnswer,
  GraphQuery,
  MitigationsAnswer,
  Summary,
} from "./schemas.js";
import { assetAnswer, assetView, detectionView, mitigationsAnswer, pathView } from "./views.js";

export const riskProblemTitles: ProblemTitles = {
  "asset-unknown": "The risk's picture has no such asset now",
  "detection-unknown": "This detection is over, was let go already, or never was",
};

const tags = ["risk"];
const viewer = { access: { role: "viewer" } } as const;

/** Who does what is for those who read events too. */
const readsOfPeople = (request: FastifyRequest): boolean => hasRole(administratorOf(request), "operator");

/** The site's risk as administrators see it; on the console listener. */
export function riskRoutes(
  server: ApiServer,
  parts: {
    risk: Risk;
    store: RiskStore;
    now(): number;
    newId(): string;
    slicing: Slicing;
    record(kind: string, body: Record<string, string | number>): Promise<void>;
  },
): void {
  const { risk, store, now } = parts;
  const questions = new RiskQuestions(risk, parts.slicing);
  riskImportRoutes(server, parts);

  server.route({
    method: "GET",
    url: "/v1/risk/summary",
    schema: { tags, summary: "What is at risk now, and how many devices", response: { 200: Summary } },
    config: viewer,
    handler: async () => questions.summary(),
  });
  server.route({
    method: "GET",
    url: "/v1/risk/assets",
    schema: {
      tags,
      summary: "Assets but people, and their risk, filtered, sorted, by page",
      querystring: AssetsQuery,
      response: { 200: AssetsAnswer },
    },
    config: viewer,
    handler: async (request) => {
      const { total, assets } = questions.assets(request.query);
      return { total, assets: assets.map(assetView) };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/risk/asset",
    schema: {
      tags,
      summary: "One asset: how somebody comes there, what was seen, what it was told and why",
      querystring: AssetQuery,
      response: { 200: AssetAnswer },
    },
    config: viewer,
    handler: async (request) => {
      const reading = { people: readsOfPeople(request), now: now() };
      const answer = assetAnswer({ risk, questions, reading }, request.query.id);
      if (answer === null) throw new Refusal(404, "asset-unknown");
      return answer;
    },
  });
  server.route({
    method: "GET",
    url: "/v1/risk/graph",
    schema: {
      tags,
      summary: "The worst attack paths as a graph, or one asset with its neighbours",
      querystring: GraphQuery,
      response: { 200: GraphAnswer },
    },
    config: viewer,
    handler: async (request) => {
      const people = readsOfPeople(request);
      const excerpt = questions.excerpt(request.query.focus ?? null, { most: request.query.limit, people });
      if (excerpt === null) throw new Refusal(404, "asset-unknown");
      const { nodes, edges, paths, left } = excerpt;
      const { model } = risk.picture;
      return {
        nodes: nodes.map(assetView),
        edges: edges.map((edge) => ({ ...edge })),
        paths: paths.map((path) => pathView(model, path, people)),
        left,
      };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/risk/mitigations",
    schema: {
      tags,
      summary: "What would remove most risk for its cost, the best first",
      response: { 200: MitigationsAnswer },
    },
    config: { ...viewer, rateLimit: { max: 120, timeWindow: "1 minute" } },
    handler: async (request) => {
      const ranking = await questions.mitigations();
      return mitigationsAnswer(ranking, { model: risk.picture.model, people: readsOfPeople(request) });
    },
  });
  server.route({
    method: "GET",
    url: "/v1/risk/detections",
    schema: {
      tags,
      summary: "What detectors noticed, the newest first unless told otherwise",
      querystring: DetectionsQuery,
      response: { 200: DetectionsAnswer },
    },
    config: viewer,
    handler: async (request) => {
      const reading = { people: readsOfPeople(request), now: now() };
      const { total, detections } = await store.detections({ ...request.query, ...reading });
      return { total, detections: detections.map((each) => detectionView(each, reading)) };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/risk/detections/:id/dismiss",
    schema: {
      tags,
      summary: "Let a detection go before its time, with a reason that is kept",
      params: z.strictObject({ id: z.uuid() }),
      body: DismissBody,
      response: { 200: DetectionView },
    },
    config: { access: { role: "security-officer" } },
    bodyLimit: 1024,
    handler: async (request) => {
      const { id } = request.params;
      const dismissed = await risk.dismiss(id, administratorOf(request).id, request.body.reason);
      if (dismissed === null) throw new Refusal(404, "detection-unknown");
      return detectionView(dismissed, { people: readsOfPeople(request), now: now() });
    },
  });
}
