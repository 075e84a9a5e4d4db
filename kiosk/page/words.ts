import { type MessageKey, makeI18n } from "@wardkey/ui";
import * as breakGlass from "./words/break-glass.js";
import { el } from "./words/el.js";
import { en } from "./words/en.js";
import { it } from "./words/it.js";
import * as lockAccount from "./words/lock-account.js";
import * as nudges from "./words/nudges.js";
import * as phoneWay from "./words/phone-way.js";
import * as procedure from "./words/procedure.js";

export const CATALOGUES = {
  en: { ...en, ...lockAccount.en, ...breakGlass.en, ...phoneWay.en, ...nudges.en, ...procedure.en },
  it: { ...it, ...lockAccount.it, ...breakGlass.it, ...phoneWay.it, ...nudges.it, ...procedure.it },
  el: { ...el, ...lockAccount.el, ...breakGlass.el, ...phoneWay.el, ...nudges.el, ...procedure.el },
};
export const { i18n, useWords } = makeI18n(CATALOGUES);
export type KioskKey = MessageKey<typeof CATALOGUES.en>;
