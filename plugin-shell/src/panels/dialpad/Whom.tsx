import React from 'react';
import type { DialpadView, Tab } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { AgentField } from './AgentField';
import type { PanelProps } from './DialpadPanel';
import { QueueField } from './QueueField';
import { Tabs } from './Tabs';

const FIELDS = { agent: AgentField, queue: QueueField };

/** What a field is given; its id is unique in the page. */
export interface FieldProps extends PanelProps {
  id: string;
  view: DialpadView;
}

interface Props extends FieldProps {
  label: string;
  titles: Record<Tab, StringKey>;
}

/** A colleague or a queue: whom to call, or whom to transfer to. */
export function Whom({ id, label, titles, ...field }: Props): React.ReactElement {
  return (
    <Tabs
      id={`${id}-tab`}
      label={label}
      names={field.view.tabs}
      active={field.view.active}
      title={(tab) => field.text(titles[tab])}
      onChosen={(tab) => field.dispatch({ kind: 'tabChosen', tab })}
      panel={(tab) => {
        const TabField = FIELDS[tab];
        return <TabField id={`${id}-${tab}`} {...field} />;
      }}
    />
  );
}
