import { App } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { latchkey } from './latchkey.ts';

const app = new App();
latchkey(
  app,
  readConfig((name): unknown => app.node.tryGetContext(name)),
);
