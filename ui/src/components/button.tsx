import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  /** `primary`: the one thing to do here. `stop`: ends or deletes. */
  readonly kind?: "primary" | "secondary" | "quiet" | "stop";
  readonly large?: boolean;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
  readonly type?: "button" | "submit";
  readonly autoFocus?: boolean;
  readonly className?: string;
  readonly "aria-label"?: string;
}

export function Button({
  kind = "secondary",
  large = false,
  icon,
  children,
  className,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <AriaButton
      {...rest}
      className={className === undefined ? "wk-button" : `wk-button ${className}`}
      data-kind={kind}
      {...(large ? { "data-large": true } : {})}
    >
      {icon}
      {children}
    </AriaButton>
  );
}
