import { afterAll, beforeAll } from '@jest/globals';
import { platformOf, type Platform } from './platform.ts';
import { startProduct, type RunningProduct } from './product.ts';
import { startScriptableProvider, type ScriptableProvider } from './scriptable-provider.ts';

/** A scriptable provider and the product that may call it, for the tests of one file. */
interface Stage {
  readonly provider: ScriptableProvider;
  readonly product: RunningProduct;
  readonly platform: Platform;
}

/** Sets the stage before the first test of a file and clears it after the last; it is there while they run. */
export const staged = (): Stage => {
  const stage: Partial<{ -readonly [K in keyof Stage]: Stage[K] }> = {};
  beforeAll(async () => {
    stage.provider = await startScriptableProvider();
    stage.product = await startProduct({ allow: stage.provider.host });
    stage.platform = await platformOf(stage.product);
  }, 90_000);
  afterAll(async () => {
    await stage.product?.discard();
    await stage.provider?.stop();
  });
  return stage as Stage;
};
