import { diff, type PolicyContent } from "@wardkey/protocol/policy";
import { LiveRegion, Notice, StatusDot } from "@wardkey/ui";
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { useLive } from "../shell/live.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useSearch } from "../shell/use-search.js";
import { useWords } from "../words.js";
import type { Draft, InForce } from "./answers.js";
import { ChangesPanel } from "./changes-panel.js";
import { ConflictPanel } from "./conflict-panel.js";
import { DevicePicker } from "./device-picker.js";
import { DraftActs } from "./draft-acts.js";
import { BASE, type Place } from "./edits.js";
import { ExplainPanel } from "./explain-panel.js";
import { FindingsPanel } from "./findings-panel.js";
import { PlacePicker } from "./place-picker.js";
import { type PlacedFinding, readText } from "./policy-text.js";
import { ProposePanel } from "./propose-panel.js";
import { findingWords, settingWords } from "./saying.js";
import { Segments } from "./segments.js";
import { SettingsForm } from "./settings-form.js";
import { TextEditor } from "./text-editor.js";
import { useChosenDevice } from "./use-chosen-device.js";
import { useDraftText } from "./use-draft-text.js";
import { useKnownDevices } from "./use-known-devices.js";
import { WhatIfPanel } from "./what-if-panel.js";

const VIEWS = ["edit", "changes", "explain", "what-if", "propose"] as const;
type View = (typeof VIEWS)[number];

export interface DraftDeskProps {
  readonly draft: Draft;
  readonly inForce: InForce | null;
  readonly inForceContent: PolicyContent | null;
  readonly refusal: string | null;
  readonly again: () => Promise<void>;
}

/** Where a policy is written: form and text side by side, and under them what it would do. */
export function DraftDesk({ draft, inForce, inForceContent, refusal, again }: DraftDeskProps): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { search, change: changeSearch } = useSearch();
  const live = useLive();
  const written = useDraftText(draft);
  const { devices, facts, isPart } = useKnownDevices();
  const [place, setPlace] = useState<Place>(BASE);
  const [find, setFind] = useState("");
  const [goTo, setGoTo] = useState<{ at: number } | null>(null);
  const [conflict, setConflict] = useState<Draft | null>(null);
  const [device, setDevice] = useChosenDevice();
  const { text, content, parsed, isChanged } = written;
  const settled = useDeferredValue(text);
  // Of part of the devices it would say that the site has no others.
  const read = useMemo(() => readText(settled, isPart ? [] : facts), [settled, isPart, facts]);
  const { findings } = read;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const view = VIEWS.find((each) => each === search["view"]) ?? "edit";
  const theirs = conflict ?? (written.isOvertaken ? draft : null);
  const mayWrite = may("security-officer") && inForce?.keptInFiles !== true;
  const changes = useMemo(
    () => (inForceContent === null ? 0 : diff(inForceContent, content).length),
    [inForceContent, content],
  );
  const show = ({ span }: PlacedFinding): void => setGoTo({ at: span.from });
  const acts = useRef<{ save: () => void } | null>(null);
  useSaveKey(() => acts.current?.save());
  const wanted = find.trim().toLowerCase();
  /** As the site has it: its answer to a save may be here before its next answer to a question. */
  const saved = { ...draft, revision: written.revision, content: written.base };
  const hindered = hindranceOf({ draft: saved, inForce, isChanged, isReadable: parsed.ok, errors }, t);
  const state = !parsed.ok
    ? t(parsed.why === "form" ? "policy.unreadable.form" : "policy.unreadable.policy")
    : isChanged
      ? t("policy.unsaved")
      : t("policy.saved", { who: draft.by, time: formats.dateTime(draft.at) });
  return (
    <Page
      title={content.note === "" ? t("policy.draft") : content.note}
      above={[{ title: t("nav.policy"), href: addressOf("/policy") }]}
      says={t("policy.draft.says", { base: draft.base })}
      actions={
        mayWrite ? (
          <DraftActs
            ref={acts}
            draft={draft}
            written={written}
            isBlocked={theirs !== null}
            inForceVersion={inForce?.version ?? null}
            inForceContent={inForceContent}
            onConflict={setConflict}
            again={again}
          />
        ) : undefined
      }
    >
      <RefusalNotice code={refusal === "lost" ? null : refusal} />
      {inForce?.keptInFiles === true ? <Notice tone="accent" title={t("policy.in-files")} /> : null}
      {live === "lost" || refusal === "lost" ? (
        <Notice tone="wait" title={t("policy.lost")}>
          <p>{t("policy.lost.says")}</p>
        </Notice>
      ) : null}
      {written.restoredFrom === null ? null : (
        <Notice tone="accent" title={t("policy.restored", { time: formats.dateTime(written.restoredFrom) })} />
      )}
      {theirs === null ? null : (
        <ConflictPanel
          base={written.base}
          mine={parsed.ok ? parsed.content : null}
          theirs={theirs}
          onMerged={(merged) => {
            written.takeOver(theirs, merged);
            setConflict(null);
          }}
        />
      )}
      <LiveRegion message={t("policy.findings", { count: findings.length })} />
      {findings.length === 0 || view !== "edit" ? null : (
        <FindingsPanel findings={findings} text={settled} onShow={show} />
      )}
      <div className="policy-bar">
        <Segments<View>
          label={t("policy.view")}
          value={view}
          onChange={(next) => changeSearch({ view: next === "edit" ? "" : next }, { replace: true })}
          options={VIEWS.filter((each) => each !== "propose" || mayWrite).map((each) => ({
            value: each,
            title: t(`policy.view.${each}`),
            ...(each === "changes" ? { count: formats.number(changes) } : {}),
          }))}
        />
        <div className="policy-state">
          <StatusDot tone={!parsed.ok ? "stop" : isChanged ? "wait" : "ok"} word={state} />
          <StatusDot
            tone={errors > 0 ? "stop" : findings.length > 0 ? "wait" : "ok"}
            word={t("policy.findings", { count: findings.length })}
          />
        </div>
      </div>
      {view === "edit" ? (
        <div className="policy-desk">
          <div className="panel policy-form">
            <PlacePicker
              {...{ content, place, devices: facts }}
              isDisabled={!mayWrite || !parsed.ok}
              onPick={setPlace}
              edit={written.edit}
            />
            <label className="policy-find">
              <span className="wk-hidden">{t("policy.find")}</span>
              <input
                type="search"
                className="wk-input"
                placeholder={t("policy.find")}
                value={find}
                onChange={({ target }) => setFind(target.value)}
              />
            </label>
            {parsed.ok ? null : <Notice tone="wait" title={t("policy.form.waits")} />}
            <NoteField
              value={content.note}
              isDisabled={!mayWrite || !parsed.ok}
              onChange={(note) => written.edit((before) => ({ ...before, note }))}
            />
            <SettingsForm
              {...{ content, inForce: inForceContent, place, findings, isPart, devices: facts }}
              isDisabled={!mayWrite || !parsed.ok}
              matches={(name) =>
                wanted === "" ||
                name.toLowerCase().includes(wanted) ||
                settingWords(name, t).toLowerCase().includes(wanted)
              }
              onPick={setPlace}
              edit={written.edit}
            />
          </div>
          <div className="panel policy-side">
            <TextEditor
              label={t("policy.text")}
              value={text}
              onChange={written.type}
              findings={findings}
              say={(finding) => `${findingWords(finding, t)} ${finding.text}`}
              isReadOnly={!mayWrite}
              goTo={goTo}
            />
          </div>
        </div>
      ) : (
        <div className="panel">
          {view === "explain" || view === "what-if" ? (
            <DevicePicker
              label={t(view === "explain" ? "policy.device.explain" : "policy.device.what-if")}
              device={device}
              onPick={setDevice}
            />
          ) : null}
          {inForceContent === null ? null : view === "changes" ? (
            <ChangesPanel before={inForceContent} after={content} devices={facts} isPart={isPart} />
          ) : view === "explain" ? (
            device === null ? (
              <p className="wk-muted">{t("policy.explain.pick")}</p>
            ) : (
              <ExplainPanel content={content} device={device} />
            )
          ) : view === "what-if" ? (
            <WhatIfPanel inForce={inForceContent} draft={content} device={device} devices={devices} />
          ) : mayWrite ? (
            <ProposePanel key={written.revision} draft={saved} changes={changes} hindered={hindered} />
          ) : null}
        </div>
      )}
    </Page>
  );
}

function NoteField(props: { value: string; isDisabled: boolean; onChange: (note: string) => void }): ReactNode {
  const { t } = useWords();
  return (
    <label className="policy-note">
      <span className="setting-name">{t("policy.note")}</span>
      <input
        className="wk-input"
        maxLength={200}
        value={props.value}
        disabled={props.isDisabled}
        placeholder={t("policy.note.hint")}
        onChange={({ target }) => props.onChange(target.value)}
      />
    </label>
  );
}

/** Ctrl+S or ⌘S saves, as everywhere else. */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function hindranceOf(
  now: { draft: Draft; inForce: InForce | null; isChanged: boolean; isReadable: boolean; errors: number },
  t: ReturnType<typeof useWords>["t"],
): string | null {
  if (!now.isReadable || now.errors > 0) return t("policy.hindered.errors");
  if (now.isChanged) return t("policy.hindered.unsaved");
  if (now.draft.content.note.trim() === "") return t("policy.hindered.note");
  if (now.inForce?.rollout?.status === "running") {
    return t("policy.hindered.rollout", { version: now.inForce.rollout.version });
  }
  return null;
}
