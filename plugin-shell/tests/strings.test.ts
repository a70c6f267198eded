import { describe, expect, it } from 'vitest';
import { LOCALES, registerStrings, tableFor, textFrom } from '../src/strings';
import { enUS } from '../src/strings/en-US';
import type { Notice, Unanswered } from '../src/core/types';
import { noticeKind, noticeText } from '../src/strings/notice';

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('strings', () => {
  it('are in the six locales of Flex', () => {
    expect(Object.keys(LOCALES)).toEqual(['en-US', 'es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans']);
  });

  it.each(Object.keys(LOCALES))('are complete in %s, with the placeholders of the English ones', (locale) => {
    const table = LOCALES[locale] as Record<string, string>;
    expect(Object.keys(table).sort()).toEqual(Object.keys(enUS).sort());
    for (const [key, text] of Object.entries(enUS)) {
      expect(table[key], key).toMatch(/\S/);
      expect(placeholders(table[key] as string), key).toEqual(placeholders(text));
    }
  });

  it('fall back to the language, then to English', () => {
    expect(tableFor('pt-PT')).toBe(LOCALES['pt-BR']);
    expect(tableFor('zh-CN')).toBe(LOCALES['zh-Hans']);
    expect(tableFor('fr-FR')).toBe(enUS);
    expect(tableFor(undefined)).toBe(enUS);
  });

  it('leave alone what another plugin has set', () => {
    const manager = {
      strings: { PSInternalCallCallAgent: 'Ring a mate', AcceptTask: 'Accept' },
      localization: { localeTag: 'en-US' },
      configuration: {},
    };
    registerStrings(manager as never);
    expect(manager.strings).toMatchObject({ PSInternalCallCallAgent: 'Ring a mate', AcceptTask: 'Accept', BacklineCall: 'Call' });
  });

  it('name the colleague in the header of an outbound call, unless another plugin has a header of its own', () => {
    const header = (theirs: string | undefined) => {
      const manager = { strings: { TaskLineOutboundCallHeader: theirs }, localization: { localeTag: 'th' }, configuration: {} };
      registerStrings(manager as never);
      return manager.strings.TaskLineOutboundCallHeader;
    };
    const flexs = '{{task.formattedAttributes.outbound_to}}';
    expect(header(flexs)).toBe(
      `{{#if task.attributes.internal_outbound_to}}{{task.attributes.internal_outbound_to}}{{else}}${flexs}{{/if}}`,
    );
    expect(header('To {{task.attributes.outbound_to}}')).toBe('To {{task.attributes.outbound_to}}');
  });

  it.each(Object.keys(LOCALES))('name in %s both keys of a strategy that is not clear', (locale) => {
    const text = textFrom(() => LOCALES[locale]);
    for (const kind of ['keysContradict', 'keyNeedsKey'] as const) {
      const told = noticeText({ kind, key: 'a.first_key', secondKey: 'a.second_key' }, text);
      expect(told).toMatch(/a\.first_key.*a\.second_key/);
    }
    expect(noticeText({ kind: 'targetNotAnswered', target: '+15005550009' }, text)).toContain('+15005550009');
  });

  it.each([
    [{ localeTag: 'th', localeSource: 'user' }, 'pt-BR', 'th'],
    [{ localeTag: 'en-US', localeSource: 'flex default' }, 'pt-BR', 'pt-BR'],
    [{ localeTag: 'en-US', localeSource: 'flex default' }, undefined, 'en-US'],
    [undefined, 'es-MX', 'es-MX'],
  ])('are those of the locale that somebody chose: %j, else of the page: %s', (localization, language, expected) => {
    const manager = { strings: {} as Record<string, string>, localization, configuration: { language } };
    registerStrings(manager as never);
    expect(manager.strings.BacklineHold).toBe(LOCALES[expected]?.BacklineHold);
  });

  it('show names as they are written', () => {
    const text = textFrom(() => ({}));
    expect(text('BacklineRinging', { name: "O'Neill & {{name}} $&" })).toBe("Ringing O'Neill & {{name}} $&…");
  });

  it.each(Object.keys(LOCALES))('name in %s whoever did not answer, each time differently, and what a failure says', (locale) => {
    const text = textFrom(() => LOCALES[locale]);
    const whys: Unanswered[] = [
      { kind: 'busy' }, { kind: 'busyNotify' }, { kind: 'glare' }, { kind: 'noAnswer' }, { kind: 'unavailable' }, { kind: 'notConnected' },
      ...([undefined, 'busy', 'calling_back', 'message'] as const).map((reason) => ({ kind: 'declined' as const, reason })),
    ];
    const sentences = whys.map((why) => noticeText({ kind: 'unanswered', name: 'Bob Brown', why }, text));
    expect(new Set(sentences).size).toBe(whys.length);
    sentences.forEach((sentence) => expect(sentence).toContain('Bob Brown'));
    expect(noticeText({ kind: 'functionsUnreachable', url: 'https://f.example', detail: 'x' }, text)).toContain('https://f.example');
    expect(noticeText({ kind: 'callNotPlaced', detail: 'error 500' }, text)).toContain('error 500');
    const remedies = (['flex', 'worker', 'functions'] as const).map((place) => noticeText({ kind: 'misconfigured', key: 'a_key', place }, text));
    expect(new Set(remedies).size).toBe(3);
    remedies.forEach((sentence) => expect(sentence).toContain('a_key'));
  });

  it.each(Object.keys(LOCALES))('say in %s that a colleague is free, or was not, and name the button for it as it is labelled', (locale) => {
    const text = textFrom(() => LOCALES[locale]);
    const callee = { worker: 'WK2', contactUri: 'client:bob', name: 'Bob Brown' };
    const notices: Notice[] = [{ kind: 'free', callee }, { kind: 'notFree', name: 'Bob Brown' }];
    const sentences = notices.map((notice) => noticeText(notice, text));
    expect(new Set(sentences).size).toBe(2);
    sentences.forEach((sentence) => expect(sentence).toContain('Bob Brown'));
    expect(notices.map(noticeKind)).toEqual(['free', 'lastingInformation']);
    const busy = noticeText({ kind: 'unanswered', name: 'Bob Brown', why: { kind: 'busyNotify' } }, text);
    expect(busy).toContain(text('BacklineTellWhenFree'));
  });

  it.each(Object.keys(LOCALES))('say in %s what became of one call among several, whose, and what was said', (locale) => {
    const text = textFrom(() => LOCALES[locale]);
    const notices: Notice[] = [
      ...(['callNotOpened', 'notHeld', 'notResumed'] as const).map((kind) => ({ kind, name: 'Dana', detail: 'error 500.' })),
      { kind: 'waitsLong', name: 'Dana', seconds: 125 },
      { kind: 'oneCallTooMany', name: 'Dana' },
    ];
    const sentences = notices.map((notice) => noticeText(notice, text));
    expect(new Set(sentences).size).toBe(notices.length);
    sentences.forEach((sentence) => expect(sentence).toContain('Dana'));
    sentences.slice(0, 3).forEach((sentence) => expect(sentence).toContain('error 500'));
    sentences.forEach((sentence) => expect(sentence).not.toMatch(/\.[.。]/));
    expect(sentences[3]).toContain('2:05');
    expect(notices.map(noticeKind)).toEqual(['error', 'error', 'error', 'information', 'information']);
  });
});
