// Stands in for @twilio-paste/theme (see webpack.config.js): of that package Paste's components use one hook, and its
// list of tokens for checks that only development builds of React make. The tokens themselves come from Flex: FlexTheme.
import React from 'react';
import { ThemeContext } from '@twilio-paste/styling-library';

export const useTheme = () => React.useContext(ThemeContext);

const NAMES_UNKNOWN = {};
export const DefaultTheme = {
  backgroundColors: NAMES_UNKNOWN,
  borderColors: NAMES_UNKNOWN,
  borderWidths: NAMES_UNKNOWN,
  fonts: NAMES_UNKNOWN,
  fontSizes: NAMES_UNKNOWN,
  fontWeights: NAMES_UNKNOWN,
  iconSizes: NAMES_UNKNOWN,
  lineHeights: NAMES_UNKNOWN,
  radii: NAMES_UNKNOWN,
  shadows: NAMES_UNKNOWN,
  space: NAMES_UNKNOWN,
  textColors: NAMES_UNKNOWN,
  zIndices: NAMES_UNKNOWN,
};
