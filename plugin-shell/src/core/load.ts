import init, { Backline, FlightRecorder, mergeFavourites, performHttp, performList } from './pkg/backline';
import { GZIPPED_BASE64 } from './pkg/bytes';
import { CoreLoadError } from './failure';

/** What the shell uses of the wasm package. */
export interface CoreModule {
  /** A new core that waits for `started`. */
  create(): Backline;
  performHttp: typeof performHttp;
  performList: typeof performList;
  mergeFavourites: typeof mergeFavourites;
  /** What all cores of this page did in the last minutes, also one that failed; as JSON in which nobody is named. */
  recording: FlightRecorder['recording'];
}

/**
 * Unpacks and compiles the core. Takes some 10 ms, none of it in Flex's way.
 *
 * @throws CoreLoadError if the page's CSP refuses WebAssembly (it needs `'wasm-unsafe-eval'`) or the browser is too old.
 */
export async function loadCore(): Promise<CoreModule> {
  try {
    await init({ module_or_path: await gunzip(GZIPPED_BASE64) });
    const recorder = new FlightRecorder();
    return {
      create: () => new Backline(recorder),
      performHttp,
      performList,
      mergeFavourites,
      recording: (now, savedAt) => recorder.recording(now, savedAt),
    };
  } catch (error) {
    throw new CoreLoadError(error instanceof Error ? error.message : String(error));
  }
}

async function gunzip(base64: string): Promise<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
