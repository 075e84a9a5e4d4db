import { z } from "zod";
import { PEOPLE_SORTS } from "../app/ports.js";
import { STANDINGS } from "../domain/standing.js";

const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);

/** `GET /v1/staff`: by staff id page after page (`after`), or by any column (`sort`, `from`). */
export const PeopleSearch = z.strictObject({
  search: z.string().max(80).optional(),
  ward: z.string().max(80).optional(),
  role: z.string().max(40).optional(),
  standing: z.enum(STANDINGS).optional(),
  sort: z.enum(PEOPLE_SORTS).optional(),
  order: z.enum(["up", "down"]).optional(),
  from: z.coerce.number().int().min(0).max(1_000_000).optional(),
  after: StaffId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
