import { Button, Checkbox, Tabs } from '@mantine/core';
import { CopyField, useCopy } from '#libs/ui';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../text/texts';
import type { KeyWithSecret } from './keys.queries';
import { sampleNames, sampleOf, type SampleName } from './samples';
import classes from './secret-once.module.css';

type Shown = KeyWithSecret & { applicationSecret: string };

interface SecretOnceProps {
  /** Kept by whoever shows it, for as long as it is shown, and nowhere else. */
  pair: Shown;
  onLeave: () => void;
}

const icon = { size: 15, stroke: 1.6, 'aria-hidden': true } as const;

/** B14: the one time that a secret is shown. Whoever leaves without having saved it is told what that means. */
export default function SecretOnce({ pair, onLeave }: SecretOnceProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isSaved, setSaved] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    // Each of the two has its first place of its own.
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, [isLeaving]);
  useEffect(() => {
    if (isSaved) return undefined;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, [isSaved]);
  const close = () => {
    // So that the browser gives the focus back.
    dialog.current?.close();
    onLeave();
  };
  const leave = () => (isSaved ? close() : setLeaving(true));
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby="secret-once"
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <h2 id="secret-once">{t(isLeaving ? 'secret.leave.title' : 'secret.title')}</h2>
      {isLeaving ? (
        <Leaving onBack={() => setLeaving(false)} onLeave={close} />
      ) : (
        <Saving pair={pair} isSaved={isSaved} onSaved={setSaved} onDone={leave} />
      )}
    </dialog>
  );
}

function Leaving({ onBack, onLeave }: { onBack: () => void; onLeave: () => void }) {
  return (
    <>
      <p>{t('secret.leave.text')}</p>
      <div className={classes.actions}>
        <Button variant="default" data-first onClick={onBack}>
          {t('secret.leave.back')}
        </Button>
        <Button color="red.7" onClick={onLeave}>
          {t('secret.leave.verb')}
        </Button>
      </div>
    </>
  );
}

interface SavingProps {
  pair: Shown;
  isSaved: boolean;
  onSaved: (isSaved: boolean) => void;
  onDone: () => void;
}

function Saving({ pair, isSaved, onSaved, onDone }: SavingProps) {
  const emphasised = { b: (part: unknown) => <strong>{part as string}</strong> };
  const environment = t(`environment.${pair.environment}`);
  return (
    <>
      <p>{t.rich('secret.text', { name: pair.name, environment, ...emphasised })}</p>
      <dl className={classes.pair}>
        <dt>{t('key.applicationId')}</dt>
        <dd>
          <CopyField value={pair.applicationId} what={t('key.applicationId')} />
        </dd>
        <dt>{t('key.domain')}</dt>
        <dd>
          <CopyField value={pair.domain} what={t('key.domain')} />
        </dd>
        <dt>{t('key.tokenUrl')}</dt>
        <dd>
          <CopyField value={pair.tokenUrl} what={t('key.tokenUrl')} />
        </dd>
      </dl>
      <Secret pair={pair} onCopied={() => onSaved(true)} />
      <Samples pair={pair} onTaken={() => onSaved(true)} />
      <Checkbox label={t('secret.saved')} checked={isSaved} onChange={(event) => onSaved(event.target.checked)} />
      <div className={classes.actions}>
        <Button variant={isSaved ? 'filled' : 'default'} onClick={onDone}>
          {t('secret.done')}
        </Button>
      </div>
    </>
  );
}

/** As a log would show it. */
const hiddenOf = ({ maskedSecret }: Shown): string => maskedSecret;

function Secret({ pair, onCopied }: { pair: Shown; onCopied: () => void }) {
  const shown = useRef<HTMLElement>(null);
  const [isHidden, setHidden] = useState(false);
  const { copy, isCopied } = useCopy(t('key.secret'), shown);
  return (
    <div className={classes.secret}>
      <p id="secret-label">{t('key.secret')}</p>
      <div>
        <code ref={shown} aria-labelledby="secret-label">
          {isHidden ? hiddenOf(pair) : pair.applicationSecret}
        </code>
        <Button variant="subtle" color="ink" size="compact-sm" onClick={() => setHidden(!isHidden)}>
          {t(isHidden ? 'secret.show' : 'secret.hide')}
        </Button>
        <Button
          size="compact-sm"
          data-first
          leftSection={isCopied ? <IconCheck {...icon} /> : <IconCopy {...icon} />}
          onClick={() => copy(pair.applicationSecret, onCopied)}
        >
          {t('secret.copy')}
        </Button>
      </div>
    </div>
  );
}

/** What is seen is masked; what is copied or downloaded is whole. */
function Samples({ pair, onTaken }: { pair: Shown; onTaken: () => void }) {
  const [name, setName] = useState<SampleName>('env');
  const shown = useRef<HTMLPreElement>(null);
  const { copy } = useCopy(t(`sample.${name}`), shown);
  const whole = sampleOf(name, pair);
  return (
    <Tabs value={name} onChange={(value) => setName(value as SampleName)} className={classes.samples}>
      <Tabs.List>
        {sampleNames.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`sample.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {sampleNames.map((each) => (
        <Tabs.Panel key={each} value={each}>
          <pre tabIndex={0} aria-label={t(`sample.${each}`)}>
            {sampleOf(each, { ...pair, applicationSecret: hiddenOf(pair) })}
          </pre>
        </Tabs.Panel>
      ))}
      <div className={classes.taking}>
        {name === 'env' && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconDownload {...icon} />}
            onClick={() => {
              download(`${pair.name.replace(/[^\w.-]+/g, '-')}.env`, whole);
              onTaken();
            }}
          >
            {t('sample.download')}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconCopy {...icon} />}
          onClick={() => copy(whole, onTaken)}
        >
          {t('sample.copy', { sample: t(`sample.${name}`) })}
        </Button>
        <span>{t('sample.whole')}</span>
      </div>
      <pre ref={shown} hidden>
        {whole}
      </pre>
    </Tabs>
  );
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
