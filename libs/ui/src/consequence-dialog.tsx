import { Button } from '@mantine/core';
import type { Problem } from '#libs/api-client';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './consequence-dialog.module.css';
import { ProblemNotice } from './problem-notice';
import { t } from './ui-texts';

interface ConsequenceDialogProps {
  title: string;
  /** On the button: the act itself, such as "Delete key". */
  verb: string;
  isOpen: boolean;
  onClose: () => void;
  act: { mutate: () => void; error: Problem | null; isPending: boolean };
  /** What will be so afterwards. */
  children: ReactNode;
}

/**
 * Something that ends or destroys. The browser's own dialog keeps the focus inside, begins it at *Cancel*, which stands first
 * and destroys nothing, and gives it back. It waits for the reply: "done" is a promise.
 */
export function ConsequenceDialog({ title, verb, isOpen, onClose, act, children }: ConsequenceDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className={classes.dialog}
      aria-labelledby="consequence-title"
      aria-describedby="consequence"
      onClose={onClose}
    >
      <h2 id="consequence-title">{title}</h2>
      <div id="consequence">{children}</div>
      {act.error && <ProblemNotice problem={act.error} />}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button color="red.7" loading={act.isPending} onClick={() => act.mutate()}>
          {verb}
        </Button>
      </div>
    </dialog>
  );
}
