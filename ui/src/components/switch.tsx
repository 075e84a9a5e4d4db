import type { ReactNode } from "react";
import { Switch as AriaSwitch } from "react-aria-components";

export interface SwitchProps {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (on: boolean) => void;
  readonly isDisabled?: boolean;
}

export function Switch({ children, ...rest }: SwitchProps): ReactNode {
  return (
    <AriaSwitch {...rest} className="wk-switch">
      <span className="wk-switch-track" aria-hidden>
        <span className="wk-switch-thumb" />
      </span>
      {children}
    </AriaSwitch>
  );
}
