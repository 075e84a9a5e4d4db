import { auditEl } from "./audit-el.js";
import { auditEn } from "./audit-en.js";
import { auditIt } from "./audit-it.js";
import { policyEl } from "./policy-el.js";
import { policyEn } from "./policy-en.js";
import { policyIt } from "./policy-it.js";
import { policySettingsEl } from "./policy-settings-el.js";
import { policySettingsEn } from "./policy-settings-en.js";
import { policySettingsIt } from "./policy-settings-it.js";
import { rolloutEl } from "./rollout-el.js";
import { rolloutEn } from "./rollout-en.js";
import { rolloutIt } from "./rollout-it.js";

/** What rules the site, how it spreads, and the record of both. */
export const rulesEn = { ...policySettingsEn, ...policyEn, ...rolloutEn, ...auditEn } as const;
export const rulesIt = { ...policySettingsIt, ...policyIt, ...rolloutIt, ...auditIt };
export const rulesEl = { ...policySettingsEl, ...policyEl, ...rolloutEl, ...auditEl };
