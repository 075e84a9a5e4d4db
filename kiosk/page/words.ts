import { type MessageKey, makeI18n } from "@wardkey/ui";
import { el } from "./words/el.js";
import { en } from "./words/en.js";
import { it } from "./words/it.js";
import * as lockAccount from "./words/lock-account.js";

export const CATALOGUES = {
  en: { ...en, ...lockAccount.en },
  it: { ...it, ...lockAccount.it },
  el: { ...el, ...lockAccount.el },
};
export const { i18n, useWords } = makeI18n(CATALOGUES);
export type KioskKey = MessageKey<typeof CATALOGUES.en>;
