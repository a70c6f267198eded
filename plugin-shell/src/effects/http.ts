import type { Handler } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { FlexPort } from '../flex/port';

export const http =
  (flex: FlexPort, performHttp: CoreModule['performHttp']): Handler<'http'> =>
  ({ request }) =>
    performHttp(request, flex.token());
