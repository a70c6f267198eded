import React, { useEffect, useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import { minutes } from '../../strings/time';

const SECOND_MS = 1000;

/** For how long something has lasted, counting on. Not read out by itself: it would never be silent. */
export function Elapsed({ since, now }: { since: number; now(): number }): React.ReactElement {
  const [elapsed, setElapsed] = useState(() => now() - since);
  useEffect(() => {
    let timer: number;
    const tick = () => {
      const at = now() - since;
      setElapsed(at);
      // At the next full second, so that none is shown twice or left out.
      timer = window.setTimeout(tick, SECOND_MS - (Math.max(0, at) % SECOND_MS));
    };
    tick();
    return () => window.clearTimeout(timer);
  }, [since, now]);
  return (
    <Box as="span" role="timer" whiteSpace="nowrap">
      {minutes(elapsed)}
    </Box>
  );
}
