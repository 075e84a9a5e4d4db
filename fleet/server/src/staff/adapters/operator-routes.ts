import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { Staff } from "../app/staff.js";

const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Wards = z.array(z.string().min(1).max(80)).min(1).max(40).nullable();
const Path = z.strictObject({ staffId: StaffId });
const tags = ["operators"];
const officer = { access: { role: "security-officer" as const } };

/** Who may supervise enrolments at kiosks. */
export function operatorRoutes(server: ApiServer, { staff }: { staff: Staff }): void {
  server.route({
    method: "GET",
    url: "/v1/operators",
    schema: {
      tags,
      summary: "Who may supervise enrolments",
      response: {
        200: z.strictObject({
          operators: z.array(
            z.strictObject({
              staffId: StaffId,
              number: z.number().int(),
              wards: Wards,
              appointedBy: z.string(),
              appointedAt: z.number(),
            }),
          ),
        }),
      },
    },
    config: { access: { role: "viewer" } },
    handler: async () => {
      const operators = await staff.operators.list();
      return { operators: operators.map((one) => ({ ...one, wards: one.wards === null ? null : [...one.wards] })) };
    },
  });

  server.route({
    method: "PUT",
    url: "/v1/operators/:staffId",
    schema: {
      tags,
      summary: "Appoint an operator: their personal code is shown this once",
      params: Path,
      body: z.strictObject({ wards: Wards }),
      response: { 201: z.strictObject({ code: z.string() }) },
    },
    config: officer,
    handler: async (request, reply) => {
      const { staffId } = request.params;
      const appointed = await staff.operators.appoint(staffId, request.body.wards, administratorOf(request).id);
      if (appointed.outcome === "refused") {
        throw new Refusal(appointed.code === "staff-unknown" ? 404 : 409, appointed.code);
      }
      return reply.code(201).send({ code: appointed.code });
    },
  });

  server.route({
    method: "DELETE",
    url: "/v1/operators/:staffId",
    schema: { tags, summary: "Dismiss an operator", params: Path, response: { 204: z.null() } },
    config: officer,
    handler: async (request, reply) => {
      const dismissed = await staff.operators.dismiss(request.params.staffId, administratorOf(request).id);
      if (!dismissed) throw new Refusal(404, "operator-unknown");
      return reply.code(204).send(null);
    },
  });
}
