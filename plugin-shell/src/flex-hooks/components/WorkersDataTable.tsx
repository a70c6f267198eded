import React from 'react';
import * as Flex from '@twilio/flex-ui';

/** As wide as one of Flex's task cards; the others stand below it. */
const WIDTH = '14rem';

interface Row {
  tasks: Flex.ITask[];
}
type Context = Pick<Flex.ColumnDataCreationContext, 'onTaskSelected' | 'selectedTask' | 'monitoredTaskSid'>;

/** Shows all calls of an agent in the Teams view: in Flex's own column they stand side by side, and are cut off. */
export function widenCallsColumn(flex: typeof Flex): void {
  const Cards = flex.styled('div')({ '.Twilio-TaskCardList': { flexWrap: 'wrap' } });
  const isCall = (task: Flex.ITask) => flex.TaskHelper.isCallTask(task) && flex.TaskHelper.isTaskAccepted(task);
  const calls = ({ tasks }: Row, { onTaskSelected, selectedTask, monitoredTaskSid }: Context) => (
    <Cards>
      <flex.Supervisor.TaskCardList
        tasks={tasks}
        filter={isCall}
        onCardSelected={onTaskSelected}
        selectedTaskSid={selectedTask?.sid}
        highlightedTaskSid={monitoredTaskSid}
      />
    </Cards>
  );
  flex.WorkersDataTable.Content.remove('calls');
  flex.WorkersDataTable.Content.add(
    <flex.ColumnDefinition
      key="multi-call-calls-column"
      header={<flex.Template code="ColumnHeaderCalls" />}
      style={{ width: WIDTH }}
      content={calls}
    />,
    { sortOrder: 1 },
  );
}
