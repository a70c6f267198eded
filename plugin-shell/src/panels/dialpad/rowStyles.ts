import { useTheme } from '@twilio-paste/core/theme';

/** What a list's rows are made of. */
export const ROW = {
  heading: 'backline-heading',
  option: 'backline-option',
  line: 'backline-line',
  name: 'backline-name',
  ends: 'backline-ends',
  key: 'backline-key',
  star: 'backline-star',
  details: 'backline-details',
  presence: 'backline-presence',
  dot: 'backline-dot',
  match: 'backline-match',
} as const;

/**
 * The rows' looks, with the tokens of Paste's theme that is in force. Fifty rows of Paste's own boxes, a dozen each, take
 * the main thread 100 ms and more to draw: every one of them works out its styles by itself.
 */
export function useRowStyles(): string {
  const { backgroundColors, borderColors, borderWidths, fontSizes, fontWeights, lineHeights, radii, space, textColors } = useTheme();
  return `
.${ROW.heading}{padding:${space.space30} ${space.space40} ${space.space10};color:${textColors.colorTextWeak};font-size:${fontSizes.fontSize20};font-weight:${fontWeights.fontWeightSemibold};line-height:${lineHeights.lineHeight20}}
.${ROW.option}{padding:${space.space30} ${space.space40};cursor:pointer;color:${textColors.colorText};background-color:${backgroundColors.colorBackgroundBody};border-inline-start:${borderWidths.borderWidth30} solid transparent}
.${ROW.option}:hover{background-color:${backgroundColors.colorBackground}}
.${ROW.option}[aria-selected=true]{color:${textColors.colorTextLinkStronger};background-color:${backgroundColors.colorBackgroundPrimaryWeakest};border-inline-start-color:${borderColors.colorBorderPrimary}}
.${ROW.line}{display:flex;justify-content:space-between;align-items:center;column-gap:${space.space20}}
.${ROW.name}{min-width:0;overflow-wrap:anywhere}
.${ROW.ends}{display:flex;align-items:center;column-gap:${space.space20};color:${textColors.colorTextWeak};font-size:${fontSizes.fontSize20}}
.${ROW.key}{padding:0 ${space.space10};border:${borderWidths.borderWidth10} solid ${borderColors.colorBorderWeak};border-radius:${radii.borderRadius10}}
.${ROW.star}{flex-shrink:0;padding:${space.space10};color:${textColors.colorTextWeak}}
.${ROW.star}[data-pressed=true]{color:${textColors.colorTextLink}}
.${ROW.star}:hover{color:${textColors.colorTextLinkStronger}}
.${ROW.details}{display:flex;flex-wrap:wrap;column-gap:${space.space40};color:${textColors.colorTextWeak};font-size:${fontSizes.fontSize20};line-height:${lineHeights.lineHeight20}}
.${ROW.presence}{display:flex;align-items:center;column-gap:${space.space20}}
.${ROW.dot}{flex-shrink:0;box-sizing:border-box;width:9px;height:9px;border-radius:${radii.borderRadiusCircle};border:${borderWidths.borderWidth20} solid ${borderColors.colorBorder}}
.${ROW.dot}[data-available=true]{border-color:${borderColors.colorBorderSuccess};background-color:${backgroundColors.colorBackgroundSuccess}}
.${ROW.match}{font-weight:${fontWeights.fontWeightBold}}
`;
}
