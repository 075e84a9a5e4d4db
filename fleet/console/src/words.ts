import { type MessageKey, makeI18n } from "@wardkey/ui";
import { accessEl } from "./words/access-el.js";
import { accessEn } from "./words/access-en.js";
import { accessIt } from "./words/access-it.js";
import { devicesEl } from "./words/devices-el.js";
import { devicesEn } from "./words/devices-en.js";
import { devicesIt } from "./words/devices-it.js";
import { el as statusEl } from "./words/el.js";
import { en as statusEn } from "./words/en.js";
import { it as statusIt } from "./words/it.js";
import { kindsEl } from "./words/kinds-el.js";
import { kindsEn } from "./words/kinds-en.js";
import { kindsIt } from "./words/kinds-it.js";
import { nudgesEl } from "./words/nudges-el.js";
import { nudgesEn } from "./words/nudges-en.js";
import { nudgesIt } from "./words/nudges-it.js";
import { overviewEl } from "./words/overview-el.js";
import { overviewEn } from "./words/overview-en.js";
import { overviewIt } from "./words/overview-it.js";
import { peopleEl } from "./words/people-el.js";
import { peopleEn } from "./words/people-en.js";
import { peopleIt } from "./words/people-it.js";
import { riskEl } from "./words/risk-el.js";
import { riskEn } from "./words/risk-en.js";
import { riskIt } from "./words/risk-it.js";
import { rulesEl, rulesEn, rulesIt } from "./words/rules.js";
import { shellEl } from "./words/shell-el.js";
import { shellEn } from "./words/shell-en.js";
import { shellIt } from "./words/shell-it.js";
import { siteEl } from "./words/site-el.js";
import { siteEn } from "./words/site-en.js";
import { siteIt } from "./words/site-it.js";
import { valueEl } from "./words/value-el.js";
import { valueEn } from "./words/value-en.js";
import { valueIt } from "./words/value-it.js";

const en = {
  ...riskEn,
  ...valueEn,
  ...kindsEn,
  ...siteEn,
  ...nudgesEn,
  ...peopleEn,
  ...overviewEn,
  ...devicesEn,
  ...statusEn,
  ...accessEn,
  ...shellEn,
  ...rulesEn,
} as const;
const it = {
  ...riskIt,
  ...valueIt,
  ...kindsIt,
  ...siteIt,
  ...peopleIt,
  ...overviewIt,
  ...devicesIt,
  ...statusIt,
  ...accessIt,
  ...shellIt,
  ...rulesIt,
  ...nudgesIt,
};
const el = {
  ...riskEl,
  ...valueEl,
  ...kindsEl,
  ...siteEl,
  ...peopleEl,
  ...overviewEl,
  ...devicesEl,
  ...statusEl,
  ...accessEl,
  ...shellEl,
  ...rulesEl,
  ...nudgesEl,
};

export const CATALOGUES = { en, it, el };
export const { i18n, useWords } = makeI18n(CATALOGUES);
export type StatusKey = MessageKey<typeof en>;
