import React from 'react';
import { ThemeProvider } from '@twilio-paste/core/styling-library';

/** Flex's own theme, as far as it is used: Paste's design tokens, light or dark, with the account's overrides. */
export interface FlexThemeProps {
  theme?: { tokens?: Record<string, Record<string, string>> };
}

/** Paste's z-indices, the one family of tokens that Flex's theme leaves out. */
const Z_INDICES = Object.fromEntries(
  [0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((index) => [`zIndex${index}`, String(index)]),
);

/**
 * Gives our Paste components the tokens that Flex itself shows, so that they follow its theme. A plugin's Paste is a copy
 * of its own and does not see Flex's provider; the families of tokens are named here as Paste's components read them
 * (`generateThemeFromTokens` in @twilio-paste/theme), without that package's 200 KB of other themes.
 */
export function FlexTheme({ theme, children }: React.PropsWithChildren<FlexThemeProps>): React.ReactElement {
  const pasteTheme = React.useMemo(() => themeOf(theme?.tokens ?? {}), [theme?.tokens]);
  return <ThemeProvider theme={pasteTheme}>{children}</ThemeProvider>;
}

function themeOf(tokens: Record<string, Record<string, string>>): Record<string, unknown> {
  const sizings = tokens.sizings ?? {};
  return {
    shadows: tokens.boxShadows,
    borderWidths: tokens.borderWidths,
    radii: tokens.radii,
    breakpoints: [sizings.size40, sizings.size100, sizings.size120],
    textColors: tokens.textColors,
    borderColors: tokens.borderColors,
    backgroundColors: tokens.backgroundColors,
    fonts: tokens.fonts,
    fontSizes: tokens.fontSizes,
    fontWeights: tokens.fontWeights,
    lineHeights: tokens.lineHeights,
    widths: sizings,
    maxWidths: sizings,
    minWidths: sizings,
    heights: sizings,
    maxHeights: sizings,
    minHeights: sizings,
    sizes: sizings,
    iconSizes: Object.fromEntries(Object.entries(sizings).filter(([name]) => name.startsWith('sizeIcon'))),
    space: tokens.spacings,
    zIndices: Z_INDICES,
  };
}
