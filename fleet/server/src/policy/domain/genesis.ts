import { DEMO_SETTINGS, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";

/** The policy with which a site begins. Nobody can approve it: there is no administrator yet. */
export function genesisContent(site: string, profile: "demo" | "production"): PolicyContent {
  return {
    v: 1,
    site,
    note: "The first policy of this site",
    base: profile === "demo" ? DEMO_SETTINGS : PRODUCTION_SETTINGS,
    groups: {},
    layers: [],
    devices: [],
  };
}
