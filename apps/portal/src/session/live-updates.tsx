import { useQueryClient } from '@tanstack/react-query';
import { useAnnounce } from '#libs/ui';
import { useEffect, useState } from 'react';
import { useAccount } from './account-context';
import { t } from '../text/texts';
import { followEvents } from './follow-events';
import classes from './live-updates.module.css';

/** How long a stream may be gone before somebody is told, and how often everything is looked at meanwhile. Milliseconds. */
const patienceMs = 10_000;
const lookMs = 15_000;

/**
 * What happens in the account, as it happens (B52): what is shown is read again where it stands. Nothing of an event itself
 * is shown but that it has happened, so that nothing has to be remembered over a break.
 */
export function LiveUpdates() {
  const { accountId } = useAccount();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [isPaused, setPaused] = useState(false);
  useEffect(() => {
    const readAgain = () => void queries.invalidateQueries();
    let gone: ReturnType<typeof setTimeout> | undefined;
    const stop = followEvents(accountId, {
      onEvent: (type) => {
        readAgain();
        const news = t.optional(`live.${type}`);
        if (news) announce(news);
      },
      onOpen: (isAgain) => {
        clearTimeout(gone);
        gone = undefined;
        setPaused(false);
        // Something may have happened meanwhile.
        if (isAgain) readAgain();
      },
      onGone: () => (gone ??= setTimeout(() => setPaused(true), patienceMs)),
    });
    return () => {
      clearTimeout(gone);
      stop();
    };
  }, [accountId, queries, announce]);
  useEffect(() => {
    if (!isPaused) return undefined;
    const timer = setInterval(() => void queries.invalidateQueries(), lookMs);
    return () => clearInterval(timer);
  }, [isPaused, queries]);
  return isPaused ? <p className={classes.paused}>{t('live.paused')}</p> : null;
}
