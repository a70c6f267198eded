import { useEffect, useState } from 'react';
import equal from 'fast-deep-equal';

/** The core's view as it is now. One that is told of again, and says the same, draws nothing anew. */
export function useView<View>(
  read: () => View | undefined,
  subscribe: (listener: () => void) => () => void,
): View | undefined {
  const [seen, see] = useState(read);
  useEffect(() => {
    const update = () => {
      const view = read();
      see((before) => (equal(before, view) ? before : view));
    };
    update(); // it may have changed between the first rendering and here
    return subscribe(update);
  }, [read, subscribe]);
  return seen;
}
