/** How whatever is filled in looks, as Paste's own inputs do. */
export const FIELD_LOOKS = {
  width: '100%',
  minWidth: '0',
  borderStyle: 'none',
  borderRadius: 'borderRadius20',
  boxShadow: 'shadowBorder',
  backgroundColor: 'colorBackgroundBody',
  color: 'colorText',
  fontFamily: 'inherit',
  fontSize: 'fontSize30',
  lineHeight: 'lineHeight20',
  outline: 'none',
  transition: 'box-shadow 100ms ease-in',
  _hover: { boxShadow: 'shadowBorderPrimaryStronger' },
  _focus: { boxShadow: 'shadowFocus' },
} as const;
