import { createInstance, type i18n } from "i18next";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { I18nextProvider, initReactI18next, useTranslation } from "react-i18next";
import { type Catalogue, type Catalogues, LANGUAGES, type Language, type MessageKey } from "./catalogue.js";
import { type Formats, formatsFor } from "./formats.js";
import { UI_WORDS, type UiKey } from "./ui-words.js";

export type Values = Readonly<Record<string, string | number>>;

/** A page's words in the chosen language. `t` takes only keys of that page's catalogue; values are always plain text. */
export interface Words<Key extends string> {
  readonly t: (key: Key | UiKey, values?: Values) => string;
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly formats: Formats;
}

export interface PageWords<Key extends string> {
  /** For `<WordsProvider i18n={…}>`. */
  readonly i18n: PageI18n;
  readonly useWords: () => Words<Key>;
}

/** A page's catalogues, ready to start in the reader's language. */
export interface PageI18n {
  start(language: Language): i18n;
}

const STORAGE_KEY = "wardkey.language";
const LanguageContext = createContext<((language: Language) => void) | null>(null);

/** Builds a page's words from its own three catalogues; the components' own words come along. */
export function makeI18n<const C extends Catalogue>(catalogues: Catalogues<C>): PageWords<MessageKey<C>> {
  const start = (language: Language) => {
    const instance = createInstance();
    // With every catalogue at hand this settles before it returns; there is nothing to wait for or to fail.
    void instance.use(initReactI18next).init({
      lng: language,
      fallbackLng: "en",
      supportedLngs: LANGUAGES,
      initAsync: false,
      showSupportNotice: false,
      keySeparator: false,
      nsSeparator: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
      resources: Object.fromEntries(
        LANGUAGES.map((each) => [each, { translation: { ...UI_WORDS[each], ...catalogues[each] } }]),
      ),
    });
    return instance;
  };
  return { i18n: { start }, useWords: useTypedWords };
}

export interface WordsProviderProps {
  readonly i18n: PageI18n;
  /** Fixed; without it the language that was chosen here last, else the browser's, else English. */
  readonly language?: Language;
  readonly children: ReactNode;
}

/** Wraps a page and keeps its language. */
export function WordsProvider({ i18n, language: fixed, children }: WordsProviderProps): ReactNode {
  const [language, setChosen] = useState<Language>(() => fixed ?? preferredLanguage());
  const [started] = useState(() => i18n.start(language));
  const setLanguage = useCallback((next: Language) => {
    setChosen(next);
    remember(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    void started.changeLanguage(language);
  }, [language, started]);
  return (
    <I18nextProvider i18n={started}>
      <I18nProvider locale={language}>
        <LanguageContext value={setLanguage}>{children}</LanguageContext>
      </I18nProvider>
    </I18nextProvider>
  );
}

/** The words of the components, whichever page they are on. */
export function useUiWords(): Words<UiKey> {
  return useTypedWords<UiKey>();
}

function useTypedWords<Key extends string>(): Words<Key> {
  const { t, i18n } = useTranslation();
  const setLanguage = useContext(LanguageContext);
  const language = asLanguage(i18n.language) ?? "en";
  return useMemo(
    () => ({
      t: (key: Key | UiKey, values?: Values) => t(key, values ?? {}),
      language,
      setLanguage: (next: Language) => setLanguage?.(next),
      formats: formatsFor(language),
    }),
    [t, language, setLanguage],
  );
}

function preferredLanguage(): Language {
  if (typeof navigator === "undefined") return "en";
  for (const candidate of [recalled(), ...navigator.languages]) {
    const language = asLanguage(candidate?.slice(0, 2));
    if (language !== undefined) return language;
  }
  return "en";
}

function asLanguage(text: string | undefined): Language | undefined {
  return LANGUAGES.find((language) => language === text);
}

// A browser may forbid storage; the choice then lasts as long as the page.
function recalled(): string | undefined {
  try {
    return localStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Nothing else depends on it.
  }
}
