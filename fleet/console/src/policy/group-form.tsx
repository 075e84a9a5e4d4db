import { belongs, DEVICE_KINDS, type DeviceFacts, type PolicyContent } from "@wardkey/protocol/policy";
import { Button } from "@wardkey/ui";
import { ArrowDown, ArrowUp, Trash2 } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { selectorFrom, withGroup, withLayerMoved, withoutGroup } from "./edits.js";
import { WordListField } from "./word-list-field.js";

export interface GroupFormProps {
  readonly content: PolicyContent;
  readonly index: number;
  readonly devices: readonly DeviceFacts[];
  /** The site has more devices than are counted here. */
  readonly isPart: boolean;
  readonly isDisabled: boolean;
  readonly edit: (change: (content: PolicyContent) => PolicyContent) => void;
  readonly onMoved: (index: number) => void;
}

/** Whom a layer speaks to, and its turn: later layers win. */
export function GroupForm(props: GroupFormProps): ReactNode {
  const { content, index, devices, isPart, isDisabled, edit, onMoved } = props;
  const { t, formats } = useWords();
  const group = content.layers[index]?.group ?? "";
  const selector = Object.hasOwn(content.groups, group) ? content.groups[group] : undefined;
  const chosen = { kinds: selector?.kinds ?? [], wards: selector?.wards ?? [], tags: selector?.tags ?? [] };
  const change = (patch: Partial<Record<keyof typeof chosen, readonly string[]>>): void =>
    edit((before) => withGroup(before, group, selectorFrom({ ...chosen, ...patch })));
  const members = selector === undefined ? 0 : devices.filter((facts) => belongs(selector, facts)).length;
  const known = (of: (facts: DeviceFacts) => readonly string[]): readonly string[] =>
    [...new Set(devices.flatMap(of))].sort();
  const move = (by: -1 | 1): void => {
    edit((before) => withLayerMoved(before, index, by));
    onMoved(index + by);
  };
  return (
    <div className="group-form">
      <div className="group-head">
        <h2>{t("policy.group.title", { name: group })}</h2>
        <span className="wk-muted">
          {t(isPart ? "policy.group.members-part" : "policy.group.members", {
            count: members,
            of: formats.number(devices.length),
          })}
        </span>
      </div>
      <fieldset className="setting-several" aria-label={t("policy.group.kinds")} disabled={isDisabled}>
        {DEVICE_KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={chosen.kinds.includes(kind)}
              onChange={() =>
                change({
                  kinds: DEVICE_KINDS.filter((each) => (each === kind) !== chosen.kinds.includes(each)),
                })
              }
            />
            {t(`policy.kind.${kind}`)}
          </label>
        ))}
      </fieldset>
      <WordListField
        label={t("policy.group.wards")}
        words={chosen.wards}
        known={known(({ ward }) => [ward])}
        isDisabled={isDisabled}
        onChange={(wards) => change({ wards })}
      />
      <WordListField
        label={t("policy.group.tags")}
        words={chosen.tags}
        known={known(({ tags }) => tags)}
        isDisabled={isDisabled}
        onChange={(tags) => change({ tags })}
      />
      <div className="group-acts">
        <Button
          kind="quiet"
          isDisabled={isDisabled || index === 0}
          onPress={() => move(-1)}
          icon={<ArrowUp size={18} aria-hidden />}
        >
          {t("policy.group.earlier")}
        </Button>
        <Button
          kind="quiet"
          isDisabled={isDisabled || index >= content.layers.length - 1}
          onPress={() => move(1)}
          icon={<ArrowDown size={18} aria-hidden />}
        >
          {t("policy.group.later")}
        </Button>
        <Button
          kind="quiet"
          isDisabled={isDisabled}
          onPress={() => {
            edit((before) => withoutGroup(before, group));
            onMoved(-1);
          }}
          icon={<Trash2 size={18} aria-hidden />}
        >
          {t("policy.group.remove")}
        </Button>
      </div>
    </div>
  );
}
