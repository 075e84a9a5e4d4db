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
import { rulesEl, rulesEn, rulesIt } from "./words/rules.js";
import { shellEl } from "./words/shell-el.js";
import { shellEn } from "./words/shell-en.js";
import { shellIt } from "./words/shell-it.js";

const en = { ...devicesEn, ...statusEn, ...accessEn, ...shellEn, ...rulesEn } as const;
const it = { ...devicesIt, ...statusIt, ...accessIt, ...shellIt, ...rulesIt };
const el = { ...devicesEl, ...statusEl, ...accessEl, ...shellEl, ...rulesEl };

export const CATALOGUES = { en, it, el };
export const { i18n, useWords } = makeI18n(CATALOGUES);
export type StatusKey = MessageKey<typeof en>;
