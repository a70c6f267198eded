import type { Handler } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { FlexPort } from '../flex/port';

export const listQueues =
  (flex: FlexPort, performList: CoreModule['performList']): Handler<'listQueues'> =>
  ({ request }) =>
    performList(request, flex.token());
