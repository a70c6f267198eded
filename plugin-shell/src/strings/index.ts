import type * as Flex from '@twilio/flex-ui';
import { enUS } from './en-US';
import { esES } from './es-ES';
import { esMX } from './es-MX';
import type { StringKey, StringTable } from './keys';
import { ptBR } from './pt-BR';
import { th } from './th';
import { zhHans } from './zh-Hans';

/** The locales that Flex offers: https://www.twilio.com/docs/flex/developer/ui/localization-and-ui-templating. */
export const LOCALES: Record<string, StringTable> = {
  'en-US': enUS,
  'es-ES': esES,
  'es-MX': esMX,
  'pt-BR': ptBR,
  th,
  'zh-Hans': zhHans,
};

/** The table of a locale tag, of its language if the region is another one, or English. */
export function tableFor(tag: string | undefined): StringTable {
  if (!tag) return enUS;
  const exact = LOCALES[tag];
  if (exact) return exact;
  const [language = ''] = tag.split('-');
  if (language === 'zh') return zhHans;
  const sameLanguage = Object.keys(LOCALES).find((locale) => locale.split('-')[0] === language);
  return (sameLanguage && LOCALES[sameLanguage]) || enUS;
}

/** Flex's own header of an outbound call, the same in every locale, shows the address; of a call by an application, whom it calls. */
const OUTBOUND_HEADER = 'TaskLineOutboundCallHeader';
const FLEX_OUTBOUND_HEADER = '{{task.formattedAttributes.outbound_to}}';
const NAMED_OUTBOUND_HEADER = `{{#if task.attributes.internal_outbound_to}}{{task.attributes.internal_outbound_to}}{{else}}${FLEX_OUTBOUND_HEADER}{{/if}}`;

type FlexStrings = Record<string, string | undefined>;

/** Puts our strings into Flex's table. A key that somebody set before us stays his. */
export function registerStrings(manager: Pick<Flex.Manager, 'strings' | 'localization' | 'configuration'>): void {
  const strings = manager.strings as unknown as FlexStrings;
  const missing: FlexStrings = {};
  for (const [key, text] of Object.entries(tableFor(localeOf(manager)))) {
    if (strings[key] === undefined) missing[key] = text;
  }
  const header = strings[OUTBOUND_HEADER];
  if (header === undefined || header === FLEX_OUTBOUND_HEADER) missing[OUTBOUND_HEADER] = NAMED_OUTBOUND_HEADER;
  manager.strings = { ...strings, ...missing } as unknown as Flex.Manager['strings'];
}

/** A string as Flex's table has it now (other plugins may override it), its `{{placeholders}}` filled. */
export function textFrom(strings: () => unknown) {
  return (key: StringKey, values: Record<string, string> = {}): string => {
    const text = (strings() as FlexStrings)[key] ?? enUS[key];
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
  };
}

/** What the agent or the account chose; where nobody did, Flex says `en-US`, and the page's own configuration may know better. */
function localeOf({ localization, configuration }: Pick<Flex.Manager, 'localization' | 'configuration'>): string | undefined {
  const chosen = localization && localization.localeSource !== 'flex default' ? localization.localeTag : undefined;
  return chosen ?? configuration?.language ?? localization?.localeTag;
}
