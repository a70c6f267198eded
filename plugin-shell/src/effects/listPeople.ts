import type { Handler } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { FlexPort } from '../flex/port';

export const listPeople =
  (flex: FlexPort, performList: CoreModule['performList']): Handler<'listPeople'> =>
  ({ request }) =>
    performList(request, flex.token());
