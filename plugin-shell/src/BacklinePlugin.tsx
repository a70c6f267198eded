import React from 'react';
import * as Flex from '@twilio/flex-ui';
import { FlexPlugin } from '@twilio/flex-plugin';
import { Tabs, TabList, Tab, TabPanels, TabPanel } from '@twilio-paste/core/tabs';
import { Combobox } from '@twilio-paste/core/combobox';
import { Button } from '@twilio-paste/core/button';

export class BacklinePlugin extends FlexPlugin {
  constructor() { super('backline'); }
  init(flex: typeof Flex, manager: Flex.Manager): void {
    const P = () => <Tabs><TabList aria-label="x"><Tab>a</Tab></TabList><TabPanels><TabPanel><Combobox labelText="x" items={[]} optionTemplate={(x)=>x} /><Button variant="primary" size="circle">C</Button></TabPanel></TabPanels></Tabs>;
    flex.OutboundDialerPanel.Content.add(<P key="x" />);
  }
}
