import type { ApiServer } from "./api-server.js";

type Json = Record<string, unknown>;

const CONSOLE = [{ url: "http://localhost:7430", description: "Console and administrators" }];
const DEVICES = [{ url: "https://localhost:7431", description: "Devices: TLS 1.3 with their own certificate" }];

/** OpenAPI 3.1 of both listeners in one document; each path says on which of them it is. */
export function openApiDocument({ console, device }: { console: ApiServer; device: ApiServer }): Json {
  const [mine, theirs] = [documentOf(console), documentOf(device)];
  const components = membersOf(mine["components"]);
  const securitySchemes = {
    ...membersOf(components["securitySchemes"]),
    device: { type: "mutualTLS", description: "A device's own certificate" },
  };
  const paths = sorted({ ...membersOf(mine["paths"]), ...placed(membersOf(theirs["paths"]), DEVICES) });
  const refusal = shareRefusal(paths);
  return {
    ...mine,
    servers: CONSOLE,
    components: {
      ...components,
      securitySchemes,
      schemas: { ...schemasOf(mine), ...schemasOf(theirs) },
      responses: { Refusal: refusal },
    },
    paths,
  };
}

/** Every operation refuses in the same way: said once, and referred to. */
function shareRefusal(paths: Json): Json {
  let refusal: Json = {};
  for (const item of Object.values(paths)) {
    for (const operation of Object.values(membersOf(item))) {
      const { responses } = membersOf(operation);
      if (typeof responses !== "object" || responses === null || !("4XX" in responses)) continue;
      refusal = membersOf(responses["4XX"]);
      responses["4XX"] = { $ref: "#/components/responses/Refusal" };
    }
  }
  return refusal;
}

const documentOf = (server: ApiServer): Json => JSON.parse(JSON.stringify(server.swagger())) as Json;
const schemasOf = (document: Json): Json => membersOf(membersOf(document["components"])["schemas"]);
const membersOf = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
const sorted = (members: Json): Json =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
const placed = (paths: Json, servers: typeof DEVICES): Json =>
  Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, { servers, ...membersOf(item) }]));
