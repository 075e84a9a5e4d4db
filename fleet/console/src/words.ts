import { type MessageKey, makeI18n } from "@wardkey/ui";
import { el } from "./words/el.js";
import { en } from "./words/en.js";
import { it } from "./words/it.js";

export const CATALOGUES = { en, it, el };
export const { i18n, useWords } = makeI18n(CATALOGUES);
export type StatusKey = MessageKey<typeof en>;
