import type { PolicyContent } from "@wardkey/protocol/policy";
import { Notice } from "@wardkey/ui";
import { FileX2 } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { Empty } from "../parts/empty.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { usePathId } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { Draft, InForce, PublishedDetail } from "./answers.js";
import { ChangesPanel } from "./changes-panel.js";
import { DraftDesk } from "./draft-desk.js";
import { Reader } from "./reader.js";
import { Segments } from "./segments.js";
import { useKnownDevices } from "./use-known-devices.js";
import "./policy.css";

/** One draft to write on, or `version-3`: a policy as it was signed, to read. */
export function DraftPage(): ReactNode {
  const id = usePathId();
  const version = /^version-(\d{1,9})$/.exec(id)?.[1];
  return version === undefined ? <Desk key={id} id={id} /> : <Version key={id} version={Number(version)} />;
}

const contentOf = ({ v, site, note, base, groups, layers, devices }: PolicyContent): PolicyContent => ({
  ...{ v, site, note, base, groups, layers, devices },
});

function useInForce(): { inForce: InForce | undefined; content: PolicyContent | null; refusal: string | null } {
  const now = useAnswer({ topic: "policy", path: "v1/policy", answer: InForce });
  const version = now.data?.version;
  const signed = useAnswer({
    topic: "policy",
    path: version === undefined ? null : `v1/policy/versions/${version}`,
    answer: PublishedDetail,
  });
  return {
    inForce: now.data,
    content: signed.data === undefined ? null : contentOf(signed.data.document),
    refusal: now.refusal ?? signed.refusal,
  };
}

function Desk({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const { inForce, content, refusal } = useInForce();
  const path = `v1/policy/drafts/${encodeURIComponent(id)}`;
  const draft = useAnswer({ topic: "policy", path, answer: Draft });
  const above = [{ title: t("nav.policy"), href: addressOf("/policy") }];
  if (draft.data === undefined) {
    const gone = draft.refusal !== null && draft.refusal !== "lost";
    return (
      <Page title={t("policy.draft")} above={above}>
        {gone ? <Empty icon={FileX2} says={t("policy.draft.gone")} /> : <RefusalNotice code={draft.refusal} />}
      </Page>
    );
  }
  return (
    <DraftDesk
      key={id}
      draft={draft.data}
      inForce={inForce ?? null}
      inForceContent={content}
      refusal={draft.refusal ?? refusal}
      again={draft.again}
    />
  );
}

function Version({ version }: { version: number }): ReactNode {
  const { t, formats } = useWords();
  const { siteName } = useMe();
  const { content: inForce } = useInForce();
  const [view, setView] = useState<"read" | "changes">("read");
  const signed = useAnswer({ topic: "policy", path: `v1/policy/versions/${version}`, answer: PublishedDetail });
  const above = [{ title: t("nav.policy"), href: addressOf("/policy") }];
  const { data } = signed;
  return (
    <Page
      title={t("policy.version", { version })}
      above={above}
      {...(data === undefined
        ? {}
        : {
            says: t("policy.version.says", { time: formats.dateTime(data.publishedAt), who: data.by, site: siteName }),
          })}
    >
      <RefusalNotice code={signed.refusal} />
      {data === undefined ? null : (
        <>
          {data.document.note === "" ? null : <Notice tone="neutral" title={data.document.note} />}
          <Segments<"read" | "changes">
            label={t("policy.view")}
            value={view}
            onChange={setView}
            options={[
              { value: "read", title: t("policy.view.read") },
              { value: "changes", title: t("policy.view.changed", { version: version - 1 }) },
            ]}
          />
          {view === "read" ? (
            <Reader content={contentOf(data.document)} inForce={inForce} />
          ) : (
            <Changed version={version} content={contentOf(data.document)} />
          )}
        </>
      )}
    </Page>
  );
}

/** What a signed policy changed against the one before it. */
function Changed({ version, content }: { version: number; content: PolicyContent }): ReactNode {
  const { t } = useWords();
  const { facts, isPart } = useKnownDevices();
  const path = version > 1 ? `v1/policy/versions/${version - 1}` : null;
  const { data, refusal } = useAnswer({ topic: "policy", path, answer: PublishedDetail });
  if (path === null) return <Empty icon={FileX2} says={t("policy.version.first")} />;
  return (
    <div className="panel">
      <RefusalNotice code={refusal} />
      {data === undefined ? null : (
        <ChangesPanel before={contentOf(data.document)} after={content} devices={facts} isPart={isPart} />
      )}
    </div>
  );
}
