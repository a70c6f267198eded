import * as FlexPlugin from '@twilio/flex-plugin';
import { BacklinePlugin } from './BacklinePlugin';

FlexPlugin.loadPlugin(BacklinePlugin);
