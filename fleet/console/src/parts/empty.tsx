import type { LucideIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";

/** Nothing is here: one sentence that teaches how something would come, and the way there. */
export function Empty({
  icon: Icon,
  says,
  children,
}: {
  icon: LucideIcon;
  says: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className="nothing">
      <Icon size={32} aria-hidden />
      <p>{says}</p>
      {children}
    </div>
  );
}
