import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { download, saveDiagnostics } from '../src/panels/menu/diagnostics';
import type { Saving } from '../src/panels/menu/diagnostics';
import { moveOf } from '../src/panels/menu/keys';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('saving the diagnostics', () => {
  const saving = (more: Partial<Saving> = {}) => ({
    recording: vi.fn(() => '{"format":1}'),
    download: vi.fn(),
    tell: vi.fn(),
    date: () => new Date('2026-11-21T10:00:07.123Z'),
    ...more,
  });

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('names the file by its time and tells the agent', () => {
    const world = saving();
    saveDiagnostics(world);
    const file = 'backline-diagnostics-2026-11-21T10-00-07Z.json';
    expect(world.recording).toHaveBeenCalledWith('2026-11-21T10:00:07.123Z');
    expect(world.download).toHaveBeenCalledWith(file, '{"format":1}');
    expect(world.tell.mock.calls).toEqual([['BacklineDiagnosticsSaved', { file }, 'information']]);
  });

  it('tells the agent why it could not', () => {
    const refuses = () => {
      throw new Error('The core is not loaded.');
    };
    for (const broken of [{ recording: refuses }, { download: vi.fn(refuses) }]) {
      const world = saving(broken);
      saveDiagnostics(world);
      expect(world.tell.mock.calls).toEqual([['BacklineDiagnosticsFailed', { detail: 'The core is not loaded.' }, 'error']]);
    }
  });
});

describe('a download', () => {
  it('is a link with the text as a file, which is followed and taken away', async () => {
    vi.useFakeTimers();
    const link = { href: '', download: '', click: vi.fn(), remove: vi.fn() };
    const append = vi.fn();
    vi.stubGlobal('document', { createElement: () => link, body: { append } });
    vi.stubGlobal('window', { setTimeout });
    const created = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:1');
    const revoked = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => undefined);
    download('a.json', '{"name":"‹1›"}');
    const blob = created.mock.calls[0]?.[0] as Blob;
    expect([blob.type, await blob.text()]).toEqual(['application/json', '{"name":"‹1›"}']);
    expect([link.href, link.download]).toEqual(['blob:1', 'a.json']);
    const order = [append, link.click, link.remove].map((mock) => mock.mock.invocationCallOrder[0]);
    expect(order).toEqual([...order].sort());
    expect(revoked).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(revoked).toHaveBeenCalledWith('blob:1');
  });
});

describe("the menu's keys", () => {
  it('open it with an arrow, close it with Escape, and leave it with Tab', () => {
    expect(['ArrowDown', 'ArrowUp', 'Escape', 'Tab', 'a'].map((key) => moveOf(key, false))).toEqual([
      'open',
      'open',
      'none',
      'none',
      'none',
    ]);
    expect(['ArrowDown', 'ArrowUp', 'Escape', 'Tab', 'a'].map((key) => moveOf(key, true))).toEqual([
      'none',
      'none',
      'close',
      'leave',
      'none',
    ]);
  });
});
