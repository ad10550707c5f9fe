import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './copy-field.module.css';
import { t } from './ui-texts';
import { useCopy } from './use-copy';

interface CopyFieldProps {
  value: string;
  /** As it stands in "Copy …". */
  what: string;
}

export function CopyField({ value, what }: CopyFieldProps) {
  const shown = useRef<HTMLElement>(null);
  const { copy, isCopied } = useCopy(what, shown);
  return (
    <span className={classes.field}>
      <code ref={shown} title={value}>
        {value}
      </code>
      <ActionIcon
        variant="subtle"
        color="ink"
        size={26}
        aria-label={t('copy.button', { what })}
        onClick={() => copy(value)}
      >
        {isCopied ? <IconCheck size={15} stroke={1.6} aria-hidden /> : <IconCopy size={15} stroke={1.6} aria-hidden />}
      </ActionIcon>
    </span>
  );
}
