import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useUiWords } from "../words/make-i18n.js";
import { Button } from "./button.js";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Called for Escape, the close button and, when dismissable, a touch outside. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot, the main one last. */
  readonly actions?: ReactNode;
  /** An alert asks before something that cannot be undone: no touch outside closes it. */
  readonly alert?: boolean;
  readonly wide?: boolean;
}

export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  actions,
  alert = false,
  wide = false,
}: DialogProps): ReactNode {
  const { t } = useUiWords();
  return (
    <ModalOverlay
      className="wk-veil"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={!alert}
    >
      <Modal className="wk-modal" {...(wide ? { "data-wide": true } : {})}>
        <AriaDialog className="wk-dialog" role={alert ? "alertdialog" : "dialog"}>
          <div className="wk-dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {alert ? null : (
              <Button kind="quiet" className="wk-dialog-close" aria-label={t("ui.close")} onPress={onClose}>
                <X aria-hidden />
              </Button>
            )}
          </div>
          {children}
          {actions === undefined ? null : <div className="wk-dialog-actions">{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
