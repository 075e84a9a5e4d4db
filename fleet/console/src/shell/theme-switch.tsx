import { Monitor, Moon, Sun } from "@wardkey/ui/icons";
import { type ReactNode, useId } from "react";
import { useWords } from "../words.js";
import { THEMES, useTheme } from "./theme.js";

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeSwitch(): ReactNode {
  const { t } = useWords();
  const { theme, setTheme } = useTheme();
  const name = useId();
  return (
    <fieldset className="theme">
      <legend className="wk-hidden">{t("shell.theme")}</legend>
      {THEMES.map((each) => {
        const Icon = ICONS[each];
        return (
          <label key={each} className="theme-choice" title={t(`shell.theme.${each}`)}>
            <input
              type="radio"
              name={name}
              className="wk-hidden"
              checked={each === theme}
              onChange={() => setTheme(each)}
            />
            <Icon size={18} aria-hidden />
            <span className="wk-hidden">{t(`shell.theme.${each}`)}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
