import type { FromScreen, ScreenView } from "@wardkey/protocol/screen";
import { Button, Choices, Notice, TextField } from "@wardkey/ui";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { PersonPicker } from "./person-picker.js";
import { isWhole, NO_PIN, PinFields, type TypedPin } from "./pin-fields.js";
import { Steps } from "./steps.js";
import { type Candidate, type CandidateLine, useCandidates } from "./use-candidates.js";
import { useLeftAlone } from "./use-left-alone.js";

export interface EnrolFormProps extends CandidateLine {
  readonly view: ScreenView;
  readonly now: number;
  /** The words for `refusedCode`. */
  readonly refusal: string | null;
  readonly onCancel: () => void;
}

type Begin = Extract<FromScreen, { type: "enrol-begin" }>;
type Purpose = NonNullable<Begin["purpose"]>;

const PURPOSES = ["first", "renewal", "replacement"] as const satisfies readonly Purpose[];
/** The fleet wants another operator's code too; it says so only when asked. */
const WANTS_SECOND: ReadonlySet<string> = new Set(["second-operator-required", "second-operator-same"]);
/** The fleet wants a person of its records, not a typed name. */
const WANTS_RECORD: ReadonlySet<string> = new Set(["staff-record-required", "name-differs"]);
const MOST_PEOPLE = 10;

/** What an operator says before an enrolment: who they are, what it is for, and whom. All of it goes with the form. */
export function EnrolForm(props: EnrolFormProps): ReactNode {
  const { view, now, refusal, refusedCode, send, onCancel } = props;
  const { t } = useWords();
  const [operatorCode, setOperatorCode] = useState("");
  const [secondCode, setSecondCode] = useState<string | null>(null);
  const [purpose, setPurpose] = useState<Purpose>("first");
  const [fromRecords, setFromRecords] = useState(false);
  const [names, setNames] = useState({ givenName: "", familyName: "" });
  const [search, setSearch] = useState("");
  const [person, setPerson] = useState<Candidate | null>(null);
  /** `null`: with a face. */
  const [pin, setPin] = useState<TypedPin | null>(null);
  const candidates = useCandidates(props);
  const touched = useLeftAlone(now, onCancel);
  useEffect(() => {
    if (refusedCode === null) return;
    if (WANTS_SECOND.has(refusedCode)) setSecondCode((typed) => typed ?? "");
    if (WANTS_RECORD.has(refusedCode)) setFromRecords(true);
  }, [refusedCode]);

  const codes = useRef<HTMLDivElement>(null);
  const second = secondCode !== null;
  useEffect(() => {
    if (second) codes.current?.scrollIntoView({ block: "start" });
  }, [second]);

  const listed = purpose !== "first" || fromRecords;
  const codesReady = operatorCode.length >= 4 && (secondCode === null || secondCode.length >= 4);
  const seeking = listed && person === null;
  const searchReady = operatorCode.length >= 4 && search.trim().length >= 2;
  const whole = codesReady && (pin === null || isWhole(pin));
  const ready = whole && (listed ? person !== null : names.givenName.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (seeking && searchReady) candidates.find(operatorCode, search.trim());
    if (!seeking && ready) send(begin());
  };
  const begin = (): Begin => {
    const who = listed && person !== null ? person : names;
    return {
      type: "enrol-begin",
      operatorCode,
      givenName: who.givenName.trim(),
      familyName: who.familyName.trim(),
      purpose,
      ...(who === person ? { staffId: person.staffId } : {}),
      ...(secondCode === null ? {} : { secondOperatorCode: secondCode }),
      ...(pin === null ? {} : { pin: pin.pin }),
    };
  };
  const typeName = () => {
    setFromRecords(false);
    setPerson(null);
    candidates.forget();
  };
  const otherWay =
    purpose !== "first" ? (
      <span />
    ) : (
      <Button kind="quiet" onPress={fromRecords ? typeName : () => setFromRecords(true)}>
        {fromRecords ? t("enrol.records.leave") : t("enrol.records.use")}
      </Button>
    );
  return (
    <Frame view={view} now={now} tone="calm" line={t("enrol.title")} picture={<Steps current={0} />} foot={otherWay}>
      {listed || second || pin !== null ? null : <p className="says">{t("enrol.says")}</p>}
      <form
        className="enrol-form"
        onSubmit={submit}
        onKeyDownCapture={touched}
        onInputCapture={touched}
        onClickCapture={touched}
        autoComplete="off"
      >
        <div className="enrol-pair" ref={codes}>
          <CodeField label={t("enrol.code")} value={operatorCode} onChange={setOperatorCode} />
          {secondCode === null ? null : (
            <CodeField label={t("enrol.code.second")} value={secondCode} onChange={setSecondCode} />
          )}
        </div>
        <div className="enrol-purpose">
          <Choices
            label={t("enrol.purpose")}
            value={purpose}
            onChange={setPurpose}
            options={PURPOSES.map((value) => ({
              value,
              title: t(`enrol.purpose.${value}`),
              says: t(`enrol.purpose.${value}.says`),
            }))}
          />
        </div>
        {listed ? (
          <PersonPicker
            search={search}
            onSearch={setSearch}
            candidates={candidates}
            ready={searchReady}
            wanted={fromRecords}
            person={person}
            onPerson={setPerson}
          />
        ) : (
          <div className="enrol-pair">
            <TextField
              label={t("enrol.given")}
              value={names.givenName}
              onChange={(givenName) => setNames({ ...names, givenName })}
              maxLength={40}
              autoComplete="off"
              isRequired
            />
            <TextField
              label={t("enrol.family")}
              value={names.familyName}
              onChange={(familyName) => setNames({ ...names, familyName })}
              maxLength={40}
              autoComplete="off"
            />
          </div>
        )}
        {pin === null ? null : <PinFields typed={pin} onType={setPin} />}
        <div className="enrol-next">
          <div className="enrol-said" aria-live="polite">
            {refusal === null ? null : <Notice tone="stop">{refusal}</Notice>}
            {refusal === null && seeking ? <FoundWords found={candidates.found} /> : null}
          </div>
          <div className="offers">
            <Button type="submit" kind="primary" large isDisabled={!ready}>
              {t("enrol.begin")}
            </Button>
            <Button kind="quiet" large onPress={onCancel}>
              {t("enrol.cancel")}
            </Button>
            <Button kind="quiet" large onPress={() => setPin(pin === null ? NO_PIN : null)}>
              {pin === null ? t("enrol.pin.use") : t("enrol.pin.leave")}
            </Button>
          </div>
        </div>
      </form>
    </Frame>
  );
}

interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Takes the focus when it appears: it is what is wanted next. */
function CodeField({ label, value, onChange }: CodeFieldProps): ReactNode {
  return (
    <TextField
      label={label}
      type="password"
      value={value}
      onChange={onChange}
      maxLength={32}
      autoComplete="off"
      isRequired
      autoFocus
    />
  );
}

function FoundWords({ found }: { found: { search: string; people: readonly unknown[] } | null }): ReactNode {
  const { t } = useWords();
  if (found === null) return null;
  const { search, people } = found;
  if (people.length === 0) return <p>{t("enrol.found.nobody", { search })}</p>;
  return <p>{people.length < MOST_PEOPLE ? t("enrol.found.choose") : t("enrol.found.most")}</p>;
}
