import { textsOf } from './texts';

/** The words that the components of both sites bring along. */
export const t = textsOf({
  'copy.button': 'Copy {what}',
  'copy.done': '{what} copied',
  'copy.failed': 'Could not copy {what}; it is selected instead',
  'problem.heading': 'This did not work',
  'problem.unreachable': 'Slipway did not reply. Check your connection, then try again.',
  'problem.unavailable': 'A part of Slipway does not reply just now. Try again in a moment.',
  'problem.internal': 'Slipway failed at this. Try again, or send these details to whoever runs it.',
  'problem.rate_limited': 'That was too often in a short time. Wait a moment, then try again.',
  'problem.code': 'Code',
  'problem.trace': 'Trace ID',
  'problem.copy': 'Copy details',
  'problem.details': 'Details of the error',
  'problem.retry': 'Try again',
  'summary.heading': 'There is a problem',
  loading: 'Loading {subject}',
  'dialog.cancel': 'Cancel',
});
