import { readLocalConfig } from './config.ts';
import { startProduct } from './product.ts';

const exit = (code: number) => {
  process.exitCode = code;
};

try {
  const config = readLocalConfig();
  const product = await startProduct(config);
  console.log(
    `The first server key is in ${config.LATCHKEY_DIR}/admin-key; npm run demo walks the whole way.`,
  );
  console.log(`Latchkey is ready: ${product.url}`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    product.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  console.error(`Latchkey cannot start: ${error instanceof Error ? error.message : String(error)}`);
  exit(1);
  setTimeout(() => process.exit(1), 2000).unref();
}
