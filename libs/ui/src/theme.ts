import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** Ramps 0–9 from OKLCH with even lightness. What is measured of them stands in tokens.css, beside each value. */
const ramp = (text: string): MantineColorsTuple => text.split(' ') as unknown as MantineColorsTuple;

export const ramps = {
  ink: ramp('#f9fafc #f2f4f6 #e4e6ea #d1d5d9 #9ca2aa #79818b #5b6470 #444e5b #242f3c #101924'),
  dark: ramp('#e5e8ec #c0c4ca #9a9fa6 #767c85 #4f565f #323a44 #212831 #161c25 #0e131a #080d13'),
  sand: ramp('#fff6e6 #ffeac8 #f8d7a2 #e9be75 #d5a347 #ba8617 #996d07 #7b5600 #5f4200 #412c00'),
  sea: ramp('#e2fdfe #ccf6f8 #a8eaee #7cd7dc #4ac0c6 #0aa4ab #0f868c #006b70 #025256 #00383b'),
  plum: ramp('#fcf3ff #f9e5ff #f3cdff #e8abfc #d48bea #b86dcf #9c52b2 #803b94 #652976 #471754'),
  blue: ramp('#f2f7ff #e3eefe #c8deff #a3c8fe #77aeff #488ff6 #2c73d7 #1459b6 #034393 #002c6b'),
  green: ramp('#e8feec #d4f8dc #b6ecc3 #91d9a4 #6bc385 #49a768 #288b4e #087038 #005729 #003c19'),
  red: ramp('#fff4f3 #ffe6e5 #ffcfcc #feadaa #fe8280 #ea595d #ca3a43 #a9202e #870c1e #610010'),
};

export const theme = createTheme({
  colors: ramps,
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 0 },
  fontFamily: '"Geist Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '10px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Of the two inks `autoContrast` takes the one for the light scheme: near-white on near-white in the dark (1.04:1).
  variantColorResolver: (input) =>
    input.variant === 'filled' && (input.color ?? input.theme.primaryColor) === 'ink'
      ? {
          background: 'var(--slip-primary)',
          hover: 'var(--slip-primary-hover)',
          color: 'var(--slip-on-primary)',
          border: '1px solid transparent',
        }
      : defaultVariantColorsResolver(input),
  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { root: { fontWeight: 600 } } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Checkbox: { vars: () => ({ root: { '--checkbox-icon-color': 'var(--slip-on-primary)' } }) },
  },
});

/** Mantine's own variables, set to ours: tokens.css has the values and what was measured of them. */
const mantineVariables = {
  '--mantine-color-body': 'var(--slip-canvas)',
  '--mantine-color-text': 'var(--slip-text)',
  '--mantine-color-dimmed': 'var(--slip-dimmed)',
  '--mantine-color-placeholder': 'var(--slip-dimmed)',
  '--mantine-color-error': 'var(--slip-red-text)',
  '--mantine-color-anchor': 'var(--slip-link)',
  '--mantine-color-default': 'var(--slip-surface)',
  '--mantine-color-default-hover': 'var(--slip-sunken)',
  '--mantine-color-default-color': 'var(--slip-text)',
  '--mantine-color-default-border': 'var(--slip-border)',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: mantineVariables,
  dark: mantineVariables,
});
