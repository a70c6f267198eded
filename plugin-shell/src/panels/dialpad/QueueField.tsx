import React from 'react';
import type { DialpadView } from '../../core/types';
import { Field } from './Field';
import type { FieldProps } from './Whom';

/** "Select a queue". */
export function QueueField({ id, view, text, dispatch, call }: FieldProps): React.ReactElement {
  const { queues } = view;
  return (
    <Field<string>
      id={id}
      label={text('PSInternalCallSelectQueue')}
      phase={queues.phase}
      items={queues.rows}
      chosen={queues.selected}
      keyOf={(name) => name}
      nameOf={(name) => name}
      option={(name) => name}
      sentence={sentence(queues, text)}
      retryLabel={text('BacklineRetry')}
      onAppeared={(empty) => dispatch({ kind: 'fieldAppeared', tab: 'queue', empty })}
      onOpened={() => dispatch({ kind: 'fieldOpened', tab: 'queue' })}
      onTyped={(query) => dispatch({ kind: 'queryTyped', tab: 'queue', text: query })}
      onChosen={(queue) => dispatch({ kind: 'queueChosen', queue })}
      onRetry={() => dispatch({ kind: 'retryPressed', tab: 'queue' })}
      onEnter={call}
    />
  );
}

function sentence({ phase }: DialpadView['queues'], text: FieldProps['text']): string {
  switch (phase.kind) {
    case 'closed':
    case 'ready':
      return '';
    case 'loading':
      return text('BacklineLoadingQueues');
    case 'empty':
    case 'nobody':
      return text('BacklineNoQueues');
    case 'failed':
      return text('BacklineQueuesFailed', { detail: phase.detail });
  }
}
