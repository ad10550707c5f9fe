import type { FormErrors } from '@mantine/form';
import { useEffect, useRef, type MouseEvent } from 'react';
import { fieldId } from './form-errors';
import classes from './form.module.css';
import { t } from './ui-texts';

const titlePrefix = 'Error: ';

/** What is wrong, in one place and with the words that stand at the fields; it is given the focus when it comes. */
export function ErrorSummary({ errors }: { errors: FormErrors }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => {
    summary.current?.focus();
    const { title } = document;
    document.title = titlePrefix + title;
    return () => {
      if (document.title.startsWith(titlePrefix)) document.title = document.title.slice(titlePrefix.length);
    };
  }, []);
  const goTo = (name: string) => (event: MouseEvent) => {
    event.preventDefault();
    document.getElementById(fieldId(name))?.focus();
  };
  return (
    <div ref={summary} className={classes.summary} role="group" aria-labelledby="error-summary" tabIndex={-1}>
      <h2 id="error-summary">{t('summary.heading')}</h2>
      <ul>
        {Object.entries(errors).map(([name, message]) => (
          <li key={name}>
            <a href={`#${fieldId(name)}`} onClick={goTo(name)}>
              {message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
