import { TextField } from "@wardkey/ui";
import { Pencil } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { DeviceRow } from "./answers.js";

const fieldsOf = ({ name, ward, tags }: DeviceRow) => ({ name, ward, tags: tags.join(", ") });

/** Another name, another ward, other tags; which policy holds for it may follow from them. */
export function DescribeAct({ device }: { device: DeviceRow }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices", "overview");
  const [fields, setFields] = useState(() => fieldsOf(device));
  const set = (patch: Partial<typeof fields>): void => setFields({ ...fields, ...patch });
  const work = async (): Promise<string> => {
    const tags = fields.tags.split(/[\s,]+/).filter((tag) => tag !== "");
    const body = { name: fields.name.trim(), ward: fields.ward.trim(), tags };
    const path = `v1/devices/${encodeURIComponent(device.id)}`;
    const { name, ward } = await ask({ method: "PATCH", path, body, answer: DeviceRow });
    await renew();
    return t("device.describe.did", { device: name, ward });
  };
  return (
    <Act
      label={t("device.describe")}
      icon={<Pencil size={18} aria-hidden />}
      title={t("device.describe.ask", { device: device.name })}
      onOpen={() => setFields(fieldsOf(device))}
      says={
        <>
          <p>{t("device.describe.says")}</p>
          <TextField label={t("devices.name")} value={fields.name} onChange={(name) => set({ name })} maxLength={80} />
          <TextField label={t("devices.ward")} value={fields.ward} onChange={(ward) => set({ ward })} maxLength={80} />
          <TextField
            label={t("device.tags")}
            hint={t("device.tags.hint")}
            value={fields.tags}
            onChange={(tags) => set({ tags })}
          />
        </>
      }
      confirm={t("device.describe.go")}
      mayConfirm={fields.name.trim() !== "" && fields.ward.trim() !== ""}
      work={work}
    />
  );
}
