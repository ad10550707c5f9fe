import { Button } from '@mantine/core';
import type { Problem } from '#libs/api-client';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import classes from './consequence-dialog.module.css';
import { ProblemNotice } from './problem-notice';
import { t } from './ui-texts';

interface ConsequenceDialogProps {
  title: string;
  /** On the button: the act itself, such as "Delete key". */
  verb: string;
  isOpen: boolean;
  onClose: () => void;
  /** Whether something ends or is destroyed. */
  severity?: 'ends' | 'changes';
  act: { mutate: () => void; error: Problem | null; isPending: boolean };
  /** What will be so afterwards. */
  children: ReactNode;
}

/**
 * Something that ends or destroys. The browser's own dialog keeps the focus inside, and gives it back; it begins at
 * *Cancel*, which destroys nothing. It waits for the reply: "done" is a promise.
 */
export function ConsequenceDialog({
  title,
  verb,
  isOpen,
  onClose,
  severity = 'ends',
  act,
  children,
}: ConsequenceDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return dialog.current?.close();
    dialog.current?.showModal();
    // Whatever there is to choose stands before it.
    cancel.current?.focus();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className={classes.dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={id}
      onClose={onClose}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={id} className={classes.consequence}>
        {children}
      </div>
      {act.error && <ProblemNotice problem={act.error} />}
      <div className={classes.actions}>
        <Button ref={cancel} variant="default" onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button color={severity === 'ends' ? 'red.7' : 'ink'} loading={act.isPending} onClick={() => act.mutate()}>
          {verb}
        </Button>
      </div>
    </dialog>
  );
}
