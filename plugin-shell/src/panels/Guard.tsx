import React from 'react';

/** Keeps an error of ours to our own panel: Flex would take its whole dial pad down with it. */
export class Guard extends React.Component<React.PropsWithChildren<unknown>, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error('[backline]', error);
  }

  override render(): React.ReactNode {
    return this.state.broken ? null : this.props.children;
  }
}
