import type { PolicyContent, PolicyDocument } from "@wardkey/protocol/policy";

/** What people wrote of a signed document. */
export function contentOf({ v, site, note, base, groups, layers, devices }: PolicyDocument): PolicyContent {
  return { v, site, note, base, groups, layers, devices };
}
