import { IconCheck, IconMessageReply, IconRotate, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Moment } from './moment';
import { Notice } from './notice';
import classes from './review-notice.module.css';

/** A decision of the provider's reviewers, as the API tells it. */
interface Decision {
  kind: 'approved' | 'rejected' | 'changes_requested' | 'reopened';
  title: string;
  notes: string | null;
  items: readonly { stepId: string; field: string; note: string }[];
  at: string;
  by: { displayName: string };
}

const looks = {
  approved: { tone: 'green', icon: IconCheck },
  rejected: { tone: 'red', icon: IconX },
  changes_requested: { tone: 'plum', icon: IconMessageReply },
  reopened: { tone: 'blue', icon: IconRotate },
} as const;

/** What a partner sees of a decision; reviewers see it so before they decide. Their words stand apart from ours. */
export function ReviewNotice({ decision, children }: { decision: Decision; children?: ReactNode }) {
  const { tone, icon: Icon } = looks[decision.kind];
  return (
    <Notice tone={tone} icon={<Icon size={20} stroke={1.6} />} heading={decision.title}>
      <p className={classes.by}>
        {decision.by.displayName}, <Moment at={decision.at} />
      </p>
      {decision.notes && <blockquote>{decision.notes}</blockquote>}
      {decision.items.length > 0 && (
        <ul className={classes.items}>
          {decision.items.map((item) => (
            <li key={`${item.stepId}/${item.field}`}>
              <strong>{item.field}</strong>
              <p>{item.note}</p>
            </li>
          ))}
        </ul>
      )}
      {children}
    </Notice>
  );
}
