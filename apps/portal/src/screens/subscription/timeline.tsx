import {
  IconArrowBackUp,
  IconCheck,
  IconMessageReply,
  IconPlugConnected,
  IconPoint,
  IconSend,
  IconX,
} from '@tabler/icons-react';
import { Moment, type Tone } from '#libs/ui';
import { t } from '../../text/texts';
import type { TimelineItem } from './subscription.queries';
import classes from './timeline.module.css';

const looks: Record<string, { tone: Tone; icon: typeof IconPoint }> = {
  created: { tone: 'slate', icon: IconPlugConnected },
  submitted: { tone: 'blue', icon: IconSend },
  approved: { tone: 'green', icon: IconCheck },
  rejected: { tone: 'red', icon: IconX },
  changes_requested: { tone: 'plum', icon: IconMessageReply },
  withdrawn: { tone: 'slate', icon: IconArrowBackUp },
};
const plain = { tone: 'slate', icon: IconPoint } as const;

/** Everything that happened, newest first; a note in the words of whoever wrote it. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  const newestFirst = [...items].sort((one, other) => other.at.localeCompare(one.at));
  return (
    <ol className={classes.timeline}>
      {newestFirst.map((item) => {
        const { tone, icon: Icon } = looks[item.action] ?? plain;
        return (
          <li key={`${item.at} ${item.action}`}>
            <span className={classes.icon} data-tone={tone} aria-hidden>
              <Icon size={15} stroke={1.6} />
            </span>
            <div className={classes.what}>
              <strong>{item.title}</strong> {t('timeline.by', { name: item.by.displayName })}
              {item.notes && <blockquote>{item.notes}</blockquote>}
            </div>
            <Moment at={item.at} />
          </li>
        );
      })}
    </ol>
  );
}
