import { Modal } from "antd";
import { Fragment } from "react";
import { useTexts } from "../texts/use-texts.ts";
import { sections } from "./sections.tsx";

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { keys } = useTexts();
  return (
    <Modal open title={keys.title} footer={null} onCancel={onClose}>
      <dl className="keys">
        <dt>
          <kbd>/</kbd> <kbd>Ctrl K</kbd>
        </dt>
        <dd>{keys.palette}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{keys.help}</dd>
        {sections.map(({ key, keyLabel }) => (
          <Fragment key={key}>
            <dt>
              <kbd>g</kbd> {keys.andThen} <kbd>{key}</kbd>
            </dt>
            <dd>{keys[keyLabel]}</dd>
          </Fragment>
        ))}
        <dt>
          <kbd>Esc</kbd>
        </dt>
        <dd>{keys.close}</dd>
      </dl>
    </Modal>
  );
}
