/** A code of any layer as the journal's `reason`: as it is when the journal knows its form, else `otherwise`. */
export const journalReason = (code: string, otherwise = "unexpected"): string =>
  /^([a-z][a-z0-9-]{0,39}|E[A-Z0-9]{1,15})$/.test(code) ? code : otherwise;
