import { type DeviceFacts, diff, isWeakening, type PolicyContent } from "@wardkey/protocol/policy";
import { Notice } from "@wardkey/ui";
import { Equal } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { Empty } from "../parts/empty.js";
import { useWords } from "../words.js";
import { originWords, placeWords, settingWords, valueWords } from "./saying.js";
import { DirectionMark } from "./setting-field.js";

export interface ChangesPanelProps {
  readonly before: PolicyContent;
  readonly after: PolicyContent;
  /** Of the site, as far as the page knows them: whom it touches. */
  readonly devices: readonly DeviceFacts[];
  readonly isPart: boolean;
}

/** What would be different from what is in force, place by place, and where it would protect less. */
export function ChangesPanel({ before, after, devices, isPart }: ChangesPanelProps): ReactNode {
  const { t, formats } = useWords();
  const changes = useMemo(() => diff(before, after), [before, after]);
  const {
    weakening,
    where,
    devices: weaker,
  } = useMemo(() => isWeakening(before, after, devices), [before, after, devices]);
  const speaker = { t, formats };
  if (changes.length === 0) return <Empty icon={Equal} says={t("policy.changes.none")} />;
  const places = [...new Set(changes.map(({ path }) => path))];
  return (
    <div className="changes">
      {weakening ? (
        <Notice tone="wait" title={t("policy.weaker.title")}>
          <p>
            {t(isPart ? "policy.weaker.devices-part" : "policy.weaker.devices", {
              count: weaker.length,
              of: formats.number(devices.length),
            })}
          </p>
          <ul className="weaker-list">
            {where.slice(0, 12).map((each) => (
              <li key={`${each.setting} ${each.before} ${each.after}`}>
                {t("policy.weaker.where", {
                  setting: settingWords(each.setting, t),
                  from: valueWords(each.setting, each.from, speaker),
                  to: valueWords(each.setting, each.to, speaker),
                  place: originWords(each.after, groupAt(after, each.after), t),
                })}
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice tone="ok" title={t("policy.weaker.nowhere")} />
      )}
      {places.map((path) => (
        <section key={path} className="change-place" aria-label={placeWords(path, t)}>
          <h2>{placeWords(path, t)}</h2>
          <ul>
            {changes
              .filter((change) => change.path === path)
              .map(({ setting, from, to, direction }) => (
                <li key={setting ?? path} className="change">
                  <span className="change-name">
                    {setting === null ? null : settingWords(setting, t)}
                    {direction === null ? null : <DirectionMark direction={direction} />}
                  </span>
                  <span className="change-values">
                    <del>{valueWords(setting, from, speaker)}</del>
                    <span aria-hidden>→</span>
                    <ins>{valueWords(setting, to, speaker)}</ins>
                  </span>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const groupAt = (content: PolicyContent, path: string): string | null => {
  const index = /^layers\[(\d+)\]$/.exec(path)?.[1];
  return index === undefined ? null : (content.layers[Number(index)]?.group ?? null);
};
