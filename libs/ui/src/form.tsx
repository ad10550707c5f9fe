import { Button } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { Problem } from '#libs/api-client';
import { useState, type ReactNode } from 'react';
import { ErrorSummary } from './error-summary';
import { useExplain } from './explain-problem';
import { errorsOf } from './form-errors';
import { ProblemNotice } from './problem-notice';
import classes from './form.module.css';

interface FormProps<Values extends Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  act: {
    mutate: (values: Values, options: { onError: (problem: Problem) => void }) => void;
    error: Problem | null;
    isPending: boolean;
  };
  verb: string;
  /** Codes that are about one field, and which. */
  codes?: Readonly<Record<string, string>>;
  /** What did not happen, where it fails. */
  failure?: string;
  /** Beside the button. */
  aside?: ReactNode;
  children: ReactNode;
}

/**
 * What somebody fills in and sends. The button is never disabled for what is wrong: it says what is. Errors come when it is
 * pressed, in a summary that links to each field, whether they were found here or by the API.
 */
export function Form<Values extends Record<string, unknown>>(props: FormProps<Values>) {
  const { form, act, verb, codes = {}, failure, aside, children } = props;
  const explain = useExplain();
  const [attempt, setAttempt] = useState(0);
  const send = (values: Values) =>
    act.mutate(values, {
      onError: (problem) => {
        const field = codes[problem.code];
        form.setErrors(field ? { [field]: explain(problem) } : errorsOf(problem, form.getValues()));
        setAttempt((count) => count + 1);
      },
    });
  const hasErrors = Object.keys(form.errors).length > 0;
  return (
    <form noValidate className={classes.form} onSubmit={form.onSubmit(send, () => setAttempt((count) => count + 1))}>
      {attempt > 0 && hasErrors && <ErrorSummary key={attempt} errors={form.errors} />}
      {act.error && !hasErrors && <ProblemNotice problem={act.error} heading={failure} />}
      {children}
      <div className={classes.actions}>
        <Button type="submit" loading={act.isPending}>
          {verb}
        </Button>
        {aside}
      </div>
    </form>
  );
}
