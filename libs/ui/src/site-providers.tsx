import { MantineProvider } from '@mantine/core';
import type { Problem } from '#libs/api-client';
import type { ReactNode } from 'react';
import { Announcer } from './announcer';
import { ExplainProblem } from './explain-problem';
import { cssVariables, theme } from './theme';
import '@fontsource-variable/geist';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Radio.css';
import '@mantine/core/styles/Tabs.css';
import '@mantine/core/styles/Skeleton.css';
import '@mantine/core/styles/VisuallyHidden.css';
import './tokens.css';
import './base.css';

interface SiteProvidersProps {
  /** What a problem's code means on this site; undefined for the words of the API. */
  explain: (problem: Problem) => string | undefined;
  children: ReactNode;
}

/** The edge puts a nonce into the page for the styles that components write; nothing else is let through. */
const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

export function SiteProviders({ explain, children }: SiteProvidersProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      deduplicateInlineStyles
    >
      <ExplainProblem value={explain}>
        <Announcer>{children}</Announcer>
      </ExplainProblem>
    </MantineProvider>
  );
}
